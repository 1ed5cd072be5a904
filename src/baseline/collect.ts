import type { Finding } from '../engine/finding.ts';
import { subjectFingerprint } from '../outputs/encode/fingerprint.ts';
import { encodeJson } from '../outputs/encode/json-encode.ts';
import { redactor } from '../redact/redact.ts';
import { subjectObject, subjectUser } from '../outputs/subject.ts';

/** Different findings that a baseline holds; attackers choose how many there are. */
const MAX_ENTRIES = 100_000;
const MAX_TEXT = 300;

/** Gathers the findings of a run into a baseline file, in bounded memory. */
export class BaselineCollector {
  readonly #lines = new Map<string, string>();
  readonly #redact: (text: string) => string;
  #left = 0;

  constructor(showSecrets: boolean) {
    this.#redact = redactor(showSecrets);
  }

  add(finding: Finding): void {
    const fingerprint = subjectFingerprint(finding);
    if (this.#lines.has(fingerprint)) return;
    if (this.#lines.size === MAX_ENTRIES) {
      this.#left++;
      return;
    }
    const { rule, subject } = finding;
    const line = encodeJson({
      rule: this.#text(rule),
      user: this.#text(subjectUser(subject)),
      verb: this.#text(subject.verb ?? ''),
      object: this.#text(subjectObject(subject)),
      fingerprint,
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

  /**
   * The file's text: one entry a line, sorted, without times and counts, so that a baseline in version
   * control changes only when findings come or go.
   */
  text(): string {
    const lines = [...this.#lines.values()].toSorted();
    return `{"baseline":[${lines.map((line) => `\n${line}`).join(',')}\n]}\n`;
  }

  #text(text: string): string {
    return this.#redact(text).slice(0, MAX_TEXT);
  }
}
