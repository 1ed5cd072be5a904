import { setImmediate } from 'node:timers/promises';
import type { BodyAmounts, BodyFeed } from '../../scan/hooks.ts';
import type { Counters } from '../../serve/counters.ts';
import type { Intake, Taken } from '../../serve/intake.ts';

/** Hands the bodies of an intake to a scan, one by one, and counts what became of them. */
export class LiveFeed implements BodyFeed {
  /** True when there is nothing more to scan. */
  ended = false;
  readonly #intake: Intake;
  readonly #counters: Counters;
  readonly #target: { readonly closed: boolean };
  #isPaused = false;
  #lost = 0;

  /** @param target where findings go: once it is closed, evaluating is pointless */
  constructor(intake: Intake, counters: Counters, target: { readonly closed: boolean }) {
    this.#intake = intake;
    this.#counters = counters;
    this.#target = target;
  }

  async next(): Promise<Taken | undefined> {
    for (;;) {
      // Requests are read between two bodies.
      await setImmediate();
      if (this.#isPaused || this.ended) return undefined;
      const body = this.#intake.take();
      this.#countLost();
      if (body !== undefined) return body;
      if (this.#intake.closed) this.stop();
      else await this.#intake.changed();
    }
  }

  done({ events, duplicates, leftOut, problems }: BodyAmounts): void {
    // What nobody has read is evaluated again by the next run.
    if (this.#target.closed) return this.stop();
    this.#intake.done();
    const counters = this.#counters;
    counters.add('k8s_audit_events_total', events);
    counters.add('k8s_audit_duplicates_total', duplicates);
    counters.add('k8s_audit_left_out_total', leftOut);
    for (const { reason, count } of problems)
      counters.add('k8s_audit_problems_total', count, reason);
  }

  /** Ends the scan that reads now; another one may go on. */
  pause(): void {
    this.#isPaused = true;
    this.#intake.wake();
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Ends for good. */
  stop(): void {
    this.ended = true;
    this.#intake.wake();
  }

  #countLost(): void {
    const { lost } = this.#intake;
    this.#counters.add('k8s_audit_dropped_total', lost - this.#lost);
    this.#lost = lost;
  }
}
