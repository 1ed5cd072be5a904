// @ts-nocheck AssemblyScript, compiled by asc
import { matches } from './search';

/** A table: nibble lookups by place in the window, 16 bytes to work in, first entry of each bucket. */
const HITS: usize = 96;
const STARTS: usize = 112;
const ENTRIES: usize = 160;

/** An entry: address of the text, and so on; eight numbers (u32). */
const ENTRY_BITS: usize = 5;
const ENTRY_LENGTH: usize = 4;
const ENTRY_OFFSET: usize = 8;
const ENTRY_INDEX: usize = 12;
const ENTRY_KIND: usize = 16;
const ENTRY_WORD: usize = 20;
const ENTRY_MASK: usize = 24;
const ENTRY_FOLD: usize = 28;

const KIND_FOLDS: u32 = 1;

/** The bucket of escapes. */
const ESCAPES: u32 = 1;

function hexDigit(c: u32): u32 {
  return c - 0x30 < 10 ? c - 0x30 : ((c | 0x20) - 0x57) & 15;
}

/**
 * Whether an escape at `p` hides a character that encoders write as it is: all but `"`, `\\`, `&`, `<`,
 * `>`. Or a NUL: a text ends there.
 */
function hides(p: usize): bool {
  if (load<u16>(p) == 0x2f5c) return true;
  // \u00
  if (load<u32>(p) != 0x3030755c) return false;
  const c = (hexDigit(load<u8>(p, 4)) << 4) | hexDigit(load<u8>(p, 5));
  if (c == 0) return true;
  return c >= 0x20 && c < 0x7f && c != 0x22 && c != 0x5c && c != 0x26 && c != 0x3c && c != 0x3e;
}

/** Sets the bits of the patterns in some buckets that have their window at `at`; whether there are any. */
function compare(
  table: usize,
  bits: usize,
  buckets: u32,
  at: usize,
  from: usize,
  end: usize,
): bool {
  let any = false;
  if ((buckets & ESCAPES) != 0) {
    if (at < end && hides(at)) {
      store<u8>(bits, load<u8>(bits) | 1);
      any = true;
    }
    buckets &= ~ESCAPES;
  }
  const window = load<u32>(at);
  while (buckets != 0) {
    const starts = table + STARTS + (<usize>ctz<u32>(buckets) << 2);
    buckets &= buckets - 1;
    const last = table + ENTRIES + (<usize>load<u32>(starts, 4) << ENTRY_BITS);
    let entry = table + ENTRIES + (<usize>load<u32>(starts) << ENTRY_BITS);
    for (; entry < last; entry += 1 << ENTRY_BITS) {
      const word = (window | load<u32>(entry, ENTRY_FOLD)) & load<u32>(entry, ENTRY_MASK);
      if (word != load<u32>(entry, ENTRY_WORD)) continue;
      const index = load<u32>(entry, ENTRY_INDEX);
      const found = bits + ((<usize>index >> 5) << 2);
      const flag = 1 << (index & 31);
      if ((load<u32>(found) & flag) != 0) continue;
      const length = <usize>load<u32>(entry, ENTRY_LENGTH);
      const start = at - <usize>load<u32>(entry, ENTRY_OFFSET);
      if (start < from || start + length > end) continue;
      const folds = load<u32>(entry, ENTRY_KIND) == KIND_FOLDS;
      if (!matches(start, <usize>load<u32>(entry), length, folds)) continue;
      store<u32>(found, load<u32>(found) | flag);
      any = true;
    }
  }
  return any;
}

/** The buckets with these nibbles of a byte at one place of the window. */
// @ts-ignore: decorator
@inline
function bucketsOf(low: v128, high: v128, ofLow: v128, ofHigh: v128): v128 {
  return v128.and(v128.swizzle(ofLow, low), v128.swizzle(ofHigh, high));
}

/** The 16 bytes that end one or two bytes before those of `b` end, when `a` comes before them. */
// @ts-ignore: decorator
@inline
function oneBefore(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

// @ts-ignore: decorator
@inline
function twoBefore(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** Compares where there are buckets. */
function compareAll(
  table: usize,
  bits: usize,
  buckets: v128,
  p: usize,
  from: usize,
  end: usize,
): bool {
  let any = false;
  v128.store(table, buckets, HITS);
  let lanes = <u32>i8x16.bitmask(i8x16.ne(buckets, i8x16.splat(0)));
  while (lanes != 0) {
    const lane = <usize>ctz<u32>(lanes);
    lanes &= lanes - 1;
    any = compare(table, bits, <u32>load<u8>(table + lane, HITS), p + lane, from, end) || any;
  }
  return any;
}

/**
 * Looks for all patterns of a table in the bytes `[from, end)` at once, and sets the bits of those that
 * are there; bit 0 stands for escapes that may hide one. Three bytes at each place are looked up by
 * their nibbles: which patterns may have them there (Teddy, of Hyperscan). At least 80 readable bytes must
 * follow `end`.
 *
 * @returns whether one was set
 */
export function findPatterns(table: usize, bits: usize, from: usize, end: usize): bool {
  const nibble = i8x16.splat(0x0f);
  const firstLow = v128.load(table);
  const firstHigh = v128.load(table, 16);
  const secondLow = v128.load(table, 32);
  const secondHigh = v128.load(table, 48);
  const thirdLow = v128.load(table, 64);
  const thirdHigh = v128.load(table, 80);
  let any = false;
  // Buckets by the bytes before: a window is told by its last byte.
  let first = i8x16.splat(0);
  let second = i8x16.splat(0);
  for (let p = from; p < end + 2; p += 32) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const lowA = v128.and(a, nibble);
    const highA = v128.and(i16x8.shr_u(a, 4), nibble);
    const lowB = v128.and(b, nibble);
    const highB = v128.and(i16x8.shr_u(b, 4), nibble);
    const firstA = bucketsOf(lowA, highA, firstLow, firstHigh);
    const secondA = bucketsOf(lowA, highA, secondLow, secondHigh);
    const firstB = bucketsOf(lowB, highB, firstLow, firstHigh);
    const secondB = bucketsOf(lowB, highB, secondLow, secondHigh);
    const one = v128.and(
      v128.and(twoBefore(first, firstA), oneBefore(second, secondA)),
      bucketsOf(lowA, highA, thirdLow, thirdHigh),
    );
    const two = v128.and(
      v128.and(twoBefore(firstA, firstB), oneBefore(secondA, secondB)),
      bucketsOf(lowB, highB, thirdLow, thirdHigh),
    );
    first = firstB;
    second = secondB;
    if (!v128.any_true(v128.or(one, two))) continue;
    if (v128.any_true(one)) any = compareAll(table, bits, one, p - 2, from, end) || any;
    if (v128.any_true(two)) any = compareAll(table, bits, two, p + 14, from, end) || any;
  }
  return any;
}
