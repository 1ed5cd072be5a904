// Room cli/serve: the live receiver as a command sees it: a scan without end, whose configuration may change.
// Door: live-scan.ts (scans what the receiver holds), prepare.ts (a plan from the settings), watched-files.ts.
// Neighbours: uses run for plan and reports, and serve for what is received; commands/serve.ts puts them together.
// Inside: prepare.ts reads files, live-scan.ts and live-feed.ts do not.

import { SummaryBuilder, type ScanSummary } from '../../engine/summary.ts';
import type { Finding } from '../../engine/finding.ts';
import { reaches, severityOf } from '../../policies/severity.ts';
import { scan } from '../../scan/run-scan.ts';
import type { ScanHooks } from '../../scan/hooks.ts';
import type { Counters } from '../../serve/counters.ts';
import type { Intake } from '../../serve/intake.ts';
import { LiveFeed } from './live-feed.ts';
import type { Prepared } from './prepare.ts';

/** Where findings go. */
export interface FindingTarget {
  finding(finding: Finding): void;
  /** Resolves when what was taken is written out. */
  settle(): Promise<void>;
  /** True once nobody reads what is written, or it cannot be written. */
  readonly closed: boolean;
}

/** Evaluates what an intake holds until it is closed and empty, with rules that may be exchanged meanwhile. */
export class LiveScan {
  readonly #feed: LiveFeed;
  readonly #counters: Counters;
  readonly #target: FindingTarget;
  readonly #now: () => number;
  #current: Prepared;
  #next: Prepared | undefined;

  constructor(
    first: Prepared,
    {
      intake,
      counters,
      target,
      now,
    }: {
      readonly intake: Intake;
      readonly counters: Counters;
      readonly target: FindingTarget;
      readonly now: () => number;
    },
  ) {
    this.#current = first;
    this.#counters = counters;
    this.#target = target;
    this.#now = now;
    this.#feed = new LiveFeed(intake, counters, target);
  }

  /** Goes on with other rules behind the body that is being evaluated. */
  exchange(next: Prepared): void {
    this.#next = next;
    this.#feed.pause();
  }

  /** Ends behind the body that is being evaluated, whatever waits. */
  stop(): void {
    this.#feed.stop();
  }

  /** Scans until the end. @returns what all came to, with the remarks of each part */
  async run(): Promise<ScanSummary> {
    const whole = new SummaryBuilder();
    const start = this.#now();
    for (;;) {
      const { plan, evaluated } = this.#current;
      this.#counters.set('k8s_audit_rules', evaluated.ruleSet.rules.length);
      const result = await scan(plan, evaluated.evaluation, this.#hooks());
      whole.merge(result.summary);
      for (const note of [...evaluated.notes(false), ...this.#current.known.notes(false)])
        whole.note(note);
      if (this.#feed.ended) return whole.build(this.#now() - start);
      if (this.#next !== undefined) this.#current = this.#next;
      this.#next = undefined;
      this.#feed.resume();
    }
  }

  #hooks(): ScanHooks {
    return {
      bodies: this.#feed,
      finding: (finding) => this.#finding(finding),
      settle: () => this.#target.settle(),
      progress: () => undefined,
      // The feed ends the scan: a signal would leave what waits.
      signal: new AbortController().signal,
      now: this.#now,
    };
  }

  #finding(finding: Finding): boolean {
    const { known, settings } = this.#current;
    if (known.check(finding)) {
      this.#counters.add('k8s_audit_known_findings_total');
      return false;
    }
    const { minPriority, minSeverity, severity } = settings;
    const own = finding.severity ?? severityOf(finding.priority);
    if (minPriority !== undefined && !reaches(finding, minPriority)) return false;
    if (minSeverity !== undefined && !reaches(finding, minSeverity)) return false;
    if (severity.length > 0 && !severity.includes(own)) return false;
    this.#counters.add('k8s_audit_findings_total', 1, finding.rule, own);
    this.#target.finding(finding);
    return true;
  }
}
