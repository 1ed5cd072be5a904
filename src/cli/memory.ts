import { setFlagsFromString } from 'node:v8';

// Of what a scan makes, little lives long. V8 lets the nursery grow to 32 MB all the same, in each thread,
// and never shrinks it while there is work.

/** Keeps the nurseries of all threads at the size that they have. */
export function holdNursery(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets them grow again, as V8 does by default. */
export function releaseNursery(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
