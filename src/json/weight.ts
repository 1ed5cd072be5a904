/**
 * How much one text may hold: an object or a list counts two, a comma and a colon one each. A parsed object takes 56
 * bytes and more however short its text is, so that 60 MB of `{},` would take 3 GB. Logged events have .05 a byte, and
 * .12 where managedFields are half of them: the longest line (64 MiB) of those has room.
 */
export const MAX_WEIGHT = 8_000_000;

/** True when a text of UTF-8 may weigh more than {@link MAX_WEIGHT}: what is inside strings counts too. */
export function mayBeTooHeavy(bytes: Uint8Array): boolean {
  if (2 * bytes.length <= MAX_WEIGHT) return false;
  let weight = 0;
  for (let i = 0; i < bytes.length; i++) weight += BYTE_WEIGHTS[bytes[i]!]!;
  return weight > MAX_WEIGHT;
}

const BYTE_WEIGHTS = new Uint8Array(256);
BYTE_WEIGHTS[0x7b] = BYTE_WEIGHTS[0x5b] = 2;
BYTE_WEIGHTS[0x2c] = BYTE_WEIGHTS[0x3a] = 1;
