function lower(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}

/** Whether the bytes at `p` are the token; with `ignoreCase` it is in lower case. */
export function matches(p: usize, token: usize, length: usize, ignoreCase: bool): bool {
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
