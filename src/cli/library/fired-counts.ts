import { RuleCounter } from '../../engine/rule-counter.ts';
import type { Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import type { Invocation } from '../flags/command.ts';
import { readLogs } from './read-logs.ts';

/**
 * How often each rule fires on logs, policies left aside; undefined without logs.
 *
 * @throws KnownError when a log cannot be read
 */
export async function firedCounts(
  { settings, terminal }: Invocation<'log'>,
  rules: readonly Rule[],
): Promise<ReadonlyMap<string, number> | undefined> {
  if (settings.log.length === 0) return undefined;
  const counter = new RuleCounter(rules);
  const count = (event: Parameters<RuleCounter['count']>[0]): void => counter.count(event);
  const { problems, unread } = await readLogs(settings.log, count, terminal.interrupted);
  if (unread > 0) {
    const problem = problems.find(({ kind }) => kind === 'io');
    const reason = problem === undefined ? '' : `: ${problem.text}`;
    const file = problem?.examples[0]?.file ?? settings.log.join(', ');
    throw new KnownError('input', `cannot read ${file}${reason}`);
  }
  return counter.counts;
}
