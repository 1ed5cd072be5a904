import { DEFAULT_FIELD_SETTINGS } from '../../rules/load.ts';
import type { Rule } from '../../rules/rule.ts';
import { selectRules } from '../../rules/select.ts';
import type { CommandAction } from '../command.ts';
import { exitCode } from '../exit.ts';
import { columnText, jsonText, listFormat } from '../listing.ts';
import { loadForCommand } from '../rules-input.ts';

/** `k8s-audit rules list`: the loaded rules, switched-off ones included. */
export const rulesListCommand: CommandAction = async (invocation) => {
  const { settings, terminal, ruleSwitches } = invocation;
  const format = listFormat(settings.format);
  const warn = (text: string): void => void terminal.stderr.write(`${text}\n`);
  const ruleSet = await loadForCommand(settings, DEFAULT_FIELD_SETTINGS, warn);
  const selection = {
    only: settings.rule,
    switches: ruleSwitches,
    tags: settings.tag,
    excludedTags: settings.excludeTag,
    minPriority: settings.minPriority,
  };
  const { rules: on } = selectRules(ruleSet.rules, selection);
  // Filters apply to rules that are off too: enabled for the question only.
  const everyRule = ruleSet.rules.map((rule) => ({ ...rule, enabled: true }));
  const listed = selectRules(everyRule, { ...selection, switches: [] }).rules;
  const names = new Set(on.map(({ name }) => name));
  if (format === 'json') {
    terminal.stdout.write(jsonText(listed.map((rule) => ruleJson(rule, names.has(rule.name)))));
  } else if (format === 'markdown') {
    terminal.stdout.write(rulesMarkdown(listed));
  } else {
    const rows = listed.map((rule) => [
      names.has(rule.name) ? 'on' : 'off',
      rule.priority.toLowerCase(),
      rule.name,
      rule.tags.join(' '),
    ]);
    terminal.stdout.write(columnText(rows, terminal.stdout.columns));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

function ruleJson(rule: Rule, enabled: boolean): unknown {
  const { name, description, priority, source, tags, files, file, line } = rule;
  return { name, description, priority, source, tags, enabled, files, file, line };
}

/** A table for documentation. */
export function rulesMarkdown(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => {
    const text = rule.description.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
    const state = rule.enabled ? '' : ' (off)';
    return `| ${rule.name}${state} | ${rule.priority} | ${text} | ${rule.tags.join(', ')} |`;
  });
  return `| rule | priority | detects | tags |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
