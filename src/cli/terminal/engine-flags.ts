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
