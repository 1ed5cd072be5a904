import { addAmounts, NOTHING_READ, type ReadAmounts } from './read-amounts.ts';
import { PROBLEM_REASONS } from '../events/problems.ts';
import type { Problem, ProblemKind, ProblemReason } from '../events/problems.ts';
import { priorityRank } from '../rules/priority.ts';
import type { Priority } from '../rules/priority.ts';
import type { Finding } from './finding.ts';
import { SeverityCounts, type SeverityCount } from './severity-counts.ts';

/** Limits on what a summary remembers: its size must not grow with the input. */
const MAX_INPUTS = 10_000;
const MAX_REASONS = 100;
const MAX_EXAMPLES = 3;
const MAX_NOTES = 100;
const OTHER_REASON = 'other reasons';

/** Where a problem occurred. */
export interface ProblemPlace {
  readonly file: string;
  /** From 1; 0 for a problem of the whole file. */
  readonly line: number;
  /** Details of the problem. May quote the input, so it is untrusted text. */
  readonly detail?: string | undefined;
}

/** Input that did not become an event. */
export interface ProblemCount {
  readonly reason: ProblemReason;
  readonly kind: ProblemKind;
  /** The reason in words. */
  readonly text: string;
  readonly count: number;
  /** The first few, in input order. */
  readonly examples: readonly ProblemPlace[];
}

interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

interface RuleCount {
  readonly rule: string;
  readonly priority: Priority;
  readonly count: number;
}

/** The amounts, problems and findings of a scan, as plain data. */
export interface ScanSummary extends ReadAmounts {
  /** Names of the inputs as the user gave them; at most 10 000, `inputCount` counts all. */
  readonly inputs: readonly string[];
  readonly inputCount: number;
  /** Events read, including those that a scope filter left out. */
  readonly events: number;
  /** Nanoseconds since the epoch; undefined when no event carried a time. */
  readonly firstEventTime: bigint | undefined;
  readonly lastEventTime: bigint | undefined;
  readonly findings: number;
  readonly eventsWithFindings: number;
  /** Findings of correlations among all; each rests on several events, which are not among those with findings. */
  readonly correlated?: number | undefined;
  /** Most severe first, only those that occurred. */
  readonly byPriority: readonly { readonly priority: Priority; readonly count: number }[];
  /** Most severe first, only those that occurred; absent when the run knows no policies. */
  readonly bySeverity?: readonly SeverityCount[] | undefined;
  /** Most frequent first, then by severity and name. */
  readonly byRule: readonly RuleCount[];
  /** Events left out by scope filters, most frequent first. */
  readonly filtered: readonly ReasonCount[];
  /** Input that did not become an event, most frequent first. */
  readonly problems: readonly ProblemCount[];
  /** Remarks for the user, without duplicates, in order of appearance. */
  readonly notes: readonly string[];
  /** True when the scan was stopped before the end of its input. */
  readonly interrupted: boolean;
  /** Why the run does not count as done, whatever was found; reports for machines must not look like a success. */
  readonly failure?: string | undefined;
  /** Wall-clock milliseconds. Differs from run to run: reports leave it out. */
  readonly elapsedMs: number;
}

/** Accumulates a {@link ScanSummary} in bounded memory. */
export class SummaryBuilder {
  #inputs: string[] = [];
  #inputCount = 0;
  #events = 0;
  #read = NOTHING_READ;
  #first: bigint | undefined;
  #last: bigint | undefined;
  #findings = 0;
  #eventsWithFindings = 0;
  #correlated = 0;
  #priorities = new Map<Priority, number>();
  #severities = new SeverityCounts();
  #rules = new Map<string, { priority: Priority; count: number }>();
  #filtered = new Map<string, number>();
  #problems = new Map<ProblemReason, { count: number; examples: ProblemPlace[] }>();
  #notes = new Set<string>();
  #interrupted = false;

