import type { Rule } from '../../rules/rule.ts';
import { rulePage } from './rule-page.ts';

/** A public detection or technique, by the name or id that its authors gave it. */
interface CoverageRow {
  readonly name: string;
  /** Default rules that show it. */
  readonly rules?: readonly string[];
  /** Why none does. */
  readonly why?: string;
}

interface CoverageSet {
  readonly name: string;
  readonly source: string;
  readonly rows: readonly CoverageRow[];
}

/** The content of docs/coverage.json. */
export interface Coverage {
  readonly sets: readonly CoverageSet[];
}

/** A table of all sets with their numbers, and one for each. */
export function coverageMarkdown({ sets }: Coverage, rules: readonly Rule[]): string {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const sums = sets.map(({ name, rows }) => {
    const shown = rows.filter((row) => row.rules !== undefined).length;
    return `| [${name}](#${anchorOf(name)}) | ${rows.length} | ${shown} | ${rows.length - shown} |`;
  });
  const parts = sets.map(({ name, source, rows }) => {
    const lines = rows.map(
      (row) =>
        `| ${row.name} | ${row.rules === undefined ? '–' : '●'} | ${row.rules?.map((rule) => ruleLink(rule, byName)).join(', ') ?? row.why ?? ''} |`,
    );
    return `<a id="${anchorOf(name)}"></a>\n\n## ${name}\n\n<${source}>\n\n| name | | default rules, or the reason |\n| --- | --- | --- |\n${lines.join('\n')}`;
  });
  const head = '| set | names | shown | not shown |\n| --- | --- | --- | --- |';
  return [`${head}\n${sums.join('\n')}`, ...parts].join('\n\n');
}

function anchorOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** @throws Error for a rule that is not there: the data are wrong */
function ruleLink(name: string, rules: ReadonlyMap<string, Rule>): string {
  const rule = rules.get(name);
  const place = rule && rulePage(rule);
  if (place === undefined) throw new Error(`docs/coverage.json names no bundled rule: ${name}`);
  return `[${name}](${place.file.replace('docs/', '')}#${place.anchor})`;
}
