import { setFlagsFromString } from 'node:v8';

// Of what a scan makes, little lives long. V8 lets the nursery grow to 32 MB all the same, in each thread,
// and the rest to several times of what is in use.

/** Keeps the nurseries of all threads at the size that they have, and the rest close to what is in use. */
export function holdMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}

/** Lets memory grow again, as V8 does by default. */
export function releaseMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--heap-growing-percent=0');
}

/** Keeps what is thrown away smaller than what is in use, for a scan that keeps much: 300 MB are to be enough for it. */
export function collectEarly(): void {
  setFlagsFromString('--heap-growing-percent=60');
}

/** Bytes from which a scan runs long enough for V8 to optimize it; smaller ones are over before. */
const LARGE = 5e6;

/**
 * Has V8 compile later and inline less: most scans last a second or two, a quarter of which went to optimizing. V8 takes
 * stored code only with the flags that it was stored with, so small inputs, which need that more, are left as they are.
 * Only V8 11 (Node 20) has the flag; later ones wait longer themselves.
 *
 * @param bytes size of the input
 * @param v8 version of V8
 */
export function optimizeLess(bytes: number, v8: string): void {
  if (bytes < LARGE || !v8.startsWith('11.')) return;
  // Nine times the default: bytes of bytecode that run before a function is looked at again.
  setFlagsFromString('--interrupt-budget=600000');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
}
