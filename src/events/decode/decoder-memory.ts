import type { DecoderMemory } from '../decoded.ts';

/** The state of a decoder as it was last given out, where it is the same: whoever keeps it compares by identity. */
export function unchanged(known: DecoderMemory | undefined, now: DecoderMemory): DecoderMemory {
  const isSame =
    known?.afterBreak === now.afterBreak &&
    known.prefix === now.prefix &&
    known.envelopes === now.envelopes &&
    known.table === now.table;
  return isSame ? known : now;
}
