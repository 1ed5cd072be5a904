import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { yamlScalar } from '../../config/yaml-text.ts';
import { formatDiagnostic } from '../../rules/diagnostics.ts';
import type { RulesFile } from '../../rules/load.ts';
import type { Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { readAsset } from '../assets.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { textOrEmpty } from '../library/edit-file.ts';
import { bundledRuleNames, bundledRules, readRulesPaths } from '../library/rules-input.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import { editedConfig, shownPath } from '../settings/config-paths.ts';

/** Name of the rules file that is made for a configuration without one. */
const NEW_FILE = 'k8s-audit-rules.yaml';

/** A rules file that the page may change. */
export interface OwnRulesFile {
  readonly path: string;
  /** As messages and the page name it. */
  readonly name: string;
  /** The configuration does not name it yet. */
  readonly isNew: boolean;
}

/**
 * The rules files of a run, those in directories too, and one to make beside the configuration. Where the command line or a
 * variable names rules, the configuration has no say: then there is none to make.
 */
export function ownRulesFiles({ settings, given, terminal }: InvocationOf<'ui'>): OwnRulesFile[] {
  const own = readRulesPaths(settings.rules).map((file): OwnRulesFile => {
    const path = resolve(terminal.cwd, file.name);
    return { path, name: shownPath(path, terminal.cwd), isNew: false };
  });
  const origin = given.get('rules')?.origin;
  const isFixed = origin !== undefined && /^(?:-|K8S_AUDIT_)/.test(origin);
  const path = join(dirname(editedConfig(settings.config, terminal)), NEW_FILE);
  if (isFixed || own.some((file) => file.path === path)) return own;
  return [...own, { path, name: shownPath(path, terminal.cwd), isNew: true }];
}

/** The rules file of a name. @throws KnownError for any other file */
export function ownRulesFile(invocation: InvocationOf<'ui'>, name: string): OwnRulesFile {
  const found = ownRulesFiles(invocation).find((file) => file.name === name);
  if (found === undefined) {
    throw new KnownError('usage', 'this is no rules file of the configuration');
  }
  return found;
}

/** What a rules file says now. */
export function rulesText({ terminal }: InvocationOf<'ui'>, { path }: OwnRulesFile): string {
  return existsSync(path) ? textOrEmpty(path, terminal.cwd) : '';
}

/** What `rules check` would say of a text. */
export interface Checked {
  readonly diagnostics: readonly {
    readonly severity: 'error' | 'warning';
    readonly line: number;
    readonly column: number;
    /** As `rules check` prints it. */
    readonly text: string;
  }[];
  /** Rules that the text defines or changes; none when it is wrong. */
  readonly rules: readonly string[];
}

/** Checks a text in the place of a rules file, behind the files that are loaded before it. */
export async function checkRules(
  run: InvocationOf<'ui'>,
  { path, name }: OwnRulesFile,
  text: string,
): Promise<Checked> {
  const { loadRules } = await import('../../rules/load.ts');
  const { settings } = run;
  const own = readRulesPaths(settings.rules);
  const at = own.findIndex((file) => resolve(file.name) === path);
  const before = at < 0 ? own : own.slice(0, at);
  const base = settings.defaultRules ? bundledRules() : [];
  const checked: RulesFile = { name, text };
  const { files, ruleSet, unmet } = await loadRules(
    [...base, ...before, checked],
    fieldSettingsOf(run),
  );
  const last = files.find((file) => file.name === name);
  const failed = files.find((file) => !file.successful);
  const result = last ?? failed;
  const found = [...(result?.errors ?? []), ...(result?.warnings ?? [])].filter(
    ({ file }) => file === result?.name,
  );
  return {
    diagnostics: [
      ...found.map((each) => ({
        severity: each.severity,
        line: each.file === name ? each.line : 0,
        column: each.file === name ? each.column : 0,
        text: formatDiagnostic(each),
      })),
      ...(unmet === undefined
        ? []
        : [{ severity: 'error' as const, line: 0, column: 0, text: unmet }]),
    ],
    rules: (ruleSet?.rules ?? [])
      .filter((rule) => rule.files.includes(name))
      .map((rule) => rule.name),
  };
}

/** A rule as text to start from. */
export interface RuleTexts {
  /** The definition; empty for a rule that is not bundled. */
  readonly copy: string;
  /** A change of the rule that leaves its definition where it is. */
  readonly override: string;
}

/** Texts to start from when a rule is to be changed. */
export function ruleTexts(rule: Rule): RuleTexts {
  const override = [
    `- rule: ${yamlScalar(rule.name)}`,
    '  condition: and not ka.user.name in ("the-user-to-leave-out")',
    '  override:',
    '    condition: append',
    '',
  ].join('\n');
  return { copy: bundledRuleNames().includes(rule.file) ? definition(rule) : '', override };
}

/** The lines of a definition: up to the next item, without the comments and blank lines above that. */
function definition({ file, line }: Rule): string {
  const lines = readAsset(file)
    .split('\n')
    .slice(line - 1);
  const next = lines.findIndex((each, index) => index > 0 && /^[-#]/.test(each));
  return `${lines
    .slice(0, next < 0 ? undefined : next)
    .join('\n')
    .trimEnd()}\n`;
}
