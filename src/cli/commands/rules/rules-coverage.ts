import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../../rules/resolver.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { columnText, jsonText, warner, wrapWords } from '../../terminal/listing.ts';
import { loadLibrary, placingPlan } from '../../library/policies-input.ts';
import { listedRules } from '../../library/rule-filter.ts';
import { coverageOf, navigatorLayer, type FrameworkCoverage } from '../../library/tag-coverage.ts';
import { chooseRules, selectionOf } from '../../library/scan-rules.ts';
import { packageVersion } from '../../version.ts';

/** Cells of the longest bar. */
const MOST_BAR = 30;

/** `k8s-audit rules coverage`: which rules cover which tags of frameworks. */
export const rulesCoverageCommand: ActionOf<'rules coverage'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const format = settings.listFormat;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const fields = await fieldResolver(DEFAULT_FIELD_SETTINGS, false);
  const chosen = chooseRules(library, selectionOf(invocation), placingPlan(settings), fields);
  const running = new Set(chosen.rules.map(({ name }) => name));
  const rules = listedRules(invocation, library).map((rule) => ({
    rule,
    runs: running.has(rule.name),
  }));
  if (settings.navigator) {
    terminal.stdout.write(jsonText(navigatorLayer(rules, packageVersion())));
  } else {
    const coverage = coverageOf(rules);
    if (format === 'json') terminal.stdout.write(jsonText(coverage));
    else if (format === 'markdown') terminal.stdout.write(coverageMarkdown(coverage));
    else terminal.stdout.write(coverageText(coverage, terminal.stdout.columns));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** A bar a tag, as long as the rules that run for it, and what no rule looks for. */
function coverageText(coverage: readonly FrameworkCoverage[], width: number): string {
  const sections = coverage.map(({ framework, tags, notCovered = [] }) => {
    const most = Math.max(1, ...tags.map(({ rules }) => rules.length));
    const widest = Math.max(...tags.map(({ tag }) => tag.length));
    const room = Math.min(MOST_BAR, Math.max(4, width - widest - 14));
    const rows = tags.map(({ tag, rules }) => [
      `  ${tag}`,
      countText(rules).padStart('10 of 10'.length),
      bar(rules.filter(({ runs }) => runs).length, rules.length, most, room),
    ]);
    const missing = notCovered.map(({ id, name }) => `${id} ${name}`).join(', ');
    const none = missing === '' ? '' : `${below('Not covered', missing, width)}\n`;
    const title = wrapWords(`${framework}: ${tags.length}`, width).join('\n');
    return `${title}\n${columnText(rows, width)}${none}`;
  });
  const next = 'The rules of a tag: k8s-audit rules list --tag T1611.';
  return `${sections.join('\n')}\n${wrapWords(next, width).join('\n')}\n`;
}

/** `███░`: rules that run, then those that are off. */
function bar(running: number, all: number, most: number, room: number): string {
  const cells = (count: number): number =>
    count === 0 ? 0 : Math.max(1, Math.round((count / most) * room));
  const full = cells(running);
  return '█'.repeat(full) + '░'.repeat(Math.max(all > running ? 1 : 0, cells(all) - full));
}

function below(label: string, text: string, width: number): string {
  return wrapWords(`${label}: ${text}`, width - 2)
    .map((line) => `  ${line}`)
    .join('\n');
}

/** `3`, or `2 of 3` when not all run. */
function countText(rules: readonly { readonly runs: boolean }[]): string {
  const running = rules.filter(({ runs }) => runs).length;
  return running === rules.length ? String(running) : `${running} of ${rules.length}`;
}

/** Tables for documentation. */
export function coverageMarkdown(coverage: readonly FrameworkCoverage[]): string {
  return coverage
    .map(({ framework, tags, notCovered = [] }) => {
      const rows = tags.map(
        ({ tag, rules }) =>
          `| ${tag} | ${countText(rules)} | ${rules.map(({ name }) => name).join(', ')} |`,
      );
      const none = notCovered.map(({ id, name }) => `- ${id} ${name}\n`).join('');
      const missing = none === '' ? '' : `\nNot covered:\n\n${none}`;
      return `### ${framework}\n\n| tag | rules | which |\n| --- | --- | --- |\n${rows.join('\n')}\n${missing}`;
    })
    .join('\n');
}
