import type { ScanSummary } from '../../engine/summary.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { Counters } from '../../serve/counters.ts';
import type { Intake } from '../../serve/intake.ts';
import { Spool } from '../../serve/spool/spool.ts';
import type { ReportSet } from '../run/report-set.ts';
import { exitCode } from '../terminal/exit.ts';
import type { Alerts } from './alerts.ts';
import { tellQuarantine } from './open-intake.ts';

/** What a run of `serve` has open when it ends. */
interface Served {
  readonly reports: ReportSet;
  readonly alerts: Alerts;
  readonly intake: Intake;
  readonly counters: Counters;
  /** Tells the user; silenced by `--quiet`. */
  readonly warn: (text: string) => void;
  /** Tells the user; not silenced by `--quiet`. */
  readonly tell: (text: string) => void;
}

/**
 * Sends the last alerts, ends reports and spool, and tells what the run came to.
 *
 * @param summary of the scan, which has ended
 * @returns the exit code
 */
export async function endServing(
  { reports, alerts, intake, counters, warn, tell }: Served,
  summary: ScanSummary,
): Promise<number> {
  const notes = [...summary.notes, ...(await alerts.end())];
  reports.end({ ...summary, notes });
  await reports.close();
  const { bodies } = intake.waiting;
  tellQuarantine(intake, tell);
  if (intake instanceof Spool) await intake.end();
  for (const text of [endText(counters), ...notes]) warn(text);
  if (bodies > 0) tell(leftText(bodies, intake));
  const failures = [...reports.failures, alerts.failure, summary.failure].filter(
    (text) => text !== undefined,
  );
  for (const text of failures) tell(text);
  const isLost = bodies > 0 && !(intake instanceof Spool);
  return exitCode(isLost || failures.length > 0 ? 'failed' : 'ok');
}

/** What becomes of bodies that were received and not evaluated. */
function leftText(bodies: number, intake: Intake): string {
  const what = `${number(bodies)} ${bodies === 1 ? 'body was' : 'bodies were'} received and not evaluated`;
  const rest =
    intake instanceof Spool
      ? 'the next run goes on with the spool'
      : 'they are lost: --spool keeps them';
  return `${what}: ${rest}`;
}

/** The line that says what was received. */
function endText(counters: Counters): string {
  const count = (name: Parameters<Counters['total']>[0], noun: string): string => {
    const total = counters.total(name);
    return `${number(total)} ${plural(total, noun)}`;
  };
  return (
    `received ${count('k8s_audit_events_total', 'event')} in ${number(counters.total('k8s_audit_bodies_total'))} requests, ` +
    `${count('k8s_audit_findings_total', 'finding')}, ${count('k8s_audit_problems_total', 'problem')}, ` +
    `${number(counters.total('k8s_audit_refused_total'))} requests refused`
  );
}
