import { RequestFinder } from '../../activity/find-request.ts';
import { streamOutput, type Output } from '../../io/output.ts';
import type { FieldResolver } from '../../condition/value.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import { selectRules } from '../../rules/select.ts';
import { KnownError } from '../../util/errors.ts';
import type { Invocation } from '../command.ts';
import { fieldSettingsOf, readForCommand, warner, type ReadingEnd } from '../reading.ts';
import { loadForCommand } from '../rules-input.ts';

/** One request and the rules to look at it with. */
export interface Found {
  readonly finder: RequestFinder;
  readonly ruleSet: RuleSet;
  /** The selected rules. */
  readonly rules: readonly Rule[];
  readonly fields: FieldResolver;
  readonly end: ReadingEnd;
  readonly output: Output;
}

/**
 * Reads the inputs for the events of one audit ID (first argument), or of the one ID that begins with it.
 *
 * @throws KnownError when there is none, or more than one
 */
export async function findEvents(invocation: Invocation, command: string): Promise<Found> {
  const { settings, terminal, ruleSwitches } = invocation;
  const [id = '', ...paths] = invocation.args;
  const fieldSettings = fieldSettingsOf(invocation);
  const ruleSet = await loadForCommand(settings, fieldSettings, warner(invocation));
  const { rules } = selectRules(ruleSet.rules, {
    only: settings.rule,
    switches: ruleSwitches,
    tags: settings.tag,
    excludedTags: settings.excludeTag,
    minPriority: settings.minPriority,
  });
  const fields = await fieldResolver(fieldSettings, true);
  const output = streamOutput(terminal.stdout);
  const finder = new RequestFinder(id);
  const end = await readForCommand(
    invocation,
    command,
    paths,
    output,
    (event) => finder.add(event),
    ruleSet,
  );
  finder.end();
  if (finder.events.length === 0 && end.unread === 0 && !end.summary.interrupted) {
    const events = end.summary.events;
    throw new KnownError('input', `no event of ${events} has the audit ID '${id}'`);
  }
  const { ids } = finder;
  if (ids.length > 1 && !ids.includes(id)) {
    throw new KnownError('usage', `several audit IDs start with '${id}': ${ids.join(', ')}`);
  }
  return { finder, ruleSet, rules, fields, end, output };
}
