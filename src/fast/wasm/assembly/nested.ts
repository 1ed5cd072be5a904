import { MAX, MEMBER, MEMORY, SPAN } from './layout.gen';
import { skipBlanks, stringEnd } from './text';

const EVEN: u64 = 0x5555555555555555;

/** The sign bits of 64 bytes. */
export function signs(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | ((<u32>i8x16.bitmask(b)) << 16);
  const high = <u32>i8x16.bitmask(c) | ((<u32>i8x16.bitmask(d)) << 16);
  return <u64>low | ((<u64>high) << 32);
}

/** One bit for each of 64 bytes that equals `c`. */
export function maskOf(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return signs(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

/** Each bit: the parity of the set bits up to and including it. */
export function prefixXor(x: u64): u64 {
  x ^= x << 1;
  x ^= x << 2;
  x ^= x << 4;
  x ^= x << 8;
  x ^= x << 16;
  return x ^ (x << 32);
}

/** Set by {@link escapedBits}: 1 when the first byte of the next block is escaped. */
export let escapeCarry: u64 = 0;

/** Bytes behind a backslash that counts (simdjson's json_escape_scanner). */
export function escapedBits(backslash: u64, carry: u64): u64 {
  backslash &= ~carry;
  const follows = (backslash << 1) | carry;
  const oddStarts = backslash & ~EVEN & ~follows;
  const sequences = oddStarts + backslash;
  escapeCarry = u64(sequences < oddStarts);
  return (EVEN ^ (sequences << 1)) & follows;
}

/**
 * Address behind the object or array at `p`, by counting brackets outside strings. The value must
 * be known to be valid, or its validity not to matter.
 *
 * @returns 0 when it does not end before `end`
 */
export function skipNested(p: usize, end: usize): usize {
  const quote = i8x16.splat(0x22);
  const slash = i8x16.splat(0x5c);
  const openCurly = i8x16.splat(0x7b);
  const closeCurly = i8x16.splat(0x7d);
  const bit5 = i8x16.splat(0x20);
  let carry: u64 = 0;
  let inside: u64 = 0;
  let depth: i32 = 0;
  while (p < end) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    const backslash = maskOf(a, b, c, d, slash);
    let quotes = maskOf(a, b, c, d, quote);
    if ((backslash | carry) != 0) {
      quotes &= ~escapedBits(backslash, carry);
      carry = escapeCarry;
    }
    const strings = prefixXor(quotes) ^ inside;
    inside = <u64>(<i64>strings >> 63);
    const fa = v128.or(a, bit5);
    const fb = v128.or(b, bit5);
    const fc = v128.or(c, bit5);
    const fd = v128.or(d, bit5);
    const opens = maskOf(fa, fb, fc, fd, openCurly) & ~strings;
    let closes = maskOf(fa, fb, fc, fd, closeCurly) & ~strings;
    const count = <i32>popcnt<u64>(closes);
    if (count < depth) {
      depth += <i32>popcnt<u64>(opens) - count;
    } else {
      let closed: i32 = 0;
      while (closes != 0) {
        const below = (closes & (0 - closes)) - 1;
        closed++;
        if (depth + <i32>popcnt<u64>(opens & below) == closed) {
          p += <usize>popcnt<u64>(below) + 1;
          return p <= end ? p : 0;
        }
        closes &= closes - 1;
      }
      depth += <i32>popcnt<u64>(opens) - closed;
    }
    p += 64;
  }
  return 0;
}

/** Address behind the value at `p`, which is known to be valid; 0 when it does not end before `end`. */
function valueEnd(p: usize, end: usize): usize {
  const first = load<u8>(p);
  if (first == 0x22) return stringEnd(p + 1) + 1;
  if (first == 0x7b || first == 0x5b) return skipNested(p, end);
  while (load<u8>(p) > 0x20 && load<u8>(p) != 0x2c && (load<u8>(p) | 0x20) != 0x7d) p++;
  return p;
}

/**
 * Lists the members of the valid object at `p`: a MEMBER each in MEMORY.members, of the key's text
 * and of the value.
 *
 * @returns their number; -1 when there are too many, or a key has an escape
 */
export function members(p: usize, end: usize): i32 {
  let count: u32 = 0;
  p = skipBlanks(p + 1);
  while (load<u8>(p) == 0x22) {
    if (count == MAX.members) return -1;
    const entry = MEMORY.members + <usize>count * MEMBER.size;
    count++;
    const key = ++p;
    while (load<u8>(p) != 0x22) {
      if (load<u8>(p++) == 0x5c) return -1;
    }
    store<u32>(entry, <u32>key, MEMBER.keyStart);
    store<u32>(entry, <u32>p, MEMBER.keyEnd);
    p = skipBlanks(skipBlanks(p + 1) + 1);
    store<u32>(entry, <u32>p, MEMBER.start);
    p = valueEnd(p, end);
    if (p == 0) return -1;
    store<u32>(entry, <u32>p, MEMBER.end);
    p = skipBlanks(p);
    if (load<u8>(p) != 0x2c) break;
    p = skipBlanks(p + 1);
  }
  return count;
}

/**
 * Lists the elements of the valid array at `p`: a SPAN each in MEMORY.members.
 *
 * @returns their number; -1 when there are too many
 */
export function elements(p: usize, end: usize): i32 {
  let count: u32 = 0;
  p = skipBlanks(p + 1);
  if (load<u8>(p) == 0x5d) return 0;
  while (true) {
    if (count == MAX.elements) return -1;
    const entry = MEMORY.members + <usize>count * SPAN.size;
    count++;
    store<u32>(entry, <u32>p, SPAN.start);
    p = valueEnd(p, end);
    if (p == 0) return -1;
    store<u32>(entry, <u32>p, SPAN.end);
    p = skipBlanks(p);
    if (load<u8>(p) != 0x2c) return count;
    p = skipBlanks(p + 1);
  }
}

/** Copies bytes in steps of 16; returns the address behind them. */
function append(to: usize, from: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  return to + length;
}

/**
 * Takes the blanks between the tokens of the valid JSON text `[start, end)` away, in place: every token keeps its
 * spelling (minify of src/json/locate.ts).
 *
 * @returns the address behind the shorter text
 */
export function tighten(start: usize, end: usize): usize {
  const quote = i8x16.splat(0x22);
  const slash = i8x16.splat(0x5c);
  const aboveBlanks = i8x16.splat(0x21);
  const full = MEMORY.tight + MAX.tight;
  let carry: u64 = 0;
  let inside: u64 = 0;
  // What was not read yet must not be written over: the text goes elsewhere first.
  let to: usize = MEMORY.tight;
  let target = start;
  for (let p = start; p < end; p += 64) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    const backslash = maskOf(a, b, c, d, slash);
    let quotes = maskOf(a, b, c, d, quote);
    if ((backslash | carry) != 0) {
      quotes &= ~escapedBits(backslash, carry);
      carry = escapeCarry;
    }
    const strings = prefixXor(quotes) ^ inside;
    inside = <u64>(<i64>strings >> 63);
    let blanks =
      ~strings &
      signs(
        i8x16.lt_u(a, aboveBlanks),
        i8x16.lt_u(b, aboveBlanks),
        i8x16.lt_u(c, aboveBlanks),
        i8x16.lt_u(d, aboveBlanks),
      );
    const stop = p + 64 < end ? p + 64 : end;
    let from = p;
    while (blanks != 0) {
      const at = p + <usize>ctz<u64>(blanks);
      if (at >= end) break;
      to = append(to, from, at - from);
      from = at + 1;
      blanks &= blanks - 1;
    }
    to = append(to, from, stop - from);
    if (to >= full || stop == end) {
      memory.copy(target, MEMORY.tight, to - MEMORY.tight);
      target += to - MEMORY.tight;
      to = MEMORY.tight;
    }
  }
  return target;
}
