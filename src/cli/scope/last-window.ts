import type { ScanSummary } from '../../engine/summary.ts';
import type { Sources } from '../../io/sources.ts';
import { logEnd } from '../../scan/log-end.ts';
import type { ReadPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import { formatDateTimeSeconds } from '../../util/time.ts';
import type { Invocation } from '../flags/command.ts';

type LastInvocation = Invocation<never, 'last' | 'since' | 'timezone'>;

/** The times that a run looks at. */
export interface TimeWindow {
  readonly since: bigint | undefined;
  /** What to say in the end. */
  notes(summary: ScanSummary): string[];
}

/**
 * Where the window of a run starts: `--since`, or `--last` counted from the last event of the log.
 *
 * @param plan the inputs
 * @throws KnownError when the end of an input is not known before it is read
 */
export async function timeWindow(
  { settings, terminal }: LastInvocation,
  plan: ReadPlan,
): Promise<TimeWindow> {
  const { last, since, timezone = 'UTC' } = settings;
  if (last === undefined) return { since, notes: () => [] };
  if (since !== undefined) throw new KnownError('usage', '--last and --since exclude each other');
  refuseUnended(plan);
  const end = await logEnd(plan, terminal.interrupted);
  if (end === undefined) return { since, notes: () => [] };
  const show = (time: bigint): string => `${formatDateTimeSeconds(time, timezone)} ${timezone}`;
  return {
    since: end - BigInt(last) * 1_000_000n,
    notes({ lastEventTime }) {
      if (lastEventTime === undefined || lastEventTime <= end) return [];
      return [
        `the log is not in order of time: --last took ${show(end)} for its end, and there is an event of ` +
          `${show(lastEventTime)}; --since takes an exact time`,
      ];
    },
  };
}

/** @throws KnownError for inputs without an end that can be looked at */
function refuseUnended({ sources }: Pick<Sources, 'sources'>): void {
  const pipe = sources.find(({ size }) => size === undefined);
  if (pipe === undefined) return;
  const name = pipe.path ?? 'standard input';
  throw new KnownError(
    'usage',
    `--last counts from the end of the log, and that of ${name} is not known before it is read`,
    'save the log to a file, or give --since a time',
  );
}
