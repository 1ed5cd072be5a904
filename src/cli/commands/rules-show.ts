import { printCondition } from '../../condition/print.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../rules/load.ts';
import type { ListInfo, MacroInfo, Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import { expandMacros } from '../../rules/expand.ts';
import type { CommandAction } from '../command.ts';
import { exitCode } from '../exit.ts';
import { jsonText, listFormat, plainText, wrapWords } from '../listing.ts';
import { loadForCommand } from '../rules-input.ts';

/** `k8s-audit rules show NAME`: everything about one rule. */
export const rulesShowCommand: CommandAction = async ({ args, settings, terminal }) => {
  const format = listFormat(settings.format);
  const warn = (text: string): void => void terminal.stderr.write(`${text}\n`);
  const ruleSet = await loadForCommand(settings, DEFAULT_FIELD_SETTINGS, warn);
  const [name = ''] = args;
  const rule =
    ruleSet.rules.find((each) => each.name === name) ??
    ruleSet.rules.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (rule === undefined) {
    const names = ruleSet.rules.map((each) => each.name);
    throw new KnownError('usage', `no rule is called '${name}'`, didYouMean(name, names));
  }
  const macros = ruleSet.macros.filter((macro) => rule.macros.includes(macro.name));
  const lists = ruleSet.lists.filter((list) => rule.lists.includes(list.name));
  const resolved = printCondition(expandMacros(rule.tree, ruleSet.macros));
  const text =
    format === 'json'
      ? jsonText(showJson(rule, resolved, macros, lists))
      : showText(rule, resolved, macros, lists, terminal.stdout.columns);
  terminal.stdout.write(text);
  await terminal.stdout.drained();
  return exitCode('ok');
};

function showJson(
  rule: Rule,
  resolved: string,
  macros: readonly MacroInfo[],
  lists: readonly ListInfo[],
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
    fields,
    macros: macros.map((macro) => ({ name: macro.name, condition: macro.condition })),
    lists: lists.map((list) => ({ name: list.name, items: list.items })),
    files: rule.files,
    file: rule.file,
    line: rule.line,
  };
}

function showText(
  rule: Rule,
  resolved: string,
  macros: readonly MacroInfo[],
  lists: readonly ListInfo[],
  columns: number,
): string {
  const width = Math.min(columns, 100);
  const out: string[] = [];
  const section = (label: string, text: string, indent = '  '): void => {
    if (text.trim() === '') return;
    out.push(`${label}:`, ...wrapWords(text, width - indent.length).map((line) => indent + line));
  };
  out.push(rule.name);
  const state = rule.enabled ? 'on' : 'off';
  out.push(`  ${rule.priority.toLowerCase()}, ${state}, ${rule.file}:${rule.line}`);
  if (rule.files.length > 1) out.push(`  changed by ${rule.files.slice(1).join(', ')}`);
  section('Description', rule.description);
  section('Condition', rule.conditionText);
  section('Resolved condition', resolved);
  section('Output', rule.outputText);
  section('Tags', rule.tags.join(', '));
  section('Exceptions', rule.exceptions.join(', '));
  section('Fields', rule.fields.join(', '));
  if (macros.length > 0) out.push('Macros:');
  for (const macro of macros) section(`  ${macro.name}`, macro.condition, '    ');
  if (lists.length > 0) out.push('Lists:');
  for (const list of lists) section(`  ${list.name}`, list.items.join(', ') || '(empty)', '    ');
  return `${plainText(out.join('\n'))}\n`;
}
