import { printCondition } from '../../../condition/print.ts';
import { ownSeverity } from '../../../policies/severity.ts';
import { rulePolicies, type RuleUse } from '../../../policies/usage.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import { correlationJson, correlationText } from '../../docs/correlation-text.ts';
import type { ListInfo, MacroInfo, Rule, SigmaFacts } from '../../../rules/rule.ts';
import { KnownError } from '../../../util/errors.ts';
import { didYouMean } from '../../../util/suggest.ts';
import { expandMacros } from '../../../rules/compile/expand.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText, wrapWords, warner } from '../../terminal/listing.ts';
import { loadLibrary } from '../../library/policies-input.ts';
import { changeFinder, partsOf, type RuleChange } from '../../library/rule-changes.ts';

/** `k8s-audit rules show NAME`: everything about one rule. */
export const rulesShowCommand: ActionOf<'rules show'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const format = settings.pageFormat;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const { ruleSet } = library;
  const [name = ''] = args;
  const rule =
    ruleSet.rules.find((each) => each.name === name) ??
    ruleSet.rules.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (rule === undefined) {
    const names = ruleSet.rules.map((each) => each.name);
    throw new KnownError(
      'usage',
      `no rule is called '${name}'`,
      didYouMean(name, names) ?? 'k8s-audit rules list',
    );
  }
  const { macros, lists } = partsOf(rule, ruleSet);
  const context: RuleContext = {
    uses: rulePolicies(rule.name, library.members),
    changes: changeFinder(library)(rule),
  };
  const resolved = printCondition(expandMacros(rule.tree, ruleSet.macros));
  const text =
    format === 'json'
      ? jsonText(showJson(rule, resolved, macros, lists, context))
      : showText(rule, resolved, macros, lists, context, terminal.stdout.columns);
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** What surrounds a rule. */
interface RuleContext {
  readonly uses: readonly RuleUse[];
  readonly changes: readonly RuleChange[];
}

function showJson(
  rule: Rule,
  resolved: string,
  macros: readonly MacroInfo[],
  lists: readonly ListInfo[],
  { uses, changes }: RuleContext,
): unknown {
  const { name, description, priority, source, tags, enabled, exceptions, fields } = rule;
  return {
    name,
    description,
    condition: rule.conditionText,
    condition_resolved: resolved,
    output: rule.outputText,
    priority,
    source,
    tags,
    enabled,
    exceptions,
    evidence: rule.evidenceFields,
    id: rule.id,
    severity: ownSeverity(rule),
    checks: rule.notes.checks,
    false_positives: rule.notes.falsePositives,
    references: rule.notes.references,
    fields,
    macros: macros.map((macro) => ({ name: macro.name, condition: macro.condition })),
    lists: lists.map((list) => ({ name: list.name, items: list.items })),
    policies: uses.map((use) => ({ name: use.policy, enabled: use.enabled, rule_on: use.on })),
    changes,
    files: rule.files,
    file: rule.file,
    line: rule.line,
    ...(rule.correlation && { correlation: correlationJson(rule.correlation) }),
    ...(rule.sigma && { sigma: sigmaJson(rule.sigma) }),
  };
}

function showText(
  rule: Rule,
  resolved: string,
  macros: readonly MacroInfo[],
  lists: readonly ListInfo[],
  { uses, changes }: RuleContext,
  columns: number,
): string {
  const width = Math.min(columns, 100);
  const out: string[] = [];
  const section = (label: string, text: string, indent = '  '): void => {
    if (text.trim() === '') return;
    out.push(`${label}:`);
    // One by one: a list of addresses may have more lines than a call takes arguments.
    for (const line of wrapWords(text, width - indent.length)) out.push(indent + line);
  };
  const indented = (text: string): void => {
    out.push(...wrapWords(text, width - 2).map((each) => `  ${each}`));
  };
  out.push(...wrapWords(rule.name, width));
  const state = rule.enabled ? 'on' : 'off';
  indented(`${rule.priority.toLowerCase()}, ${state}, ${rule.file}:${rule.line}`);
  if (rule.files.length > 1) indented(`changed by ${rule.files.slice(1).join(', ')}`);
  for (const { what, files } of changes) {
    if (what !== 'rule') indented(`${what} changed by ${files.join(', ')}`);
  }
  section('Description', rule.description);
  section('Output', rule.outputText);
  section('Evidence', rule.evidenceFields.join(', '));
  section('Severity', severityText(rule));
  section('Tags', rule.tags.join(', '));
  section('Policies', uses.map(useText).join(', '));
  section('Exceptions', rule.exceptions.map(({ name }) => name).join(', '));
  if (rule.sigma !== undefined) {
    for (const [label, text] of sigmaSections(rule.sigma)) section(label, text);
  }
  if (rule.correlation !== undefined) section('Correlation', correlationText(rule.correlation));
  const listed = (label: string, texts: readonly string[]): void => {
    if (texts.length > 0) out.push(`${label}:`);
    for (const text of texts) {
      out.push(
        ...wrapWords(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`)),
      );
    }
  };
  if (rule.sigma === undefined) {
    section('Id', rule.id ?? '');
    listed('What to check', rule.notes.checks);
    listed('False positives', rule.notes.falsePositives);
    listed('References', rule.notes.references);
  }
  section('Condition', rule.conditionText);
  section('Resolved condition', resolved);
  section('Fields', rule.fields.join(', '));
  if (macros.length > 0) out.push('Macros:');
  for (const macro of macros) section(`  ${macro.name}`, macro.condition, '    ');
  if (lists.length > 0) out.push('Lists:');
  for (const list of lists) section(`  ${list.name}`, list.items.join(', ') || '(empty)', '    ');
  return `${plainText(out.join('\n'))}\n`;
}

/** How serious its findings are where no policy says it. */
function severityText({ priority, severity }: Rule): string {
  return severity ?? `${ownSeverity({ priority })} (from its priority)`;
}

function useText({ policy, enabled, on }: RuleUse): string {
  if (!on) return `${policy} (rule off)`;
  return enabled ? policy : `${policy} (policy off)`;
}

/** What a Sigma rule says of itself, under the names that Sigma has for it. */
function sigmaJson(facts: SigmaFacts): unknown {
  const { id, status, level, author, references, falsePositives } = facts;
  return { id, status, level, author, references, falsepositives: falsePositives };
}

function sigmaSections({ id, status, level, author, ...lists }: SigmaFacts): [string, string][] {
  const said = Object.entries({ id, status, level, author }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return [
    ['Sigma', said.join(', ')],
    ['False positives', lists.falsePositives.join('; ')],
    ['References', lists.references.join(' ')],
  ];
}
