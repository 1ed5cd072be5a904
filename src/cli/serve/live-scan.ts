// Room cli/serve: the live receiver as a command sees it: a scan without end, whose configuration may change.
// Door: live-scan.ts (hands what the receiver holds to a thread that evaluates), prepare.ts (a plan from the settings),
// watched-files.ts, kept-keys.ts, live-thread.ts (that thread).
// Neighbours: uses run for plan and reports, and serve for what is received; commands/serve.ts puts them together.
// Inside: live-messages.ts has the messages between the two threads (each configuration is plain data), metrics.ts the page of
// /metrics, serve-end.ts how a run ends.

import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { severityOf } from '../../policies/severity.ts';
import type { Counters } from '../../serve/counters.ts';
import type { Intake, Taken } from '../../serve/intake.ts';
import { failureOf } from '../../util/errors.ts';
import type { FromLive, LiveSetup, ToLive } from './live-messages.ts';

/** Where findings go. */
export interface FindingTarget {
  finding(finding: Finding): void;
  /** Resolves when all findings so far are written. */
  settle(): Promise<void>;
  /** True once nobody reads what is written, or it cannot be written. */
  readonly closed: boolean;
}

/** The thread that evaluates. */
export interface Evaluating {
  post(message: ToLive): void;
  stop(): Promise<unknown>;
}

/** Starts the thread. @param failed takes what ended it */
export type StartEvaluating = (
  setup: LiveSetup,
  receive: (message: FromLive) => void,
  failed: (error: unknown) => void,
) => Evaluating;

/** An answer that is waited for. */
interface Waiting {
  readonly resolve: (message: FromLive) => void;
  readonly reject: (error: unknown) => void;
}

/** A configuration that waits to be used. */
interface Exchange {
  readonly setup: LiveSetup;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Stands before an error of the thread that nobody expected. */
const FAILED = 'the thread that evaluates failed';

/** Evaluates what an intake holds until it is closed and empty, with rules that may be exchanged meanwhile. */
export class LiveScan {
  readonly #intake: Intake;
  readonly #counters: Counters;
  readonly #target: FindingTarget;
  readonly #thread: Evaluating;
  #waiting: Waiting | undefined;
  #broken: { readonly error: unknown } | undefined;
  #exchange: Exchange | undefined;
  #isStopped = false;
  #lost = 0;
  readonly #ready: Promise<FromLive>;

  constructor(
    first: LiveSetup,
    {
      intake,
      counters,
      target,
      start,
    }: {
      readonly intake: Intake;
      readonly counters: Counters;
      readonly target: FindingTarget;
      readonly start: StartEvaluating;
    },
  ) {
    this.#intake = intake;
    this.#counters = counters;
    this.#target = target;
    this.#ready = this.#answer();
    // It is looked at when the run begins.
    this.#ready.catch(() => undefined);
    this.#thread = start(
      first,
      (message) => this.#receive(message),
      (error) => this.#fail(error),
    );
  }

  /**
   * Goes on with other rules behind the body that is being evaluated. Resolves when they are in use, or the run is over.
   *
   * @throws KnownError when they cannot be used; those before stay
   */
  exchange(setup: LiveSetup): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#exchange = { setup, resolve, reject };
      this.#intake.wake();
    });
  }

  /** Ends behind the body that is being evaluated, whatever waits. */
  stop(): void {
    this.#isStopped = true;
    this.#intake.wake();
  }

  /** Scans until the end. @returns what all came to, with the remarks of each part */
  async run(): Promise<ScanSummary> {
    try {
      await this.#ready;
      while (!this.#isStopped) {
        await this.#useNext();
        const body = this.#intake.take();
        this.#countLost();
        if (body !== undefined) await this.#evaluate(body);
        else if (this.#intake.closed) break;
        else await this.#intake.changed();
      }
      this.#isStopped = true;
      this.#exchange?.resolve();
      const ended = await this.#ask({ kind: 'end' });
      return (ended as Extract<FromLive, { kind: 'ended' }>).summary;
    } finally {
      await this.#thread.stop();
    }
  }

  async #evaluate({ source, file, cluster, replayed }: Taken): Promise<void> {
    const message = await this.#ask({ kind: 'body', source, file, cluster, replayed });
    const { amounts, known, late } = message as Extract<FromLive, { kind: 'done' }>;
    await this.#target.settle();
    // What nobody has read is evaluated again by the next run.
    if (this.#target.closed) return this.stop();
    this.#intake.done();
    const counters = this.#counters;
    counters.add('k8s_audit_events_total', amounts.events);
    counters.add('k8s_audit_duplicates_total', amounts.duplicates);
    counters.add('k8s_audit_left_out_total', amounts.leftOut);
    counters.add('k8s_audit_known_findings_total', known);
    counters.add('k8s_audit_correlation_late_total', late);
    for (const { reason, count } of amounts.problems)
      counters.add('k8s_audit_problems_total', count, reason);
  }

  async #useNext(): Promise<void> {
    const next = this.#exchange;
    if (next === undefined) return;
    this.#exchange = undefined;
    const message = await this.#ask({ kind: 'exchange', setup: next.setup });
    if (message.kind !== 'refused') return next.resolve();
    next.reject(failureOf(message, FAILED));
  }

  #ask(message: ToLive): Promise<FromLive> {
    const answer = this.#answer();
    if (this.#broken === undefined) this.#thread.post(message);
    return answer;
  }

  #answer(): Promise<FromLive> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) reject(this.#broken.error);
      else this.#waiting = { resolve, reject };
    });
  }

  #receive(message: FromLive): void {
    if (message.kind === 'found') {
      for (const finding of message.findings) this.#finding(finding);
    } else if (message.kind === 'failed') {
      this.#fail(failureOf(message, FAILED));
    } else {
      this.#waiting?.resolve(message);
    }
  }

  #fail(error: unknown): void {
    this.#broken = { error };
    this.#waiting?.reject(error);
  }

  #finding(finding: Finding): void {
    const severity = finding.severity ?? severityOf(finding.priority);
    this.#counters.add('k8s_audit_findings_total', 1, finding.rule, severity);
    this.#target.finding(finding);
  }

  #countLost(): void {
    const { lost } = this.#intake;
    this.#counters.add('k8s_audit_dropped_total', lost - this.#lost);
    this.#lost = lost;
  }
}
