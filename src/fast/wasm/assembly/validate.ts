import { escapeCarry, escapedBits, maskOf, prefixXor, signs } from './nested';
import { scalarEnd, skipBlanks, stringEnd } from './text';

/** Levels of the bit stack; deeper values are odd. */
const MAX_LEVELS: i32 = 60;

/** Sixteen times the same byte: V8 takes longer to make such a constant than to load it. */
const QUOTES = memory.data<u64>([0x2222222222222222, 0x2222222222222222], 16);
const SLASHES = memory.data<u64>([0x5c5c5c5c5c5c5c5c, 0x5c5c5c5c5c5c5c5c], 16);
const OPENS = memory.data<u64>([0x7b7b7b7b7b7b7b7b, 0x7b7b7b7b7b7b7b7b], 16);
const CLOSES = memory.data<u64>([0x7d7d7d7d7d7d7d7d, 0x7d7d7d7d7d7d7d7d], 16);
const COLONS = memory.data<u64>([0x3a3a3a3a3a3a3a3a, 0x3a3a3a3a3a3a3a3a], 16);
const COMMAS = memory.data<u64>([0x2c2c2c2c2c2c2c2c, 0x2c2c2c2c2c2c2c2c], 16);
const BIT5 = memory.data<u64>([0x2020202020202020, 0x2020202020202020], 16);

/**
 * Address behind the object or array at `p` when it is one that the lenient parser of
 * src/json/parse.ts accepts too; 0 when it is not, or not for certain.
 *
 * Works on bit masks of 64 bytes: whether each token may follow the one before. Only brackets are
 * visited one by one, to know which commas are an object's; and not even they where there are only
 * objects. Text inside strings needs no check: the lenient parser takes any.
 */
export function validate(p: usize, end: usize): usize {
  const from = p;
  if (load<u8>(p, 1) == load<u8>(p) + 2) return p + 2 <= end ? p + 2 : 0;
  let carry: u64 = 0;
  let inside: u64 = 0;
  // A bit for each level, the innermost lowest, set for objects; above them 10.
  let stack: u64 = 2;
  // The last byte of the block before, one flag each; a value is due at the start.
  let wasDue: u64 = 1;
  let wasOpen: u64 = 0;
  let wasKeyDue: u64 = 0;
  let wasScalar: u64 = 0;
  let inKey: u64 = 0;
  for (; p < end; p += 64) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    let quotes = maskOf(a, b, c, d, v128.load(QUOTES));
    const slash = v128.load(SLASHES);
    const slashes = v128.or(
      v128.or(i8x16.eq(a, slash), i8x16.eq(b, slash)),
      v128.or(i8x16.eq(c, slash), i8x16.eq(d, slash)),
    );
    if (v128.any_true(slashes)) {
      quotes &= ~escapedBits(maskOf(a, b, c, d, slash), carry);
      carry = escapeCarry;
    } else {
      quotes &= ~carry;
      carry = 0;
    }
    // All of it is inside a string.
    if ((quotes | ~inside) == 0) continue;
    const strings = prefixXor(quotes) ^ inside;
    inside = <u64>(<i64>strings >> 63);
    const bit5 = v128.load(BIT5);
    const fa = v128.or(a, bit5);
    const fb = v128.or(b, bit5);
    const fc = v128.or(c, bit5);
    const fd = v128.or(d, bit5);
    const open = maskOf(fa, fb, fc, fd, v128.load(OPENS)) & ~strings;
    const close = maskOf(fa, fb, fc, fd, v128.load(CLOSES)) & ~strings;
    const colon = maskOf(a, b, c, d, v128.load(COLONS)) & ~strings;
    const comma = maskOf(a, b, c, d, v128.load(COMMAS)) & ~strings;

    // Empty values open and close at once: no need to visit them.
    const pairEnds = close & (open << 1);
    let bad: u64 = 0;
    let inObject: u64 = 0 - (stack & 1);
    let valid: u64 = ~0;
    let done = false;
    if ((open | close) != 0) {
      // Bit 5 tells braces from brackets; shifted into the sign bit of its byte.
      const curly = signs(i16x8.shl(a, 2), i16x8.shl(b, 2), i16x8.shl(c, 2), i16x8.shl(d, 2));
      const pairs = pairEnds >> 1;
      bad = pairs & (curly ^ (curly >> 1));
      const opens = open & ~pairs;
      const closes = close & ~pairEnds;
      let visit = opens | closes;
      const opened = popcnt<u64>(opens);
      const closed = popcnt<u64>(closes);
      if (
        (visit & ~curly) == 0 &&
        ctz<u64>(~stack) > closed &&
        clz<u64>(stack) >= opened + <u64>(62 - MAX_LEVELS)
      ) {
        // Objects in objects, within the levels: all that opens and all that closes is one.
        stack = (((stack + 1) << opened) - 1) >> closed;
      } else {
        while (visit != 0) {
          const bit = visit & (0 - visit);
          const kind = u64((curly & bit) != 0);
          if ((opens & bit) != 0) {
            stack = (stack << 1) | kind;
            if (stack >> <u64>(MAX_LEVELS + 2) != 0) return 0;
          } else {
            if (((stack ^ kind) & 1) != 0) return 0;
            stack >>= 1;
            if (stack == 2) {
              valid = bit | (bit - 1);
              done = true;
              break;
            }
          }
          inObject = (inObject & (bit - 1)) | ((0 - (stack & 1)) & (0 - bit));
          visit &= visit - 1;
        }
      }
    }

    // Behind a colon, a comma or an opening bracket a value or a key starts, and nowhere else; an
    // empty object or array ends instead.
    const text = strings | quotes;
    const due = open | comma | colon;
    const scalar = ~(text | due | close);
    const scalarStart = scalar & ~((scalar << 1) | wasScalar);
    const stringOpen = quotes & strings;
    const starts = stringOpen | open | scalarStart;
    // In an object it is a key.
    const keyDue = (open | comma) & inObject;
    const afterKeyDue = (keyDue << 1) | wasKeyDue;
    const keyOpen = stringOpen & afterKeyDue;
    bad |=
      ((((due << 1) | wasDue) ^ starts) | (afterKeyDue ^ keyOpen)) &
      ~(pairEnds | (close & wasOpen));
    // Adding the start of a string to its bits carries to the place behind it: a colon follows a key.
    const sum = text + keyOpen + inKey;
    inKey = (text & ~sum) >> 63;
    bad |= colon ^ (sum & ~text);
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
    wasDue = due >> 63;
    wasOpen = open >> 63;
    wasKeyDue = keyDue >> 63;
    wasScalar = scalar >> 63;
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
