import type { CaseInfo, PackedColumns, PartName } from '../outputs/case/case-data.ts';
import type { CaseSource } from './case-source.ts';
import { addTexts, joinBlocks, textOf, type CaseTable } from './data/case-table.ts';
import { NO_SECTIONS, type Sections } from './data/case-lists.ts';

/** What a page holds. The list needs `info` and `table`; the rest is read when it is asked for. */
export interface LoadedCase {
  readonly info: CaseInfo;
  readonly table: CaseTable;
  /** Adds the texts that are searched and shown beside the list. */
  readonly details: () => Promise<void>;
  readonly sections: () => Promise<Sections>;
  readonly requests: () => Promise<CaseTable>;
  /** Adds to requests what is searched and shown beside their list. */
  readonly requestDetails: (requests: CaseTable) => Promise<void>;
  /** The request of a finding as compact JSON; empty when the page does not hold it. */
  readonly event: (row: number) => Promise<string>;
}

/** Blocks of requests that are kept unpacked. */
const MAX_KEPT = 4;

/** Reads the data of a page. @throws when they are damaged */
export async function loadCase(source: CaseSource): Promise<LoadedCase> {
  const info = await source.read<CaseInfo>('case', 0);
  if (info === undefined) throw new Error('the page holds no data');
  const table = gradedTable(await readAll(source, 'rows'), 'severity');
  const one = async <N extends keyof Sections>(name: N): Promise<Sections[N]> =>
    (await source.read<Sections[N]>(name, 0)) ?? NO_SECTIONS[name];
  return {
    info,
    table,
    details: () => addDetails(source, 'details', table),
    sections: async () => ({
      incidents: await one('incidents'),
      identities: await one('identities'),
      objects: await one('objects'),
      sessions: await one('sessions'),
    }),
    requests: async () => gradedTable(await readAll(source, 'requests'), 'result'),
    requestDetails: (requests) => addDetails(source, 'request-details', requests),
    event: eventReader(source, table),
  };
}

/** A table with a column of grades also where it has no rows. */
function gradedTable(blocks: readonly PackedColumns[], grades: 'severity' | 'result'): CaseTable {
  const table = joinBlocks(blocks);
  table.texts[grades] ??= { values: [], at: new Uint32Array(table.rows) };
  return table;
}

async function addDetails(source: CaseSource, part: PartName, table: CaseTable): Promise<void> {
  const blocks: PackedColumns[] = [];
  // One after the other: keys and pointer are answered in between.
  for (let index = 0; index < source.count(part); index++) {
    const block = await source.read<PackedColumns>(part, index);
    if (block !== undefined) blocks.push(block);
  }
  if (blocks.length > 0) addTexts(table, blocks);
}

async function readAll(source: CaseSource, part: PartName): Promise<PackedColumns[]> {
  const indexes = Array.from({ length: source.count(part) }, (_, index) => index);
  const blocks = await Promise.all(indexes.map((index) => source.read<PackedColumns>(part, index)));
  return blocks.filter((block) => block !== undefined);
}

function eventReader(source: CaseSource, { starts }: CaseTable): LoadedCase['event'] {
  const kept = new Map<number, Promise<CaseTable | undefined>>();
  const read = async (index: number): Promise<CaseTable | undefined> => {
    const columns = await source.read<PackedColumns>('events', index);
    return columns && joinBlocks([columns]);
  };
  return async (row) => {
    const index = starts.findLastIndex((start) => start <= row);
    let block = kept.get(index);
    if (block === undefined) {
      block = read(index);
      kept.set(index, block);
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT) kept.delete(oldest!);
    }
    const columns = await block;
    return columns === undefined ? '' : textOf(columns, 'event', row - starts[index]!);
  };
}
