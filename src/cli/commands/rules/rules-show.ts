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
  const shown: ShownRule = {
    rule,
    resolved: printCondition(expandMacros(rule.tree, ruleSet.macros)),
    ...partsOf(rule, ruleSet),
    uses: rulePolicies(rule.name, library.members),
    changes: changeFinder(library)(rule),
  };
  const text =
    format === 'json' ? jsonText(showJson(shown)) : showText(shown, terminal.stdout.columns);
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** A rule, with what it rests on and what becomes of it. */
interface ShownRule {
  readonly rule: Rule;
  /** The condition with the macros in place. */
  readonly resolved: string;
  readonly macros: readonly MacroInfo[];
  readonly lists: readonly ListInfo[];
  readonly uses: readonly RuleUse[];
  readonly changes: readonly RuleChange[];
}

function showJson({ rule, resolved, macros, lists, uses, changes }: ShownRule): unknown {
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

/** Lines of text under labels, broken at a width. Labels without a text are left out. */
class Sections {
  readonly lines: string[] = [];
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** A text, with `first` before its first line and as much room before the others. */
  text(text: string, first = ''): void {
    const indent = ' '.repeat(first.length);
    // One by one: a list of addresses may have more lines than a call takes arguments.
    for (const [i, line] of wrapWords(text, this.#width - first.length).entries()) {
      this.lines.push((i === 0 ? first : indent) + line);
    }
  }

  section(label: string, text: string, indent = '  '): void {
    if (text.trim() === '') return;
    this.lines.push(`${label}:`);
    this.text(text, indent);
  }

  listed(label: string, texts: readonly string[]): void {
    if (texts.length > 0) this.lines.push(`${label}:`);
    for (const text of texts) this.text(text, '  - ');
  }
}

function showText(shown: ShownRule, columns: number): string {
  const { rule, resolved, macros, lists, uses } = shown;
  const out = new Sections(Math.min(columns, 100));
  showHead(shown, out);
  out.section('Description', rule.description);
  out.section('Output', rule.outputText);
  out.section('Evidence', rule.evidenceFields.join(', '));
  out.section('Severity', severityText(rule));
  out.section('Tags', rule.tags.join(', '));
  out.section('Policies', uses.map(useText).join(', '));
  out.section('Exceptions', rule.exceptions.map(({ name }) => name).join(', '));
  if (rule.sigma !== undefined) {
    for (const [label, text] of sigmaSections(rule.sigma)) out.section(label, text);
  }
  if (rule.correlation !== undefined) out.section('Correlation', correlationText(rule.correlation));
  if (rule.sigma === undefined) {
    out.section('Id', rule.id ?? '');
    out.listed('What to check', rule.notes.checks);
    out.listed('False positives', rule.notes.falsePositives);
    out.listed('References', rule.notes.references);
  }
  out.section('Condition', rule.conditionText);
  out.section('Resolved condition', resolved);
  out.section('Fields', rule.fields.join(', '));
  if (macros.length > 0) out.lines.push('Macros:');
  for (const { name, condition } of macros) out.section(`  ${name}`, condition, '    ');
  if (lists.length > 0) out.lines.push('Lists:');
  for (const { name, items } of lists) {
    out.section(`  ${name}`, items.join(', ') || '(empty)', '    ');
  }
  return `${plainText(out.lines.join('\n'))}\n`;
}

/** The name of a rule, whether it is on, and which files define and change it. */
function showHead({ rule, changes }: ShownRule, out: Sections): void {
  out.text(rule.name);
  const state = rule.enabled ? 'on' : 'off';
  out.text(`${rule.priority.toLowerCase()}, ${state}, ${rule.file}:${rule.line}`, '  ');
  if (rule.files.length > 1) out.text(`changed by ${rule.files.slice(1).join(', ')}`, '  ');
  for (const { what, files } of changes) {
    if (what !== 'rule') out.text(`${what} changed by ${files.join(', ')}`, '  ');
  }
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
