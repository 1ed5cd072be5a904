import { MAX, MEMORY } from './layout.gen';
import { escapeCarry, escapedBits, maskOf, prefixXor, signs } from './nested';

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
