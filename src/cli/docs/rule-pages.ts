import { rulePolicies } from '../../policies/usage.ts';
import type { Rule } from '../../rules/rule.ts';
import { needsOf } from '../../setup/needs.ts';
import { LEVELS, type Level } from '../../setup/levels.ts';
import { correlationText } from './correlation-text.ts';
import { rulePage } from './rule-page.ts';
import type { Library } from '../library/policies-input.ts';

/** A page of rules: its file, and its text. */
export interface RulePage {
  readonly file: string;
  readonly text: string;
}

/** One rule, with what documents say about it. */
interface Documented {
  readonly rule: Rule;
  readonly page: string;
  readonly severity: string;
  readonly policies: string;
  readonly state: string;
  /** Level at which it can fire, and at which it sees all that it reads. */
  readonly fires: Level;
  readonly sees: Level;
}

/** A table of all bundled rules, and a page for each of their files with a section for each rule. */
export function rulePages(library: Library): {
  readonly index: string;
  readonly pages: RulePage[];
} {
  const documented = document(library);
  const pages = groupByPage(documented);
  return {
    index: table(
      ['rule', 'severity', 'policy', 'state', 'needs', 'ATT&CK', 'matrix'],
      documented.map((one) => [
        `[${one.rule.name}](${one.page.replace('docs/', '')}#${one.rule.id ?? ''})`,
        one.severity,
        one.policies,
        one.state,
        needText(one),
        techniques(one.rule).join(', '),
        matrix(one.rule).join(', '),
      ]),
    ),
    pages: [...pages].map(([file, rules]) => ({ file, text: rules.map(section).join('\n\n') })),
  };
}

function groupByPage(documented: readonly Documented[]): Map<string, Documented[]> {
  const pages = new Map<string, Documented[]>();
  for (const one of documented) {
    const others = pages.get(one.page);
    if (others === undefined) pages.set(one.page, [one]);
    else others.push(one);
  }
  return pages;
}

function document({ ruleSet, members }: Library): Documented[] {
  const needs = needsOf(ruleSet.rules);
  return ruleSet.rules.flatMap((rule) => {
    const page = rulePage(rule);
    if (page === undefined) return [];
    const uses = rulePolicies(rule.name, members);
    const wanted = needs.byRule.get(rule) ?? [];
    const isOn = rule.enabled && uses.some(({ enabled, on }) => enabled && on);
    return [
      {
        rule,
        page: page.file,
        severity: rule.severity ?? '-',
        policies: uses.map(({ policy }) => policy).join(', '),
        state: isOn ? 'on' : 'off',
        fires: lowest(wanted.map(({ fires }) => fires)),
        sees: highest(wanted.map(({ sees }) => sees)),
      },
    ];
  });
}

function lowest(levels: readonly Level[]): Level {
  return LEVELS.find((level) => levels.includes(level)) ?? 'Metadata';
}

function highest(levels: readonly Level[]): Level {
  return LEVELS.findLast((level) => levels.includes(level)) ?? 'Metadata';
}

function needText({ fires, sees }: Documented): string {
  return fires === sees ? fires : `${fires}; sees all at ${sees}`;
}

function techniques({ tags }: Rule): string[] {
  return tags
    .filter((tag) => /^T\d{4}(?:\.\d{3})?$/.test(tag))
    .map((tag) => `[${tag}](https://attack.mitre.org/techniques/${tag.replace('.', '/')}/)`);
}

function matrix({ tags }: Rule): string[] {
  return tags.filter((tag) => tag.startsWith('MS-TA'));
}

function section(one: Documented): string {
  const { rule } = one;
  const { checks, falsePositives, references } = rule.notes;
  const parts = [
    `<a id="${rule.id ?? ''}"></a>\n\n## ${rule.name}`,
    cell(rule.description),
    table(
      ['severity', 'policy', 'state', 'priority', 'needs', 'ATT&CK', 'matrix'],
      [
        [
          one.severity,
          one.policies,
          one.state,
          rule.priority,
          needText(one),
          techniques(rule).join(', '),
          matrix(rule).join(', '),
        ],
      ],
    ),
    ...bullets('What to check:', checks),
    ...bullets('False positives:', falsePositives),
    rule.correlation === undefined
      ? evidence(rule)
      : `Looks for: ${correlationText(rule.correlation)}.`,
    `References: ${references.map((address) => `<${address}>`).join(', ')}`,
  ];
  return parts.join('\n\n');
}

function evidence({ exceptions, evidenceFields }: Rule): string {
  const quoted = (names: readonly string[]): string =>
    names.map((name) => `\`${name}\``).join(', ');
  return (
    `Exceptions: ${quoted(exceptions.map(({ name }) => name))}. ` +
    `Evidence: ${quoted(evidenceFields) || 'none beside user, action and object'}.`
  );
}

function bullets(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${head}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, titles.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}

function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
