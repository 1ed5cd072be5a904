import { isAtLeast, PRIORITIES, type Priority } from '../rules/priority.ts';

/** Counts the findings that fail a run (`--fail-on`). */
export class Gate {
  readonly #failOn: Priority | undefined;
  readonly #counts = new Map<Priority, number>();

  constructor(failOn: Priority | undefined) {
    this.#failOn = failOn;
  }

  add(priority: Priority): void {
    if (this.#failOn === undefined || !isAtLeast(priority, this.#failOn)) return;
    this.#counts.set(priority, (this.#counts.get(priority) ?? 0) + 1);
  }

  get tripped(): boolean {
    return this.#counts.size > 0;
  }

  /** `gate: 3 findings at or above warning (1 critical, 2 warning)`; undefined when the run passes. */
  reason(): string | undefined {
    if (this.#failOn === undefined || !this.tripped) return undefined;
    const parts = PRIORITIES.filter((priority) => this.#counts.has(priority)).map(
      (priority) => `${this.#counts.get(priority)!} ${priority.toLowerCase()}`,
    );
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    const noun = total === 1 ? 'finding' : 'findings';
    return `gate: ${total} ${noun} at or above ${this.#failOn.toLowerCase()} (${parts.join(', ')})`;
  }
}
