import { createHash } from 'node:crypto';
import { groupKey, groupValues } from '../correlate/group-key.ts';
import { redact } from '../redact/redact.ts';

/** Longer texts are remembered by their fingerprint. */
const LONGEST = 200;
const MARK = 'sha256:';
/** Names that are kept, so that those of many events are made once. */
const MAX_KEPT = 10_000;

/** What values are remembered as: their text, but a fingerprint for what is long or looks like a credential. */
export class Names {
  readonly #kept = new Map<string, string>();

  ofValue(text: string): string {
    const kept = this.#kept.get(text);
    if (kept !== undefined) return kept;
    const name = nameOf(text);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(text, name);
    return name;
  }

  /** @param key the values of a group, as {@link groupValues} reads them */
  ofGroup(key: string): string {
    return groupKey(groupValues(key).map((text) => (text === null ? null : this.ofValue(text))));
  }
}

function nameOf(text: string): string {
  // What begins like a fingerprint could be taken for one.
  const isPlain = text.length <= LONGEST && !text.startsWith(MARK) && redact(text) === text;
  return isPlain ? text : MARK + createHash('sha256').update(text).digest('hex').slice(0, 32);
}
