import { RuleCounter } from '../../engine/rule-counter.ts';
import { SummaryBuilder } from '../../engine/summary.ts';
import { expandSources } from '../../io/sources.ts';
import type { Rule } from '../../rules/rule.ts';
import { readEvents } from '../../scan/read-events.ts';
import { KnownError } from '../../util/errors.ts';
import type { Invocation } from '../flags/command.ts';
import { OPTIONS } from '../flags/options.ts';

/**
 * How often each rule fires on logs, policies left aside; undefined without logs.
 *
 * @throws KnownError when a log cannot be read
 */
export async function firedCounts(
  { settings, terminal }: Invocation,
  rules: readonly Rule[],
): Promise<ReadonlyMap<string, number> | undefined> {
  if (settings.log.length === 0) return undefined;
  const { sources, problems } = expandSources(settings.log);
  const counter = new RuleCounter(rules);
  const summary = new SummaryBuilder();
  const { unread } = await readEvents(
    {
      sources,
      sourceProblems: problems,
      since: undefined,
      until: undefined,
      maxEventSize: OPTIONS.maxEventSize.default,
      cluster: undefined,
    },
    {
      event: (event) => {
        summary.event(event.time, []);
        counter.count(event);
      },
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: terminal.interrupted,
    },
    summary,
  );
  if (unread > 0) {
    const problem = summary.build(0).problems.find(({ kind }) => kind === 'io');
    const reason = problem === undefined ? '' : `: ${problem.text}`;
    const file = problem?.examples[0]?.file ?? settings.log.join(', ');
    throw new KnownError('input', `cannot read ${file}${reason}`);
  }
  return counter.counts;
}
