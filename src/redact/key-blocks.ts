import type { Mark } from './marks.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** What a body is made of, also with line ends as escapes, and with headers. */
const BODY = /[A-Za-z0-9+/=\s\\:,.%-]*/y;
const BASE64 = /[A-Za-z0-9+/=\s\\]/;
/** Longest body of a key. */
const MAX_BODY = 32_768;

/** Marks the bodies of private keys, also cut off at either end. PuTTY's are told by their header. */
export function markKeyBlocks(text: string, mark: Mark): void {
  markPutty(text, mark);
  if (!text.includes('PRIVATE KEY')) return;
  const ends = [...text.matchAll(END)].map(
    ({ 0: line, index }) => [index, index + line.length] as const,
  );
  let done = 0;
  let next = 0;
  for (const { 0: line, index } of text.matchAll(BEGIN)) {
    if (index < done) continue;
    for (; (ends[next]?.[0] ?? index) < index; next++) {
      done = markCut(text, done, ends[next]!, mark);
    }
    const start = index + line.length;
    BODY.lastIndex = start;
    BODY.test(text);
    const end = ends[next];
    const whole = end !== undefined && end[0] - start <= MAX_BODY;
    // A key without its end is cut off: what cannot be of a key is shown.
    const stop = whole ? end[0] : Math.max(start, BODY.lastIndex);
    mark(start, stop);
    done = stop;
  }
  for (; next < ends.length; next++) done = markCut(text, done, ends[next]!, mark);
}

/** Marks what stands before an end whose beginning is not there. @returns where the end stops */
function markCut(
  text: string,
  from: number,
  [start, end]: readonly [number, number],
  mark: Mark,
): number {
  let first = start;
  const least = Math.max(from, start - MAX_BODY);
  while (first > least && BASE64.test(text[first - 1]!)) first--;
  mark(first, start);
  return Math.max(from, end);
}

const PUTTY = /Private-Lines: \d{1,4}\s{1,4}([A-Za-z0-9+/=\s]{1,16384})/g;

function markPutty(text: string, mark: Mark): void {
  if (!text.includes('Private-Lines')) return;
  for (const match of text.matchAll(PUTTY)) {
    const length = match[1]?.length ?? 0;
    mark(match.index + match[0].length - length, match.index + match[0].length);
  }
}