  input(name: string): void {
    this.#inputCount++;
    if (this.#inputs.length < MAX_INPUTS) this.#inputs.push(name);
  }

  /** Adds to the amounts read; the kinds of lines are part of `lines`. */
  read(amounts: Partial<ReadAmounts>): void {
    this.#read = addAmounts(this.#read, amounts);
  }

  /** Counts an evaluated event and its findings. `time` is nanoseconds since the epoch, 0 for none. */
  event(time: bigint, findings: readonly Pick<Finding, 'rule' | 'priority' | 'severity'>[]): void {
    this.#events++;
    this.#seen(time);
    if (findings.length === 0) return;
    this.#eventsWithFindings++;
    for (const { rule, priority, severity } of findings) {
      this.#found(rule, priority, 1);
      if (severity !== undefined) this.#severities.add(severity, 1);
    }
  }

  /** Counts a finding that rests on several events. */
  finding({ rule, priority, severity }: Pick<Finding, 'rule' | 'priority' | 'severity'>): void {
    this.#found(rule, priority, 1);
    this.#correlated++;
    if (severity !== undefined) this.#severities.add(severity, 1);
  }

  /** Counts evaluated events that set nothing off; the times bound theirs. */
  quietEvents(count: number, first: bigint | undefined, last: bigint | undefined): void {
    this.#events += count;
    this.#seen(first ?? 0n);
    this.#seen(last ?? 0n);
  }

  /** Counts events that a scope filter left out. */
  filter(reason: string, count = 1): void {
    if (count === 0) return;
    this.#events += count;
    this.#left(reason, count);
  }

  problem(file: string, { reason, line, detail }: Problem): void {
    this.#failed(reason, 1, [{ file, line, detail }]);
  }

  note(text: string): void {
    if (this.#notes.size < MAX_NOTES) this.#notes.add(text);
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  /** Adds the summary of a part of the same scan. Parts must come in input order. */
  merge(part: ScanSummary): void {
    for (const name of part.inputs) this.input(name);
    this.#inputCount += part.inputCount - part.inputs.length;
    this.read(part);
    this.#events += part.events;
    this.#seen(part.firstEventTime ?? 0n);
    this.#seen(part.lastEventTime ?? 0n);
    this.#eventsWithFindings += part.eventsWithFindings;
    this.#correlated += part.correlated ?? 0;
    for (const { rule, priority, count } of part.byRule) this.#found(rule, priority, count);
    for (const { severity, count } of part.bySeverity ?? []) this.#severities.add(severity, count);
    for (const { reason, count } of part.filtered) this.#left(reason, count);
    for (const { reason, count, examples } of part.problems) this.#failed(reason, count, examples);
    for (const note of part.notes) this.note(note);
    if (part.interrupted) this.interrupt();
  }

  /** The summary so far; `elapsedMs` is the wall-clock time in milliseconds. */
  build(elapsedMs: number): ScanSummary {
    return {
      inputs: [...this.#inputs],
      inputCount: this.#inputCount,
      events: this.#events,
      ...this.#read,
      firstEventTime: this.#first,
      lastEventTime: this.#last,
      findings: this.#findings,
      eventsWithFindings: this.#eventsWithFindings,
      ...(this.#correlated === 0 ? {} : { correlated: this.#correlated }),
      byPriority: [...this.#priorities]
        .map(([priority, count]) => ({ priority, count }))
        .toSorted((a, b) => priorityRank(a.priority) - priorityRank(b.priority)),
      bySeverity: this.#severities.build(),
      byRule: [...this.#rules]
        .map(([rule, { priority, count }]) => ({ rule, priority, count }))
        .toSorted(
          (a, b) =>
            b.count - a.count ||
            priorityRank(a.priority) - priorityRank(b.priority) ||
            compare(a.rule, b.rule),
        ),
      filtered: [...this.#filtered].map(([reason, count]) => ({ reason, count })).toSorted(byCount),
      problems: [...this.#problems]
        .map(([reason, { count, examples }]) => ({
          reason,
          kind: PROBLEM_REASONS[reason].kind,
          text: PROBLEM_REASONS[reason].text,
          count,
          examples: [...examples],
        }))
        .toSorted(byCount),
      notes: [...this.#notes],
      interrupted: this.#interrupted,
      elapsedMs: Math.round(elapsedMs),
    };
  }

  #seen(time: bigint): void {
    if (time === 0n) return;
    if (this.#first === undefined || time < this.#first) this.#first = time;
    if (this.#last === undefined || time > this.#last) this.#last = time;
  }

  #found(rule: string, priority: Priority, count: number): void {
    this.#findings += count;
    this.#priorities.set(priority, (this.#priorities.get(priority) ?? 0) + count);
    const entry = this.#rules.get(rule);
    if (entry) entry.count += count;
    else this.#rules.set(rule, { priority, count });
  }

  #left(reason: string, count: number): void {
    const key = known(this.#filtered, reason);
    this.#filtered.set(key, (this.#filtered.get(key) ?? 0) + count);
  }

  #failed(reason: ProblemReason, count: number, examples: readonly ProblemPlace[]): void {
    const entry = this.#problems.get(reason) ?? { count: 0, examples: [] };
    entry.count += count;
    entry.examples.push(...examples.slice(0, MAX_EXAMPLES - entry.examples.length));
    this.#problems.set(reason, entry);
  }
}

function known(reasons: ReadonlyMap<string, unknown>, reason: string): string {
  return reasons.has(reason) || reasons.size < MAX_REASONS ? reason : OTHER_REASON;
}

function byCount(a: ReasonCount, b: ReasonCount): number {
  return b.count - a.count || compare(a.reason, b.reason);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
