import { joinedText } from '../text/line-bytes.ts';
import { Fragments, type Fragment } from '../text/fragments.ts';
import type { ProblemReason } from '../problems.ts';
import type { Trail } from '../decoded.ts';
import type { RecordOutput } from './record-output.ts';

interface SplitRecordsOptions {
  readonly output: RecordOutput;
  readonly maxSize: number;
  /** Called when a record is given up whose lines were counted as continuations. */
  readonly dropped: () => void;
  readonly trail?: Trail | undefined;
  readonly joined?: (() => void) | undefined;
}

/** The parts of split records, put aside until the last one comes. */
export class SplitRecords {
  readonly #options: SplitRecordsOptions;
  readonly #fragments: Fragments;
  /** Parts so far. */
  parts = 0;

  constructor(options: SplitRecordsOptions) {
    this.#options = options;
    this.#fragments = new Fragments(options.maxSize);
  }

  /** True while parts are put aside. */
  get pending(): boolean {
    return this.#fragments.count > 0;
  }

  /** True while a record of this key is open. */
  has(key: string): boolean {
    return this.#fragments.has(key);
  }

  /** Reports the incomplete record of this key, or of all keys, as unfinished. */
  abandon(key?: string): void {
    this.#unfinished(this.#fragments.abandon(key));
  }

  /**
   * Takes a part. @returns the record's text when it was the last part, and the line of the first part unless it
   * was the only one
   */
  take(fragment: Fragment): { readonly text: string; readonly line?: number } | undefined {
    this.parts++;
    this.#options.trail?.piece(fragment);
    if (fragment.last)
      return this.#fragments.finish(fragment) ?? { text: joinedText(fragment.text) };
    const { output } = this.#options;
    this.#options.joined?.();
    output.held();
    this.#unfinished(this.#fragments.add(fragment, output.line), 'value-too-long');
    return undefined;
  }

  #unfinished(lines: readonly number[], reason: ProblemReason = 'unfinished-record'): void {
    for (const line of lines) {
      this.#options.dropped();
      this.#options.output.dropped(reason, line);
    }
  }
}
