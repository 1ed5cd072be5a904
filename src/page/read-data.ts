import { inflateSync } from 'fflate';
import type { CaseInfo, PackedColumns, PartName } from '../outputs/case/case-data.ts';
import { addTexts, joinBlocks, textOf, type CaseTable } from './data/case-table.ts';

/** What a page holds. The list needs `info` and `table`; the rest comes later. */
interface LoadedCase {
  readonly info: CaseInfo;
  readonly table: CaseTable;
  /** Adds the texts that are searched and shown beside the list. */
  readonly details: () => Promise<void>;
}

/** Reads the data of this page. @throws when they are damaged */
export async function loadCase(): Promise<LoadedCase> {
  const [info] = await unpackAll<CaseInfo>('case');
  if (info === undefined) throw new Error('the page holds no data');
  const table = joinBlocks(await unpackAll<PackedColumns>('rows'));
  const details = async (): Promise<void> => {
    const blocks: PackedColumns[] = [];
    // One after the other: keys and pointer are answered in between.
    for (const text of take('details')) blocks.push(await unpack<PackedColumns>(text));
    if (blocks.length > 0) addTexts(table, blocks);
  };
  return { info, table, details };
}

/** Blocks of requests that are kept unpacked. */
const MAX_KEPT = 4;
const kept = new Map<number, Promise<CaseTable>>();

/** The request of a row as compact JSON; empty when the page does not hold it. */
export async function eventOf({ starts }: CaseTable, row: number): Promise<string> {
  const index = starts.findLastIndex((start) => start <= row);
  let block = kept.get(index);
  if (block === undefined) {
    const text = elements('events')[index]?.textContent ?? '';
    if (text === '') return '';
    block = unpack<PackedColumns>(text).then((columns) => joinBlocks([columns]));
    kept.set(index, block);
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT) kept.delete(oldest!);
  }
  return textOf(await block, 'event', row - starts[index]!);
}

function elements(part: PartName): Element[] {
  return [...document.querySelectorAll(`script[data-part="${part}"]`)];
}

/** The texts of a part, one after the other; their elements go. */
function* take(part: PartName): Iterable<string> {
  for (const element of elements(part)) {
    const text = element.textContent ?? '';
    element.remove();
    yield text;
  }
}

async function unpackAll<T>(part: PartName): Promise<T[]> {
  return Promise.all([...take(part)].map((text) => unpack<T>(text)));
}

/** A value from base64 of its compressed JSON. */
async function unpack<T>(text: string): Promise<T> {
  const bytes = bytesOf(text);
  const json = (await inflate(bytes)) ?? new TextDecoder().decode(inflateSync(bytes));
  return JSON.parse(json) as T;
}

/** Uses what the browser has; undefined for browsers that have nothing. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream('deflate-raw');
  } catch {
    return undefined;
  }
  return new Response(new Blob([bytes]).stream().pipeThrough(stream)).text();
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
