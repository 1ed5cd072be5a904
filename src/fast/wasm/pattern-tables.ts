import { Buffer } from 'node:buffer';
import { PATTERN, PATTERN_TABLE, TEDDY } from './layout.gen.ts';

const { buckets: BUCKETS, escapeBucket: ESCAPE_BUCKET, window: WINDOW, nibbles: NIBBLES } = TEDDY;
const { setBits: SET_BITS, setFactor: SET_FACTOR, setFold: SET_FOLD } = TEDDY;

/** A text to search bytes for. With `ignoreCase` it is in lower case, and ASCII letters match in either case. */
export interface Pattern {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** The input of the scanner's search for many texts at once (src/fast/wasm/assembly/patterns.ts). */
export interface PatternSearch {
  /** For each place in the window: the buckets of each low nibble, then of each high nibble. */
  readonly masks: Uint8Array;
  /** By bucket, the index in `order` of its first pattern; then the number of patterns. */
  readonly starts: readonly number[];
  readonly order: readonly PlacedPattern[];
}

interface PlacedPattern {
  /** The bit that the scanner sets when it finds the pattern. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly ignoreCase: boolean;
  /** Where its window of three bytes starts. */
  readonly offset: number;
}

/** Rough frequency of each byte in JSON, in thousandths. */
const FREQUENCIES = Float64Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCodePoint(byte);
  if (char === '"') return 110;
  if ('etaoinsrlcdpu'.includes(char)) return 35;
  if (/[a-z0-9:,]/.test(char)) return 15;
  if (/[-./_ {}\\]/.test(char)) return 8;
  return /[\x20-\x7e]/.test(char) ? 2 : 0.1;
});

/** Where the rarest three bytes in a row are: they make the fewest false candidates. */
function windowAt(bytes: Buffer): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at + WINDOW <= bytes.length; at++) {
    let product = 1;
    for (let i = at; i < at + WINDOW; i++) product *= FREQUENCIES[bytes[i]!]!;
    if (product < least) [best, least] = [at, product];
  }
  return best;
}

/** Bit sets of the low, then high nibbles of a bucket, for each place of the window. */
type Nibbles = Uint16Array<ArrayBuffer>;

function addWindow(nibbles: Nibbles, { bytes, offset, ignoreCase }: PlacedPattern): Nibbles {
  const sum = nibbles.slice();
  for (let i = 0; i < WINDOW; i++) {
    const byte = bytes[offset + i]!;
    const isLetter = ignoreCase && byte >= 0x61 && byte <= 0x7a;
    for (const each of isLetter ? [byte, byte - 0x20] : [byte]) {
      sum[2 * i]! |= 1 << (each & 15);
      sum[2 * i + 1]! |= 1 << (each >> 4);
    }
  }
  return sum;
}

/** Four bytes from the window on as a number, which of its bits count, and the bits that fold letters. */
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

/** The bit of a pattern's window in the set of windows. */
function placeInSet({ bytes, offset }: PlacedPattern): number {
  const window = bytes.readUIntLE(offset, WINDOW) | SET_FOLD;
  return Math.imul(window, SET_FACTOR) >>> (32 - SET_BITS);
}

/** Estimated rate of false candidates of a bucket with these nibbles. */
function passes(nibbles: Nibbles): number {
  let product = 1;
  for (let i = 0; i < WINDOW; i++) {
    let sum = 0;
    for (let high = nibbles[2 * i + 1]!; high !== 0; high &= high - 1) {
      const row = (31 - Math.clz32(high & -high)) << 4;
      for (let low = nibbles[2 * i]!; low !== 0; low &= low - 1) {
        sum += FREQUENCIES[row | (31 - Math.clz32(low & -low))]!;
      }
    }
    product *= sum;
  }
  return product;
}

/** Nibbles of the bucket of escapes, which start with `\\u` or are `\\/`. */
const ESCAPES: readonly number[] = [1 << 0xc, 1 << 5, 0x8020, 0x84, 0xffff, 0xffff];

/**
 * Groups patterns with similar windows into buckets (the Teddy search of Hyperscan).
 *
 * @param patterns by index, from 1 on
 */
export function buildSearch(patterns: ReadonlyMap<number, Pattern>): PatternSearch {
  const buckets = Array.from({ length: BUCKETS }, (_, i) => ({
    nibbles: i === ESCAPE_BUCKET ? Uint16Array.from(ESCAPES) : new Uint16Array(2 * WINDOW),
    rate: 0,
    patterns: [] as PlacedPattern[],
  }));
  const placed = [...patterns].map(([index, { text, ignoreCase }]): PlacedPattern => {
    const bytes = Buffer.from(text, 'latin1');
    return { index, bytes, ignoreCase, offset: windowAt(bytes) };
  });
  // Patterns with letters in either case pass most often: place them first, so that they share buckets.
  const widestFirst = placed.toSorted((a, b) => Number(b.ignoreCase) - Number(a.ignoreCase));
  for (const pattern of widestFirst) {
    let best = buckets[ESCAPE_BUCKET + 1]!;
    let least = Infinity;
    for (const bucket of buckets.slice(ESCAPE_BUCKET + 1)) {
      const more = passes(addWindow(bucket.nibbles, pattern)) - bucket.rate;
      if (more < least) [best, least] = [bucket, more];
    }
    best.nibbles = addWindow(best.nibbles, pattern);
    best.rate = passes(best.nibbles);
    best.patterns.push(pattern);
  }
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
 * Writes a search into the scanner's memory (src/fast/wasm/assembly/patterns.ts).
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
  bytes.set(search.masks, table + PATTERN_TABLE.masks);
  words.set(search.starts, (table + PATTERN_TABLE.starts) >> 2);
  for (const [i, pattern] of search.order.entries()) {
    const place = placeInSet(pattern);
    words[((table + PATTERN_TABLE.windows) >> 2) + (place >> 5)]! |= 1 << (place & 31);
    const at = table + PATTERN_TABLE.patterns + i * PATTERN.size;
    const [text, length] = texts[i]!;
    const { word, mask, fold } = windowWord(pattern);
    words[(at + PATTERN.text) >> 2] = text;
    words[(at + PATTERN.length) >> 2] = length;
    words[(at + PATTERN.offset) >> 2] = pattern.offset;
    words[(at + PATTERN.index) >> 2] = pattern.index;
    words[(at + PATTERN.folds) >> 2] = Number(pattern.ignoreCase);
    words[(at + PATTERN.word) >> 2] = word;
    words[(at + PATTERN.mask) >> 2] = mask;
    words[(at + PATTERN.fold) >> 2] = fold;
  }
}
