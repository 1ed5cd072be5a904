/** The first bytes of a text of fewer than eight. */
export function shortWord(p: usize, length: usize): u64 {
  return load<u64>(p) & (((<u64>1) << ((<u64>length) << 3)) - 1);
}

/** True when the line whose end was found last has an escape byte: colours, which the decoder takes out. */
export let coloured: bool = false;

/** Address of the next line feed; there is always one. */
export function lineEnd(p: usize): usize {
  // Line feeds and escapes are equal but for two bits; the two other bytes that are so hardly occur.
  const both = i8x16.splat(<i8>0xee);
  const feed = i8x16.splat(0x0a);
  coloured = false;
  while (true) {
    const a = i8x16.eq(v128.and(v128.load(p), both), feed);
    const b = i8x16.eq(v128.and(v128.load(p, 16), both), feed);
    const c = i8x16.eq(v128.and(v128.load(p, 32), both), feed);
    const d = i8x16.eq(v128.and(v128.load(p, 48), both), feed);
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      const low: u64 = <u64>(<u32>i8x16.bitmask(a)) | ((<u64>(<u32>i8x16.bitmask(b))) << 16);
      const high: u64 = <u64>(<u32>i8x16.bitmask(c)) | ((<u64>(<u32>i8x16.bitmask(d))) << 16);
      for (let hits = low | (high << 32); hits != 0; hits &= hits - 1) {
        const at = p + <usize>ctz<u64>(hits);
        const byte = load<u8>(at);
        if (byte == 0x0a) return at;
        if (byte == 0x1b) coloured = true;
      }
    }
    p += 64;
  }
}

/** True when a string has no escape: its bytes then are its text. */
export function isPlainText(from: usize, to: usize): bool {
  for (let p = from; p < to; p++) if (load<u8>(p) == 0x5c) return false;
  return true;
}

/** Address of the first quote or backslash; there is always a quote. */
export function quoteOrBackslash(p: usize): usize {
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  while (true) {
    const v = v128.load(p);
    const mask = <u32>i8x16.bitmask(v128.or(i8x16.eq(v, quote), i8x16.eq(v, backslash)));
    if (mask != 0) return p + <usize>ctz<u32>(mask);
    p += 16;
  }
}

/** Address of the quote that closes the string whose text starts at `p`; there is always one. */
export function stringEnd(p: usize): usize {
  while (true) {
    p = quoteOrBackslash(p);
    if (load<u8>(p) == 0x22) return p;
    p += 2;
  }
}

/** True once a line was found to have blanks between its tokens. */
export let spaced: bool = false;

export function forgetBlanks(): void {
  spaced = false;
}

/** Sets {@link spaced} again to what it was behind the event, when more of the line was read. */
export function restoreBlanks(before: bool): void {
  spaced = before;
}

/** Blanks inside a line; a line feed ends the line. */
export function skipBlanks(p: usize): usize {
  const first = load<u8>(p);
  if (first > 0x20) return p;
  if (first == 0x20 || first == 0x09 || first == 0x0d) spaced = true;
  while (true) {
    const c = load<u8>(p);
    if (c != 0x20 && c != 0x09 && c != 0x0d) return p;
    p++;
  }
}

function isNumberChar(c: u32): bool {
  return c - 0x30 < 10 || c == 0x2e || c == 0x2d || c == 0x65 || c == 0x45 || c == 0x2b;
}

/** Longest number; JSON.parse has no limit, the lenient parser stops at 1024. */
const MAX_NUMBER: usize = 512;

/** Address behind a literal or number; 0 when it is neither (NaN and the like are odd). */
export function scalarEnd(p: usize): usize {
  const c = <u32>load<u8>(p);
  if (c - 0x30 < 10 || c == 0x2d) {
    const start = p++;
    while (isNumberChar(load<u8>(p))) p++;
    return p - start < MAX_NUMBER ? p : 0;
  }
  const word = load<u32>(p);
  if (word == 0x65757274 || word == 0x6c6c756e) return p + 4;
  if (word == 0x736c6166 && load<u8>(p, 4) == 0x65) return p + 5;
  return 0;
}

/** Address behind a decimal byte without leading zeros; 0 when there is none. */
function byteEnd(p: usize): usize {
  let value = <u32>load<u8>(p) - 0x30;
  if (value > 9) return 0;
  const start = p++;
  for (let digit = <u32>load<u8>(p) - 0x30; digit < 10; digit = <u32>load<u8>(p) - 0x30) {
    value = value * 10 + digit;
    if (value > 255 || load<u8>(start) == 0x30) return 0;
    p++;
  }
  return p;
}

/**
 * Address behind the second dot of the one IPv4 address in a compact array; 0 for any other value, and
 * for addresses that start with 0.
 */
export function networkEnd(p: usize, end: usize): usize {
  if (load<u16>(p) != 0x225b || load<u8>(p, 2) == 0x30) return 0;
  const second = byteEnd(p + 2);
  if (second == 0 || load<u8>(second) != 0x2e) return 0;
  const network = byteEnd(second + 1);
  if (network == 0 || load<u8>(network) != 0x2e) return 0;
  const third = byteEnd(network + 1);
  if (third == 0 || load<u8>(third) != 0x2e) return 0;
  const last = byteEnd(third + 1);
  return last != 0 && load<u16>(last) == 0x5d22 && last + 2 == end ? network + 1 : 0;
}
