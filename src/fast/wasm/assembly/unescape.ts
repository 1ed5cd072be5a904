import { MAX } from './layout.gen';

/** Of the string that was unescaped last: behind its text, and its first line feed, 0 without one. */
export let textEnd: usize = 0;
export let firstFeed: usize = 0;

/** Ends a text that is scanned, with a line feed and quotes behind it, as scanning needs. */
export function endText(end: usize): void {
  firstFeed = 0;
  textEnd = end;
  store<u8>(end, 0x0a);
  memory.fill(end + 1, 0x22, MAX.overread - 1);
}

/** The number of four hexadecimal digits; above 0xffff when one is none. */
function hex(p: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = <u32>load<u8>(p + i);
    const low = c | 0x20;
    if (c - 0x30 < 10) value = (value << 4) | (c - 0x30);
    else if (low - 0x61 < 6) value = (value << 4) | (low - 0x57);
    else return 0x10000;
  }
  return value;
}

/** The character that a backslash and this one stand for; 0 for any other. */
function escaped(c: u32): u32 {
  if (c == 0x22 || c == 0x5c || c == 0x2f) return c;
  if (c == 0x6e) return 0x0a;
  if (c == 0x74) return 0x09;
  if (c == 0x72) return 0x0d;
  if (c == 0x62) return 0x08;
  return c == 0x66 ? 0x0c : 0;
}

/** Writes a character as UTF-8. @returns the address behind it */
function write(out: usize, c: u32): usize {
  if (c < 0x80) {
    store<u8>(out, c);
    return out + 1;
  }
  if (c < 0x800) {
    store<u8>(out, 0xc0 | (c >> 6));
    store<u8>(out, 0x80 | (c & 63), 1);
    return out + 2;
  }
  if (c < 0x10000) {
    store<u8>(out, 0xe0 | (c >> 12));
    store<u8>(out, 0x80 | ((c >> 6) & 63), 1);
    store<u8>(out, 0x80 | (c & 63), 2);
    return out + 3;
  }
  store<u8>(out, 0xf0 | (c >> 18));
  store<u8>(out, 0x80 | ((c >> 12) & 63), 1);
  store<u8>(out, 0x80 | ((c >> 6) & 63), 2);
  store<u8>(out, 0x80 | (c & 63), 3);
  return out + 4;
}

/**
 * Writes the text of the JSON string whose first character is at `p` to `out`, exactly as JSON.parse and UTF-8 give
 * it. A line feed and quotes follow it, as scanning needs.
 *
 * @returns the address of the closing quote; 0 when it is not before `end`, and for what only a parser can tell:
 *   unknown escapes and lone surrogates; and for an escape byte, which may start a colour
 */
export function unescape(p: usize, end: usize, out: usize): usize {
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  firstFeed = 0;
  while (p < end) {
    const v = v128.load(p);
    v128.store(out, v);
    const mask = <u32>i8x16.bitmask(v128.or(i8x16.eq(v, quote), i8x16.eq(v, backslash)));
    if (mask == 0) {
      p += 16;
      out += 16;
      continue;
    }
    const plain = <usize>ctz<u32>(mask);
    p += plain;
    out += plain;
    if (load<u8>(p) == 0x22) {
      if (p >= end) return 0;
      const feed = firstFeed;
      endText(out);
      firstFeed = feed;
      return p;
    }
    const c = <u32>load<u8>(p, 1);
    if (c != 0x75) {
      const known = escaped(c);
      if (known == 0) return 0;
      if (known == 0x0a && firstFeed == 0) firstFeed = out;
      store<u8>(out++, known);
      p += 2;
      continue;
    }
    let unit = hex(p + 2);
    p += 6;
    if (unit == 0x1b || unit > 0xffff) return 0;
    if (unit == 0x0a && firstFeed == 0) firstFeed = out;
    if ((unit & 0xf800) == 0xd800) {
      const low = hex(p + 2);
      // \u
      if (unit >= 0xdc00 || load<u16>(p) != 0x755c || (low & 0x1fc00) != 0xdc00) return 0;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      p += 6;
    }
    out = write(out, unit);
  }
  return 0;
}
