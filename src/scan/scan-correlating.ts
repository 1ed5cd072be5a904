import { Correlating } from '../engine/parts/correlating.ts';
import type { Finding } from '../engine/finding.ts';
import type { EngineOptions } from '../engine/engine.ts';
import { SummaryBuilder } from '../engine/summary.ts';
import { timespanText } from '../util/timespan.ts';
import type { Evaluation } from './evaluation.ts';
import type { ScanHooks, ScanResult } from './hooks.ts';

/** Nanoseconds by which an event of one log may come behind a later one, and how many wait for earlier ones. */
const USUAL = { lateness: 5_000_000_000n, waiting: 20_000 };
/** Several files may cover the same time, so nothing is waited for but memory. */
const SEVERAL_FILES = { lateness: 1n << 80n, waiting: 20_000 };

/** Groups and events of correlations that take some ten megabytes. */
const MUCH = 30_000;

/** How the events of inputs stand to each other. */
interface InputOrder {
  /** True for one input, or several in the order of time. */
  readonly isOne: boolean;
  /** The name of the only input, undefined for several and with `follow`: that of logs in an archive goes on behind it. */
  readonly name: string | undefined;
  /** Nanoseconds by which an event may come behind a later one; undefined for what suits the input. */
  readonly lateness: bigint | undefined;
}

/**
 * A scan with correlations: findings of their parts are taken out, and what is complete is handed over like other
 * findings.
 *
 * @param correlating the rules that run, correlations among them
 * @param options what findings are made with
 */
export async function scanCorrelating(
  { rules, parts }: NonNullable<Evaluation['correlating']>,
  options: EngineOptions,
  { isOne, name, lateness }: InputOrder,
  given: ScanHooks,
  scan: (hooks: ScanHooks) => Promise<ScanResult>,
): Promise<ScanResult> {
  const own = lateness === undefined ? {} : { lateness };
  // The first finding tells, and before it nothing waits.
  const kind = { isKnown: name === undefined, isArchive: false };
  const { firstSeen, state } = given;
  const correlating = new Correlating(rules, parts, options, {
    ...(isOne ? USUAL : SEVERAL_FILES),
    ...own,
    now: given.bodies?.clock,
    past: firstSeen?.open(rules.filter(({ correlation }) => correlation !== undefined)),
  });
  if (state?.correlating !== undefined) correlating.goOn(state.correlating, state.unchanged);
  // Who asks how many came too late has an answer while it goes on.
  if (state !== undefined) state.correlating = correlating;
  const summary = new SummaryBuilder();
  const report = (finding: Finding): void => {
    if (given.finding(finding)) summary.finding(finding);
  };
  let keepsMuch = false;
  const result = await scan({
    ...given,
    async settle() {
      await given.settle();
      if (firstSeen?.isDue === true) firstSeen.keep(correlating.known());
      if (keepsMuch || correlating.kept < MUCH) return;
      keepsMuch = true;
      given.keepsMuch?.();
    },
    finding(finding) {
      if (!kind.isKnown) {
        kind.isKnown = true;
        kind.isArchive = finding.origin.file.startsWith(`${name}!`);
        if (kind.isArchive) correlating.widen({ ...SEVERAL_FILES, ...own });
      }
      const done = correlating.take(finding);
      if (done === undefined) return given.finding(finding);
      done.forEach(report);
      return false;
    },
  });
  if (state?.goesOn !== true) correlating.end().forEach(report);
  firstSeen?.keep(correlating.known());
  const whole = new SummaryBuilder();
  whole.merge(result.summary);
  whole.merge(summary.build(0));
  for (const note of notesOf(correlating, nextFor(given, isOne && !kind.isArchive)))
    whole.note(note);
  const warmup =
    state?.goesOn === true ? undefined : warmupNote(correlating, firstSeen !== undefined);
  if (warmup !== undefined) whole.note(warmup);
  return { ...result, summary: whole.build(result.summary.elapsedMs) };
}

/** What makes the events count that came too late. */
const OLDEST_FIRST =
  'the newest stand first: export the log with the oldest first, or turn lines round: tac FILE | k8s-audit scan -';
const WAIT_LONGER = 'scan --lateness sets how long to wait for them';
const SENT_LATE =
  'a clock of an API server differs, or it sent them late: serve --lateness sets how long to wait for them';
const SORT = 'scan --sort time reads in order';

function nextFor({ bodies }: ScanHooks, isOne: boolean): (isNewestFirst: boolean) => string {
  if (bodies !== undefined) return () => SENT_LATE;
  return (isNewestFirst) => (isNewestFirst ? OLDEST_FIRST : isOne ? WAIT_LONGER : SORT);
}

function notesOf({ amounts }: Correlating, next: (isNewestFirst: boolean) => string): string[] {
  const { late, isNewestFirst, suppressed, evictedGroups, evictedEvents } = amounts;
  const notes: string[] = [];
  if (suppressed > 0) {
    notes.push(`correlations: ${suppressed} further hits came too soon behind one of their group`);
  }
  if (late > 0) {
    notes.push(
      `correlations: ${late} ${late === 1 ? 'event' : 'events'} came too late to be counted; ${next(isNewestFirst)}`,
    );
  }
  if (evictedGroups + evictedEvents > 0) {
    notes.push(
      `correlations: ${evictedGroups} groups and ${evictedEvents} events were forgotten to stay within memory`,
    );
  }
  return notes;
}

/** What was taken as normal, where nothing better is known. */
function warmupNote({ warmups }: Correlating, isKept: boolean): string | undefined {
  if (warmups.length === 0) return undefined;
  const longest = warmups.reduce((all, one) => (one.warmup > all.warmup ? one : all));
  const open = warmups.filter(({ left }) => left > 0n).length;
  const span = timespanText(longest.warmup);
  if (isKept) {
    if (open === 0) return undefined;
    return `first seen: nothing is new until the state covers ${span}; --learn takes a whole log as normal`;
  }
  const rest = open === warmups.length ? ', and the log is no longer: nothing in it is new' : '';
  return (
    `first seen: the first ${span} of the log are taken as normal${rest}; ` +
    '--learn FILE and --state FILE remember what is'
  );
}
