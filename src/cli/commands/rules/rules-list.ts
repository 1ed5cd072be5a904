import { number } from '../../../outputs/summary-text.ts';
import { rulePolicies, ruleUsage, type RuleUse } from '../../../policies/usage.ts';
import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../../rules/resolver.ts';
import type { Rule } from '../../../rules/rule.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { firedCounts } from '../../library/fired-counts.ts';
import { columnText, jsonText, warner, wrapWords } from '../../terminal/listing.ts';
import { paintOf } from '../../terminal/text-paint.ts';
import { loadLibrary, placingPlan, type Library } from '../../library/policies-input.ts';
import { changeFinder, type RuleChange } from '../../library/rule-changes.ts';
import { listedRules } from '../../library/rule-filter.ts';
import { chooseRules, selectionOf } from '../../library/scan-rules.ts';

/** From this width on there is room for tags. */
const ROOM_FOR_TAGS = 110;
/** From this width on there is room for the names of policies. */
const WIDE = 140;

/** A rule with what listings say about it. */
interface Listed {
  readonly rule: Rule;
  /** It runs in a scan with these options. */
  readonly runs: boolean;
  readonly uses: readonly RuleUse[];
  readonly changes: readonly RuleChange[];
  /** Undefined when nothing was counted. */
  readonly fired: number | undefined;
}

/** `k8s-audit rules list`: the loaded rules, switched-off ones included. */
export const rulesListCommand: ActionOf<'rules list'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const format = settings.listFormat;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const listed = await describeRules(invocation, library);
  if (format === 'json') {
    terminal.stdout.write(jsonText(listed.map(ruleJson)));
  } else if (format === 'markdown') {
    terminal.stdout.write(rulesMarkdown(listed.map(({ rule }) => rule)));
  } else {
    terminal.stdout.write(await rulesText(listed, invocation));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

async function describeRules(
  invocation: InvocationOf<'rules list'>,
  library: Library,
): Promise<Listed[]> {
  const rules = listedRules(invocation, library);
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
  const selection = selectionOf(invocation);
  const chosen = chooseRules(library, selection, placingPlan(invocation.settings), fields);
  const running = new Set(chosen.rules.map(({ name }) => name));
  const fired = await firedCounts(invocation, rules);
  const changesOf = changeFinder(library);
  return rules.map((rule) => ({
    rule,
    runs: running.has(rule.name),
    uses: rulePolicies(rule.name, library.members),
    changes: changesOf(rule),
    fired: fired === undefined ? undefined : (fired.get(rule.name) ?? 0),
  }));
}

/** The rules for people, by the file that they are in. */
async function rulesText(
  listed: readonly Listed[],
  { settings, terminal }: InvocationOf<'rules list'>,
): Promise<string> {
  if (listed.length === 0) return 'No rule meets all of these options.\n';
  const { columns } = terminal.stdout;
  const withPolicies = settings.usage !== undefined || columns >= WIDE;
  const withTags = columns >= ROOM_FOR_TAGS;
  const paint = await paintOf(settings, terminal);
  const head = [
    'STATE',
    'PRIORITY',
    ...(settings.log.length > 0 ? ['FIRED'] : []),
    'RULE',
    ...(withPolicies ? ['POLICIES'] : []),
    ...(withTags ? ['TAGS'] : []),
  ];
  const rowOf = ({ rule, runs, uses, fired }: Listed): string[] => [
    runs ? 'on' : 'off',
    rule.priority.toLowerCase(),
    ...(settings.log.length > 0 ? [String(fired ?? 0)] : []),
    rule.name,
    ...(withPolicies ? [usesText(uses)] : []),
    ...(withTags ? [rule.tags.join(' ')] : []),
  ];
  const files = new Set(listed.map(({ rule }) => rule.file));
  const rows = [...files].flatMap((file) => {
    const own = listed.filter(({ rule }) => rule.file === file);
    return files.size === 1 ? own.map(rowOf) : [[`${file} (${own.length})`], ...own.map(rowOf)];
  });
  const table = columnText(rows, columns, { head, paint: paint.heading });
  const running = listed.filter(({ runs }) => runs).length;
  const next = `${number(running)} of ${number(listed.length)} rules run. One of them: k8s-audit rules show NAME.`;
  return `${table}\n${wrapWords(next, columns).join('\n')}\n`;
}

/** `K8s Notable Events, K8s Activity Logs (off)`. */
function usesText(uses: readonly RuleUse[]): string {
  if (uses.length === 0) return '-';
  return uses
    .map(({ policy, enabled, on }) => (enabled && on ? policy : `${policy} (off)`))
    .join(', ');
}

function ruleJson({ rule, runs, uses, changes, fired }: Listed): unknown {
  const { name, description, priority, source, tags, files, file, line } = rule;
  return {
    name,
    description,
    priority,
    source,
    tags,
    enabled: runs,
    usage: ruleUsage(uses),
    policies: uses.map(({ policy, enabled, on }) => ({ name: policy, enabled, rule_on: on })),
    modified: changes.length > 0,
    changes,
    ...(fired !== undefined && { fired }),
    files,
    file,
    line,
  };
}

/** A table for documentation. */
function rulesMarkdown(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => {
    const text = rule.description.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
    const state = rule.enabled ? '' : ' (off)';
    return `| ${rule.name}${state} | ${rule.priority} | ${text} | ${rule.tags.join(', ')} |`;
  });
  return `| rule | priority | detects | tags |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
