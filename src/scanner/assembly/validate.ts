// @ts-nocheck AssemblyScript, compiled by asc
import { escapeCarry, escapedBits, maskOf, prefixXor } from './nested';
import { scalarEnd, skipBlanks, stringEnd } from './text';

/** Levels of the bit stack; deeper values are odd. */
const MAX_LEVELS: i32 = 60;

/**
 * Address behind the object or array at `p` when it is one that the lenient parser of
 * src/json/parse.ts accepts too; 0 when it is not, or not for certain.
 *
 * Works on bit masks of 64 bytes: whether each token may follow the one before. Only brackets are
 * visited one by one, to know which commas are an object's. Text inside strings needs no check: the
 * lenient parser takes any.
 */
export function validate(p: usize, end: usize): usize {
  const from = p;
  const quote = i8x16.splat(0x22);
  const slash = i8x16.splat(0x5c);
  const openCurly = i8x16.splat(0x7b);
  const closeCurly = i8x16.splat(0x7d);
  const colonChar = i8x16.splat(0x3a);
  const commaChar = i8x16.splat(0x2c);
  const bit5 = i8x16.splat(0x20);
  let carry: u64 = 0;
  let inside: u64 = 0;
  let stack: u64 = 0;
  let depth: i32 = 0;
  // The last byte of the block before, one flag each; a value is due at the start.
  let wasObjectOpen: u64 = 0;
  let wasArrayOpen: u64 = 0;
  let wasObjectComma: u64 = 0;
  let wasDue: u64 = 1;
  let wasEnd: u64 = 0;
  let wasScalar: u64 = 0;
  let wasKeyEnd: u64 = 0;
  let keyCarry: u64 = 0;
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
    const open = maskOf(fa, fb, fc, fd, openCurly) & ~strings;
    const close = maskOf(fa, fb, fc, fd, closeCurly) & ~strings;
    const colon = maskOf(a, b, c, d, colonChar) & ~strings;
    const comma = maskOf(a, b, c, d, commaChar) & ~strings;
    // Bit 5 tells braces from brackets; shifted into the sign bit of its byte.
    const curly =
      <u64>(<u32>i8x16.bitmask(i16x8.shl(a, 2))) |
      ((<u64>(<u32>i8x16.bitmask(i16x8.shl(b, 2)))) << 16) |
      ((<u64>(<u32>i8x16.bitmask(i16x8.shl(c, 2)))) << 32) |
      ((<u64>(<u32>i8x16.bitmask(i16x8.shl(d, 2)))) << 48);

    // Empty values open and close at once: no need to visit them.
    const pairs = open & (close >> 1);
    let bad = pairs & (curly ^ (curly >> 1));
    const opens = open & ~pairs;
    let visit = opens | (close & ~(pairs << 1));
    let inObject: u64 = 0 - (stack & 1);
    let valid: u64 = ~0;
    let done = false;
    if (depth == 0 && (opens & 1) == 0) {
      // The whole value is an empty object or array.
      return bad & 1 ? 0 : p + 2 <= end ? p + 2 : 0;
    }
    while (visit != 0) {
      const bit = visit & (0 - visit);
      const kind = u64((curly & bit) != 0);
      if ((opens & bit) != 0) {
        stack = (stack << 1) | kind;
        if (++depth > MAX_LEVELS) return 0;
      } else {
        if (((stack ^ kind) & 1) != 0) return 0;
        stack >>= 1;
        if (--depth == 0) {
          valid = bit | (bit - 1);
          done = true;
          break;
        }
      }
      inObject = (inObject & (bit - 1)) | ((0 - (stack & 1)) & (0 - bit));
      visit &= visit - 1;
    }

    const stringOpen = quotes & strings;
    const stringClose = quotes & ~strings;
    const scalar = ~(strings | quotes | open | close | colon | comma);
    const ends = close | stringClose | scalar;
    const objectOpen = open & curly;
    const arrayOpen = open & ~curly;
    const objectComma = comma & inObject;
    const due = colon | (comma & ~inObject);

    const afterObjectOpen = (objectOpen << 1) | wasObjectOpen;
    const afterArrayOpen = (arrayOpen << 1) | wasArrayOpen;
    const afterObjectComma = (objectComma << 1) | wasObjectComma;
    const afterDue = (due << 1) | wasDue;
    const afterEnd = (ends << 1) | wasEnd;
    const scalarStart = scalar & ~((scalar << 1) | wasScalar);
    const keyOpen = stringOpen & (afterObjectOpen | afterObjectComma);
    // Adding the start of a string to its bits carries to the quote that closes it.
    const first = strings + keyOpen;
    const sum = first + keyCarry;
    keyCarry = u64(first < strings) | u64(sum < first);
    const keyEnd = sum & stringClose;
    const start = stringOpen | open | scalar;

    bad |= afterObjectComma & ~stringOpen;
    bad |= afterObjectOpen & ~(stringOpen | close);
    bad |= colon ^ ((keyEnd << 1) | wasKeyEnd);
    bad |= ((stringOpen & ~keyOpen) | open | scalarStart) & ~(afterDue | afterArrayOpen);
    bad |= afterDue & ~start;
    bad |= afterArrayOpen & ~(start | close);
    bad |= comma & ~afterEnd;
    bad |= close & ~(afterEnd | afterObjectOpen | afterArrayOpen);
    // A blank looks like the start of a number here.
    if ((bad & valid) != 0) return validateSpaced(from, end);
    let words = scalarStart & valid;
    while (words != 0) {
      const at = scalarEnd(p + <usize>ctz<u64>(words));
      if (at == 0) return validateSpaced(from, end);
      const next = load<u8>(at);
      if (next != 0x2c && next != 0x7d && next != 0x5d) return validateSpaced(from, end);
      words &= words - 1;
    }
    if (done) {
      p += <usize>popcnt<u64>(valid);
      return p <= end ? p : 0;
    }
    wasObjectOpen = objectOpen >> 63;
    wasArrayOpen = arrayOpen >> 63;
    wasObjectComma = objectComma >> 63;
    wasDue = due >> 63;
    wasEnd = ends >> 63;
    wasScalar = scalar >> 63;
    wasKeyEnd = keyEnd >> 63;
    p += 64;
  }
  return 0;
}

