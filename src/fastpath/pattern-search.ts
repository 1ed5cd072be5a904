import { Buffer } from 'node:buffer';
import type { Pattern } from './needs.ts';

/** Index of the pattern for escapes of characters that encoders write as they are. */
export const HIDING_ESCAPE = 0;
/** Bits for what is found. */
export const FOUND_BITS = 512;
/** Patterns that are looked for in one pass, besides escapes. */
export const MAX_PATTERNS = 126;
/** A bit of a byte stands for each. */
const BUCKETS = 8;
/** Bytes that are compared at every place before a pattern is. */
const WINDOW = 3;
const NIBBLES = 16;

/** Places in a table, and the kind of an entry for escapes (src/scanner/assembly/patterns.ts). */
const STARTS = 112;
const ENTRIES = 160;
const KIND_ESCAPE = 2;

/** What the scanner's search for many texts works with (src/scanner/assembly/patterns.ts). */
export interface PatternSearch {
  /** By place in the window: buckets that a byte with this low nibble, then this high one, is in. */
  readonly masks: Uint8Array;
  /** Of each bucket, where its patterns start in `order`; one more for the end. */
  readonly starts: readonly number[];
  readonly order: readonly PlacedPattern[];
}

interface PlacedPattern {
  /** Its place in the list of patterns. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly ignoreCase: boolean;
  /** True for the start of an escape that counts only for some characters. */
  readonly isEscape: boolean;
  /** Where its window is. */
  readonly offset: number;
}

/** Bytes that texts hold less often than others make better windows. */
function commonness(byte: number): number {
  const char = String.fromCodePoint(byte);
  if (char === '"') return 8;
  if ('etaoinsrlc:'.includes(char)) return 6;
  if (/[a-z]/.test(char)) return 4;
  if (/[0-9]/.test(char)) return 5;
  return /[-./_, ]/.test(char) ? 4 : 2;
}

function windowAt(bytes: Buffer): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at + WINDOW <= Math.max(bytes.length, WINDOW); at++) {
    let sum = 0;
    for (let i = at; i < at + WINDOW && i < bytes.length; i++) sum += commonness(bytes[i]!);
    if (sum < least) [best, least] = [at, sum];
  }
  return best;
}

/** The nibbles that bytes of a bucket have at each place of the window, as sets of bits. */
type Nibbles = Uint16Array<ArrayBuffer>;

function addWindow(nibbles: Nibbles, { bytes, offset, ignoreCase }: PlacedPattern): Nibbles {
  const sum = nibbles.slice();
  for (let i = 0; i < WINDOW; i++) {
    const byte = bytes[offset + i];
    if (byte === undefined) {
      sum[2 * i] = 0xffff;
      sum[2 * i + 1] = 0xffff;
      continue;
    }
    const isLetter = ignoreCase && byte >= 0x61 && byte <= 0x7a;
    for (const each of isLetter ? [byte, byte - 0x20] : [byte]) {
      sum[2 * i]! |= 1 << (each & 15);
      sum[2 * i + 1]! |= 1 << (each >> 4);
    }
  }
  return sum;
}

/** The window as a number, and which of its bits count; letters are in lower case. */
function windowWord({ bytes, offset, ignoreCase }: PlacedPattern): {
  readonly word: number;
  readonly mask: number;
  readonly fold: number;
} {
  const [word, mask, fold] = [0, 1, 2].map((part) =>
    [0, 1, 2, 3].reduce((sum, i) => {
      const byte = bytes[offset + i];
      if (byte === undefined) return sum;
      const value = [byte, 0xff, ignoreCase ? 0x20 : 0][part]!;
      return (sum | (value << (8 * i))) >>> 0;
    }, 0),
  );
  return { word: (word! | fold!) >>> 0, mask: mask!, fold: fold! };
}

/** How many windows pass, for a bucket with such nibbles. */
function passes(nibbles: Nibbles): number {
  return nibbles.reduce((product, bits) => product * countBits(bits), 1);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Starts of escapes; the scanner looks at the character of the first. */
const ESCAPES = ['\\u00', '\\/'];

/**
 * Puts patterns with similar windows into one bucket (the Teddy search of Hyperscan).
 *
 * @param patterns by index, from 1 on
 */
export function buildSearch(patterns: ReadonlyMap<number, Pattern>): PatternSearch {
  const buckets = Array.from({ length: BUCKETS }, () => ({
    nibbles: new Uint16Array(2 * WINDOW),
    patterns: [] as PlacedPattern[],
  }));
  const add = ({ text, ignoreCase }: Pattern, index: number, isEscape: boolean): void => {
    const bytes = Buffer.from(text, 'latin1');
    const placed = { index, bytes, ignoreCase, isEscape, offset: windowAt(bytes) };
    let best = buckets[0]!;
    let least = Infinity;
    for (const bucket of buckets) {
      const more = passes(addWindow(bucket.nibbles, placed)) - passes(bucket.nibbles);
      if (more < least) [best, least] = [bucket, more];
    }
    best.nibbles = addWindow(best.nibbles, placed);
    best.patterns.push(placed);
  };
  for (const text of ESCAPES) add({ text, ignoreCase: false }, HIDING_ESCAPE, true);
  for (const [index, pattern] of patterns) add(pattern, index, false);
  const masks = new Uint8Array(2 * WINDOW * NIBBLES);
  const starts = [0];
  for (const [i, { nibbles, patterns: some }] of buckets.entries()) {
    for (const [place, bits] of nibbles.entries()) {
      for (let nibble = 0; nibble < NIBBLES; nibble++) {
        if ((bits >> nibble) & 1) masks[place * NIBBLES + nibble]! |= 1 << i;
      }
    }
    starts.push(starts[i]! + some.length);
  }
  return { masks, starts, order: buckets.flatMap((bucket) => bucket.patterns) };
}

/**
 * Writes a search into the scanner's memory (src/scanner/assembly/patterns.ts).
 *
 * @param texts address and length of each pattern, in order
 * @param table address of the table
 */
export function writeTable(
  search: PatternSearch,
  texts: readonly (readonly [address: number, length: number])[],
  table: number,
  bytes: Uint8Array,
  words: Uint32Array,
): void {
  bytes.set(search.masks, table);
  words.set(search.starts, (table + STARTS) >> 2);
  for (const [i, pattern] of search.order.entries()) {
    const { index, offset, ignoreCase, isEscape } = pattern;
    const { word, mask, fold } = windowWord(pattern);
    const kind = isEscape ? KIND_ESCAPE : Number(ignoreCase);
    const entry = [...texts[i]!, offset, index, kind, word, mask, fold];
    words.set(entry, ((table + ENTRIES) >> 2) + entry.length * i);
  }
}
