import { redactor } from '../redact/redact.ts';
import { MAX_TEXT, type BaselineEntry } from './entry.ts';

/**
 * Adds entries to those of a baseline. One that is there takes the new reason and expiry where they are given.
 * Reports for programs hold texts as they were logged: a baseline lies in version control.
 *
 * @param known by fingerprint; changed
 */
export function acceptEntries(
  known: Map<string, BaselineEntry>,
  entries: Iterable<BaselineEntry>,
  { reason, expires }: Pick<BaselineEntry, 'reason' | 'expires'>,
): void {
  const redact = redactor(false);
  const text = (logged: string): string => redact(logged).slice(0, MAX_TEXT);
  for (const entry of entries) {
    const before = known.get(entry.fingerprint);
    known.set(entry.fingerprint, {
      ...entry,
      user: entry.user === undefined ? undefined : text(entry.user),
      object: entry.object === undefined ? undefined : text(entry.object),
      evidence:
        entry.evidence === undefined
          ? undefined
          : Object.fromEntries(
              Object.entries(entry.evidence).map(([name, value]) => [name, text(value)]),
            ),
      reason: reason ?? before?.reason ?? entry.reason,
      expires: expires ?? before?.expires ?? entry.expires,
    });
  }
}
