import { DEFAULT_FIELD_SETTINGS, fieldResolver } from '../../../rules/resolver.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { columnText, jsonText, plainText, warner } from '../../terminal/listing.ts';
import { loadLibrary, placingPlan } from '../../library/policies-input.ts';
import { listedRules } from '../../library/rule-filter.ts';
import { coverageOf, navigatorLayer, type FrameworkCoverage } from '../../library/tag-coverage.ts';
import { chooseRules, selectionOf } from '../../library/scan-rules.ts';
import { packageVersion } from '../../version.ts';

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
    else terminal.stdout.write(plainText(coverageText(coverage, terminal.stdout.columns)));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

function coverageText(coverage: readonly FrameworkCoverage[], width: number): string {
  return coverage
    .map(({ framework, tags }) => {
      const rows = tags.map(({ tag, rules }) => [
        `  ${tag}`,
        countText(rules),
        rules.map(({ name, runs }) => (runs ? name : `${name} (off)`)).join(', '),
      ]);
      return `${framework}: ${tags.length}\n${columnText(rows, width)}`;
    })
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
    .map(({ framework, tags }) => {
      const rows = tags.map(
        ({ tag, rules }) =>
          `| ${tag} | ${countText(rules)} | ${rules.map(({ name }) => name).join(', ')} |`,
      );
      return `### ${framework}\n\n| tag | rules | which |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
    })
    .join('\n');
}
