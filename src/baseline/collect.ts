import type { Finding } from '../engine/finding.ts';
import { shownEvidence } from '../outputs/encode/finding-evidence.ts';
import { subjectFingerprint } from '../outputs/encode/fingerprint.ts';
import { redactor, type Redact } from '../redact/redact.ts';
import { subjectObject, subjectUser } from '../outputs/subject.ts';
import { baselineText, entryLine, entryText, type BaselineEntry } from './entry.ts';

/** Different findings that a baseline holds; attackers choose how many there are. */
const MAX_ENTRIES = 100_000;

/** Gathers the findings of a run into a baseline file, in bounded memory. */
export class BaselineCollector {
  readonly #lines = new Map<string, string>();
  readonly #redact: Redact;
  #left = 0;

  constructor(showSecrets: boolean) {
    this.#redact = redactor(showSecrets);
  }

  /** @param known the entry that knows the finding already: its reason and expiry are kept */
  add(finding: Finding, known?: BaselineEntry): void {
    const fingerprint = subjectFingerprint(finding);
    if (this.#lines.has(fingerprint)) return;
    if (this.#lines.size === MAX_ENTRIES) {
      this.#left++;
      return;
    }
    const { rule, subject } = finding;
    const evidence = shownEvidence(finding).map(
      ([field, value]) => [field, this.#text(value)] as const,
    );
    const line = entryLine({
      rule: this.#text(rule),
      subject: undefined,
      user: this.#text(subjectUser(subject)),
      verb: this.#text(subject.verb ?? ''),
      object: this.#text(subjectObject(subject)),
      evidence: evidence.length === 0 ? undefined : Object.fromEntries(evidence),
      fingerprint,
      reason: known?.reason,
      expires: known?.expires,
    });
    this.#lines.set(fingerprint, line);
  }

  get size(): number {
    return this.#lines.size;
  }

  /** Findings that had no room. */
  get left(): number {
    return this.#left;
  }

  text(): string {
    return baselineText(this.#lines.values());
  }

  #text(text: string): string {
    return entryText(text, this.#redact);
  }
}
