/**
 * What must be inlined to be fast. `@inline` on a function is no TypeScript: the formatter and the linter cannot
 * read this file, so nothing else belongs here.
 */
import { BLOCK, FORECAST } from './layout.gen';

/** Whether the text at `p` is what a forecast expects. */
// @ts-ignore: decorator
@inline
export function isExpected(forecast: usize, p: usize): bool {
  const low = v128.or(
    i8x16.eq(v128.load(p), v128.load(forecast, FORECAST.text)),
    v128.load(forecast, FORECAST.any),
  );
  const high = v128.or(
    i8x16.eq(v128.load(p, 16), v128.load(forecast, FORECAST.text + 16)),
    v128.load(forecast, FORECAST.any + 16),
  );
  return i8x16.all_true(v128.and(low, high));
}

/** The buckets with these nibbles of a byte at one place of the window. */
// @ts-ignore: decorator
@inline
export function bucketsOf(low: v128, high: v128, ofLow: v128, ofHigh: v128): v128 {
  return v128.and(v128.swizzle(ofLow, low), v128.swizzle(ofHigh, high));
}

/** The 16 bytes that end one byte before those of `b` end, when `a` comes before them. */
// @ts-ignore: decorator
@inline
export function oneBefore(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/** The same for two bytes before. */
// @ts-ignore: decorator
@inline
export function twoBefore(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** Whether the 16 bytes at `p` are those of a block. */
// @ts-ignore: decorator
@inline
export function isBlock(p: usize, block: usize): bool {
  const v = v128.load(p);
  const digit = i8x16.lt_u(i8x16.sub(v, i8x16.splat(0x30)), i8x16.splat(10));
  return i8x16.all_true(
    v128.or(
      v128.or(i8x16.eq(v, v128.load(block, BLOCK.text)), v128.load(block, BLOCK.any)),
      v128.and(digit, v128.load(block, BLOCK.digits)),
    ),
  );
}
