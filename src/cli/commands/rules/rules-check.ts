import { formatDiagnostic, toFalcoJson, type Diagnostic } from '../../../rules/diagnostics.ts';
import { loadRules, type LoadResult } from '../../../rules/load.ts';

import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { plainText } from '../../terminal/listing.ts';
import { bundledRules, readRulesPaths, warningTexts } from '../../library/rules-input.ts';

/**
 * `k8s-audit rules check`: validates rules files. The default rules are loaded before them, so that
 * override files can be checked on their own; errors of every file are reported.
 */
export const rulesCheckCommand: ActionOf<'rules check'> = async ({ args, settings, terminal }) => {
  const format = settings.pageFormat;
  const files = readRulesPaths(args);
  const names = new Set(files.map(({ name }) => name));
  const empty = new Set(files.filter(({ text }) => holdsNothing(text)).map(({ name }) => name));
  const base = settings.defaultRules ? bundledRules() : [];
  const results: LoadResult['files'][number][] = [];
  let unmet: string | undefined;
  let remaining = files;
  // Loading ends at the first bad file: the rest is checked without it.
  while (remaining.length > 0) {
    const good = files.slice(0, files.length - remaining.length);
    const before = good.filter(({ name }) => results.some((r) => r.name === name && r.successful));
    const loaded = await loadRules([...base, ...before, ...remaining]);
    unmet ??= loaded.unmet;
    const fresh = loaded.files.slice(base.length + before.length);
    results.push(...fresh);
    remaining = remaining.slice(Math.max(1, fresh.length));
  }
  const own = results.map((result) => ({
    name: result.name,
    successful: result.successful,
    errors: result.errors,
    warnings: result.warnings.filter((warning) => names.has(warning.file)),
  }));
  const failed = own.some(({ successful }) => !successful) || unmet !== undefined;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify(toFalcoJson(own))}\n`);
  } else {
    const seen = new Set<string>();
    for (const { name, successful, errors, warnings } of own) {
      const fresh = (settings.quiet ? [] : warnings)
        .map((warning) => [formatDiagnostic(warning), warning] as const)
        .filter(([text]) => !seen.has(text));
      for (const [text] of fresh) seen.add(text);
      const shown = [...errors.map(formatDiagnostic), ...warningTexts(fresh)];
      const isEmpty = empty.has(name);
      const isValid = successful && unmet?.startsWith(`${name}:`) !== true;
      const lines = [`${name}: ${verdict(isValid, isEmpty, warnings)}`, ...shown];
      for (const text of lines) terminal.stdout.write(`${plainText(text)}\n`);
    }
  }
  if (unmet !== undefined) terminal.stderr.write(`k8s-audit: ${unmet}\n`);
  await terminal.stdout.drained();
  return exitCode(failed ? 'failed' : 'ok');
};

function verdict(successful: boolean, isEmpty: boolean, warnings: readonly Diagnostic[]): string {
  if (!successful) return 'invalid';
  if (isEmpty) return 'ok, but it holds no rules';
  return warnings.length === 0 ? 'ok' : 'ok, with warnings';
}

/** True for a file of blank lines, comments and empty documents, which Falco loads like any other. */
function holdsNothing(text: string): boolean {
  const nothing = /^\s*(?:#|(?:---|\.\.\.|\[\s*\]|null|~)?\s*$)/;
  return text.split('\n').every((line) => nothing.test(line.replace(/^\uFEFF/, '')));
}
