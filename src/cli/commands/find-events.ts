import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RequestFinder } from '../../activity/request/find-request.ts';
import { auditIdEvents } from '../../activity/wanted-events.ts';
import { streamOutput, type Output } from '../../io/output.ts';
import { number } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';
import { quoteWords } from '../../util/quote-words.ts';
import type { Invocation } from '../flags/command.ts';
import { nothingRead } from '../run/not-done.ts';
import { problemNotes, readForCommand, type ReadingEnd } from '../run/reading.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import type { ReadingInvocation } from '../flags/command-options.ts';
import type { RulesOption } from '../library/scan-rules.ts';
import { rulesOfRun, type RulesOfRun } from '../library/run-rules.ts';

/** One request and the rules to look at it with. */
export interface Found extends RulesOfRun {
  readonly finder: RequestFinder;
  readonly end: ReadingEnd;
  readonly output: Output;
  /** That no event has the ID, where one may be in an input that could not be read. */
  readonly missing: readonly string[];
}

/**
 * Reads the inputs for the events of one audit ID (first argument), or of the one ID that begins with it.
 *
 * @param neighbours true when the requests before and after are wanted too
 * @throws KnownError when there is none, or more than one
 */
export async function findEvents(
  invocation: ReadingInvocation & Invocation<RulesOption>,
  command: string,
  neighbours: boolean,
): Promise<Found> {
  const { terminal } = invocation;
  const [id = '', ...paths] = invocation.args;
  refuseSwapped(id, paths, command, terminal.cwd);
  const run = await rulesOfRun(invocation, fieldSettingsOf(invocation));
  const output = streamOutput(terminal.stdout);
  const finder = new RequestFinder(id);
  const end = await readForCommand(
    invocation,
    command,
    paths,
    output,
    {
      condition: neighbours ? undefined : auditIdEvents(id),
      // Neighbours are those in time.
      inTime: neighbours ? true : undefined,
      event: (event) => finder.add(event),
    },
    run.ruleSet,
  );
  finder.end();
  const isMissing = finder.events.length === 0 && !end.summary.interrupted;
  if (isMissing && end.unread === 0) throw notFound(id, end, invocation);
  const { ids } = finder;
  if (ids.length > 1 && !ids.includes(id)) {
    throw new KnownError('usage', `several audit IDs start with '${id}': ${ids.join(', ')}`);
  }
  const missing = isMissing ? [missingText(id, end)] : [];
  return { ...run, finder, end, output, missing };
}

/** The ID comes first: the name of a log in its place would be looked for in vain. @throws KnownError for one */
function refuseSwapped(id: string, [path]: readonly string[], command: string, cwd: string): void {
  const exists = (name: string): boolean => existsSync(resolve(cwd, name));
  if (id === '' || !exists(id) || (path !== undefined && exists(path))) return;
  throw new KnownError(
    'usage',
    `'${id}' is a file, where an audit ID is due`,
    `k8s-audit ${command} ${quoteWords([path ?? 'ID', id])}`,
  );
}

/** Why there is no such event: perhaps the input is none of an audit log, or some of it could not be read. */
function notFound(id: string, end: ReadingEnd, { settings }: ReadingInvocation): KnownError {
  const nothing = nothingRead(end, settings);
  if (nothing !== undefined) return new KnownError('input', nothing);
  const [unread] = problemNotes(end.summary);
  return new KnownError('input', missingText(id, end), unread);
}

function missingText(id: string, { summary }: ReadingEnd): string {
  return `no event of ${number(summary.events)} has the audit ID '${id}'`;
}
