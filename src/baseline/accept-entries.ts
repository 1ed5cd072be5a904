import { redactor, type Redact } from '../redact/redact.ts';
import { entryText, type BaselineEntry } from './entry.ts';

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
  const text = (logged: string | undefined): string | undefined =>
    logged === undefined ? undefined : entryText(logged, redact);
  for (const entry of entries) {
    const before = known.get(entry.fingerprint);
    known.set(entry.fingerprint, {
      ...entry,
      user: text(entry.user),
      object: text(entry.object),
      evidence: entry.evidence && textsOf(entry.evidence, redact),
      reason: reason ?? before?.reason ?? entry.reason,
      expires: expires ?? before?.expires ?? entry.expires,
    });
  }
}

function textsOf(
  evidence: Readonly<Record<string, string>>,
  redact: Redact,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [name, entryText(value, redact)]),
  );
}
