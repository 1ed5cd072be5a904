// Room cli/past: what a run remembers for the next one, as files.
// Door: first-seen-file.ts (what was normal: --state, --learn).
// Neighbours: uses first-seen for what is in the file and io/write to keep it whole; run and commands ask for it.

import type { Past } from '../../correlate/known-values.ts';
import { definitionOf } from '../../first-seen/definition.ts';
import { mergeStates, type LearnedState } from '../../first-seen/first-seen.ts';
import { Names } from '../../first-seen/remembered-names.ts';
import { parseState, printState } from '../../first-seen/state-text.ts';
import { errorText } from '../../io/error-text.ts';
import { readWholeFile } from '../../io/text-file.ts';
import { withLock } from '../../io/write/locked.ts';
import { writeWhole } from '../../io/write/whole-file.ts';
import { writePlace } from '../../io/write/write-place.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { Rule } from '../../rules/rule.ts';
import type { FirstSeen, KnownOfRule } from '../../scan/hooks.ts';
import { errorCode, KnownError } from '../../util/errors.ts';

/** Milliseconds between two writes of a run that has no end. */
const INTERVAL = 60_000;

/** The file that keeps what was normal (`--state`, `--learn`), for one run. */
export class FirstSeenFile implements FirstSeen {
  readonly #path: string;
  readonly #isLearning: boolean;
  readonly #now: () => number;
  readonly #notes: string[] = [];
  /** The text of the file when it was read or written last. */
  #text: string | undefined;
  #state: LearnedState;
  #lastWrite: number;
  /** Whether a correlation asked what is known. */
  #isUsed = false;
  #failure: string | undefined;

  /** @throws KnownError when the file is none, or cannot be written */
  constructor(path: string, isLearning: boolean, now: () => number) {
    this.#path = path;
    this.#isLearning = isLearning;
    this.#now = now;
    this.#lastWrite = now();
    if (path === '-')
      throw new KnownError('usage', 'a state is a file: it is read and written again');
    this.#text = readText(path);
    this.#state = this.#text === undefined ? new Map() : parseState(path, this.#text);
    try {
      writePlace(path);
    } catch (error) {
      throw new KnownError('input', cannotWrite(path, error));
    }
  }

  open(correlations: readonly Rule[]): Past {
    const names = new Names();
    const known = correlations.map((rule) => {
      if (rule.correlation?.rule.type !== 'new_value') return undefined;
      this.#isUsed = true;
      const part = this.#state.get(rule.name);
      if (part === undefined) return undefined;
      if (part.definition === definitionOf(rule)) return part.known;
      this.#notes.push(
        `state ${this.#path}: '${rule.name}' was changed since: what it knew counts no more, and it begins anew`,
      );
      return undefined;
    });
    return {
      known,
      isLearning: this.#isLearning,
      nameOfGroup: (key) => names.ofGroup(key),
      nameOfValue: (value) => names.ofValue(value),
    };
  }

  get isDue(): boolean {
    const passed = this.#now() - this.#lastWrite;
    return passed >= INTERVAL || passed < 0;
  }

  keep(values: readonly KnownOfRule[]): void {
    const state = new Map(this.#state);
    for (const { rule, known } of values) {
      state.set(rule.name, { definition: definitionOf(rule), known });
    }
    this.#state = state;
    if (this.isDue) this.save();
  }

  /** Writes what is known now. Another run may have written meanwhile: what it knows is kept too. */
  save(): void {
    this.#lastWrite = this.#now();
    if (!this.#isUsed) return;
    try {
      withLock(this.#path, () => {
        const text = readText(this.#path);
        const isOwn = text === undefined || text === this.#text;
        const whole = isOwn ? this.#state : mergeStates(this.#state, parseState(this.#path, text));
        this.#state = whole;
        this.#text = printState(whole);
        writeWhole(this.#path, this.#text, { private: true, durable: true });
      });
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof KnownError ? error.message : cannotWrite(this.#path, error);
    }
  }

  /** Why the state could not be written. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What the file holds after it was written. */
  get written(): string | undefined {
    if (!this.#isUsed || this.#failure !== undefined) return undefined;
    const parts = [...this.#state.values()];
    const values = parts.reduce(
      (sum, { known }) => [...known.groups.values()].reduce((all, { size }) => all + size, sum),
      0,
    );
    const amount = `${number(values)} ${plural(values, 'value')}`;
    const correlations = `${number(parts.length)} ${plural(parts.length, 'correlation')}`;
    return `${amount} of ${correlations} are known in ${this.#path}`;
  }

  /** What is to be told of it. */
  notes(): string[] {
    if (this.#isUsed) return [...this.#notes];
    return [
      `state ${this.#path}: no correlation of the type new_value is on, so there is nothing to remember`,
    ];
  }
}

/** The text of the file; undefined when there is none. @throws KnownError */
function readText(path: string): string | undefined {
  try {
    return readWholeFile(path).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new KnownError('input', `cannot read state ${path}: ${errorText(error)}`);
  }
}

function cannotWrite(path: string, error: unknown): string {
  return `cannot write state ${path}: ${errorText(error)}`;
}
