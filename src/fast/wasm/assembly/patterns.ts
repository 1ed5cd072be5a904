import { bucketsOf, oneBefore, twoBefore } from './inlined';
import { FOUND, PATTERN, PATTERN_TABLE, TEDDY } from './layout.gen';

/** The bucket of escapes, and the bit of one that may hide a text. */
const ESCAPES: u32 = 1 << TEDDY.escapeBucket;
const HIDING_ESCAPE: u32 = 1 << FOUND.hidingEscape;

/** Tables of a PATTERN_TABLE, each of 16 buckets by nibble, for the three bytes of a window. */
const FIRST_LOW: usize = PATTERN_TABLE.masks;
const FIRST_HIGH: usize = PATTERN_TABLE.masks + TEDDY.nibbles;
const SECOND_LOW: usize = PATTERN_TABLE.masks + 2 * TEDDY.nibbles;
const SECOND_HIGH: usize = PATTERN_TABLE.masks + 3 * TEDDY.nibbles;
const THIRD_LOW: usize = PATTERN_TABLE.masks + 4 * TEDDY.nibbles;
const THIRD_HIGH: usize = PATTERN_TABLE.masks + 5 * TEDDY.nibbles;

function lower(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}

/** Whether the bytes at `p` are the token; with `ignoreCase` it is in lower case. */
function matches(p: usize, token: usize, length: usize, ignoreCase: bool): bool {
  for (let i: usize = 0; i < length; i++) {
    const c = <u32>load<u8>(p + i);
    if ((ignoreCase ? lower(c) : c) != <u32>load<u8>(token + i)) return false;
  }
  return true;
}

/** Where the first two bytes of the token are next to each other. */
function pairs(p: usize, fold: v128, first: v128, second: v128): v128 {
  return v128.and(
    i8x16.eq(v128.or(v128.load(p), fold), first),
    i8x16.eq(v128.or(v128.load(p, 1), fold), second),
  );
}

/**
 * Whether the bytes `[p, end)` hold a token of at least two bytes; with `ignoreCase` the token must
 * be in lower case, and ASCII letters match in either.
 */
export function search(p: usize, end: usize, token: usize, length: usize, ignoreCase: bool): bool {
  if (end - p < length) return false;
  const stop = end - length;
  // With bit 5 set a letter is in lower case; what else that makes equal is told apart later.
  const fold = i8x16.splat(ignoreCase ? 0x20 : 0);
  const first = v128.or(i8x16.splat(load<i8>(token)), fold);
  const second = v128.or(i8x16.splat(load<i8>(token, 1)), fold);
  while (p <= stop) {
    // Most of the text holds no candidate: look at 64 bytes at once.
    const some = v128.or(
      v128.or(pairs(p, fold, first, second), pairs(p + 16, fold, first, second)),
      v128.or(pairs(p + 32, fold, first, second), pairs(p + 48, fold, first, second)),
    );
    if (!v128.any_true(some)) {
      p += 64;
      continue;
    }
    let mask = <u32>i8x16.bitmask(pairs(p, fold, first, second));
    while (mask != 0) {
      const at = p + <usize>ctz<u32>(mask);
      if (at > stop) return false;
      if (matches(at, token, length, ignoreCase)) return true;
      mask &= mask - 1;
    }
    p += 16;
  }
  return false;
}

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

/** Whether a pattern may have the three bytes at `at` in its window, letters in either case. */
function isWindow(table: usize, at: usize): bool {
  const window = (load<u32>(at) & 0xffffff) | TEDDY.setFold;
  const place = (window * TEDDY.setFactor) >> (32 - TEDDY.setBits);
  const word = load<u32>(table + ((<usize>place >> 5) << 2), PATTERN_TABLE.windows);
  return ((word >> (place & 31)) & 1) != 0;
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
      store<u32>(bits, load<u32>(bits) | HIDING_ESCAPE);
      any = true;
    }
    buckets &= ~ESCAPES;
  }
  // Buckets have many patterns, and most places that may hold one do not.
  if (buckets == 0 || !isWindow(table, at)) return any;
  const window = load<u32>(at);
  while (buckets != 0) {
    const starts = table + PATTERN_TABLE.starts + ((<usize>ctz<u32>(buckets)) << 2);
    buckets &= buckets - 1;
    const patterns = table + PATTERN_TABLE.patterns;
    // The next bucket starts where this one ends.
    const last = patterns + <usize>load<u32>(starts, 4) * PATTERN.size;
    let entry = patterns + <usize>load<u32>(starts) * PATTERN.size;
    for (; entry < last; entry += PATTERN.size) {
      const word = (window | load<u32>(entry, PATTERN.fold)) & load<u32>(entry, PATTERN.mask);
      if (word != load<u32>(entry, PATTERN.word)) continue;
      const index = load<u32>(entry, PATTERN.index);
      const found = bits + ((<usize>index >> 5) << 2);
      const flag = 1 << (index & 31);
      if ((load<u32>(found) & flag) != 0) continue;
      const length = <usize>load<u32>(entry, PATTERN.length);
      const start = at - <usize>load<u32>(entry, PATTERN.offset);
      if (start < from || start + length > end) continue;
      const folds = load<u32>(entry, PATTERN.folds) != 0;
      if (!matches(start, <usize>load<u32>(entry, PATTERN.text), length, folds)) continue;
      store<u32>(found, load<u32>(found) | flag);
      any = true;
    }
  }
  return any;
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
  let any: bool = false;
  v128.store(table, buckets, PATTERN_TABLE.hits);
  let lanes = <u32>i8x16.bitmask(i8x16.ne(buckets, i8x16.splat(0)));
  while (lanes != 0) {
    const lane = <usize>ctz<u32>(lanes);
    lanes &= lanes - 1;
    const hits = <u32>load<u8>(table + lane, PATTERN_TABLE.hits);
    any = compare(table, bits, hits, p + lane, from, end) || any;
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
  const firstLow = v128.load(table, FIRST_LOW);
  const firstHigh = v128.load(table, FIRST_HIGH);
  const secondLow = v128.load(table, SECOND_LOW);
  const secondHigh = v128.load(table, SECOND_HIGH);
  const thirdLow = v128.load(table, THIRD_LOW);
  const thirdHigh = v128.load(table, THIRD_HIGH);
  let any: bool = false;
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
