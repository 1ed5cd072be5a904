import { inflateSync } from 'fflate';
import type { PartName } from '../outputs/case/case-data.ts';

/**
 * Where a page has its data from: what a report holds, or what somebody serves. Each part is in pieces, which are read
 * one by one when they are needed.
 */
export interface CaseSource {
  /** How many pieces a part has. */
  count(part: PartName): number;
  /** A piece; undefined when it is empty. @throws when it is damaged */
  read<T>(part: PartName, index: number): Promise<T | undefined>;
}

/** The data in the elements of a document, each base64 of compressed JSON: of a report that is open, or that was read. */
export function documentSource(report: Document): CaseSource {
  const elements = new Map<PartName, readonly Element[]>();
  const of = (part: PartName): readonly Element[] => {
    let found = elements.get(part);
    if (found === undefined) {
      found = [...report.querySelectorAll(`script[data-part="${part}"]`)];
      elements.set(part, found);
    }
    return found;
  };
  return {
    count: (part) => of(part).length,
    async read<T>(part: PartName, index: number) {
      const text = of(part)[index]?.textContent ?? '';
      return text === '' ? undefined : unpack<T>(text);
    },
  };
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
