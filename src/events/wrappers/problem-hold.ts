import type { ProblemReason } from '../problems.ts';
import type { RecordOutput } from './record-output.ts';

interface HeldProblem {
  readonly reason: ProblemReason;
  readonly detail: string | undefined;
  readonly line: number;
}

/** Problems that only say that there was no event where one was looked for. */
const VAGUE: ReadonlySet<ProblemReason> = new Set([
  'other-json',
  'wrapped-text',
  'text',
  'klog',
  'not-object',
  'bad-record',
  'empty-list',
]);

/** Problems kept back at a time; a list of more is reported as it comes. */
const MAX_HELD = 1000;

/**
 * Keeps the problems of a wrapper back until it is clear that its event is in no other member: then only they
 * are reported.
 */
export class ProblemHold {
  readonly #output: RecordOutput;
  #held: HeldProblem[] | undefined;

  constructor(output: RecordOutput) {
    this.#output = output;
  }

  /** True when all problems since the last start are vague. */
  get isVague(): boolean {
    return this.#held?.every(({ reason }) => VAGUE.has(reason)) ?? false;
  }

  problem(reason: ProblemReason, detail?: string): void {
    const held = this.#held;
    if (held === undefined) {
      this.#output.problem(reason, detail);
      return;
    }
    held.push({ reason, detail, line: this.#output.line });
    if (held.length >= MAX_HELD) this.#flush();
  }

  /** Starts to keep problems back. @returns what {@link end} takes */
  start(): HeldProblem[] | undefined {
    const outer = this.#held;
    this.#held = [];
    return outer;
  }

  /** Ends it. @returns how many problems were not dropped */
  end(outer: HeldProblem[] | undefined, dropsVague: boolean): number {
    const own = this.#held ?? [];
    this.#held = outer;
    const kept = dropsVague ? own.filter(({ reason }) => !VAGUE.has(reason)) : own;
    if (outer === undefined) for (const problem of kept) this.#report(problem);
    else outer.push(...kept);
    return kept.length;
  }

  #flush(): void {
    const held = this.#held ?? [];
    for (const problem of held) this.#report(problem);
    held.length = 0;
  }

  #report({ reason, detail, line }: HeldProblem): void {
    this.#output.startedOn(line, () => this.#output.problem(reason, detail));
  }
}
