import { number, plural } from '../../outputs/summary-text.ts';
import {
  isSeverity,
  reaches,
  SEVERITIES,
  severityOf,
  type Level,
  type Rated,
} from '../../policies/severity.ts';
import { PRIORITIES } from '../../rules/priority.ts';

/** What fails a run. Each limit stands for itself. */
export interface GateLimits {
  /** Least severe priority or severity of which one finding is too many (`--fail-on`). */
  readonly failOn: Level | undefined;
  /** Most findings of any priority that pass (`--max-findings`). */
  readonly maxFindings: number | undefined;
}

/** Counts findings and tells whether they fail a run, and exactly why. */
export class Gate {
  readonly #limits: GateLimits;
  /** Findings at or above `failOn`. */
  readonly #severe = new Map<Level, number>();
  #findings = 0;
  #known = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** Counts a new finding. */
  add(finding: Rated): void {
    this.#findings++;
    const { failOn } = this.#limits;
    if (failOn === undefined || !reaches(finding, failOn)) return;
    const { priority, severity = severityOf(priority) } = finding;
    const level = isSeverity(failOn) ? severity : priority;
    this.#severe.set(level, (this.#severe.get(level) ?? 0) + 1);
  }

  /** Counts a finding of the baseline: it never fails a run. */
  addKnown(): void {
    this.#known++;
  }

  get tripped(): boolean {
    return this.#severe.size > 0 || this.#tooMany;
  }

  /**
   * Why the run fails, in one line: `gate: 3 findings at or above warning (1 critical, 2 warning)`;
   * undefined when it passes.
   */
  reason(): string | undefined {
    const { failOn, maxFindings } = this.#limits;
    const reasons: string[] = [];
    if (failOn !== undefined && this.#severe.size > 0) {
      const levels: readonly Level[] = isSeverity(failOn) ? SEVERITIES : PRIORITIES;
      const parts = levels
        .filter((level) => this.#severe.has(level))
        .map((level) => `${number(this.#severe.get(level)!)} ${level.toLowerCase()}`);
      const total = [...this.#severe.values()].reduce((sum, count) => sum + count, 0);
      reasons.push(
        `${this.#counted(total)} at or above ${levelText(failOn)} (${parts.join(', ')})`,
      );
    }
    if (this.#tooMany) {
      reasons.push(`${this.#counted(this.#findings)}, at most ${number(maxFindings!)} allowed`);
    }
    return reasons.length === 0 ? undefined : `gate: ${reasons.join('; ')}`;
  }

  get #tooMany(): boolean {
    const { maxFindings } = this.#limits;
    return maxFindings !== undefined && this.#findings > maxFindings;
  }

  #counted(count: number): string {
    const noun = plural(count, 'finding');
    return this.#known === 0 ? `${number(count)} ${noun}` : `${number(count)} new ${noun}`;
  }
}

function levelText(level: Level): string {
  return isSeverity(level) ? `${level} severity` : level.toLowerCase();
}