/** The same for values with blanks between their tokens, a token at a time. */
function validateSpaced(p: usize, end: usize): usize {
  let stack: u64 = 0;
  let depth: i32 = 0;
  while (true) {
    // A value is due at p.
    const first = load<u8>(p);
    if (first == 0x7b || first == 0x5b) {
      if (++depth > MAX_LEVELS) return 0;
      stack = (stack << 1) | u64(first == 0x7b);
      p = skipBlanks(p + 1);
      if (load<u8>(p) != first + 2) {
        if (first == 0x7b) p = valueStart(p);
        if (p == 0) return 0;
        continue;
      }
    } else {
      p = first == 0x22 ? stringEnd(p + 1) + 1 : scalarEnd(p);
      if (p == 0 || p > end) return 0;
      p = skipBlanks(p);
    }
    while (true) {
      // Behind a value, or at the bracket that closes an empty one.
      const next = load<u8>(p);
      const isObject = (stack & 1) != 0;
      if (next == 0x2c) {
        p = skipBlanks(p + 1);
        if (isObject) p = valueStart(p);
        if (p == 0 || p > end) return 0;
        break;
      }
      if (next != (isObject ? 0x7d : 0x5d)) return 0;
      p++;
      stack >>= 1;
      if (--depth == 0) return p <= end ? p : 0;
      p = skipBlanks(p);
    }
  }
}

/** Address of the value behind the key at `p`. */
function valueStart(p: usize): usize {
  if (load<u8>(p) != 0x22) return 0;
  p = skipBlanks(stringEnd(p + 1) + 1);
  return load<u8>(p) == 0x3a ? skipBlanks(p + 1) : 0;
}
