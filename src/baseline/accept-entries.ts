import type { BaselineEntry } from './entry.ts';

/**
 * Adds entries to those of a baseline. One that is there takes the new reason and expiry where they are given.
 *
 * @param known by fingerprint; changed
 */
export function acceptEntries(
  known: Map<string, BaselineEntry>,
  entries: Iterable<BaselineEntry>,
  { reason, expires }: Pick<BaselineEntry, 'reason' | 'expires'>,
): void {
  for (const entry of entries) {
    const before = known.get(entry.fingerprint);
    known.set(entry.fingerprint, {
      ...entry,
      reason: reason ?? before?.reason ?? entry.reason,
      expires: expires ?? before?.expires ?? entry.expires,
    });
  }
}
