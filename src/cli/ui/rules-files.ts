import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { member, type JsonObject } from '../../json/value.ts';
import { yamlScalar } from '../../config/yaml-text.ts';
import { formatIssue } from '../../policies/issue.ts';
import { formatDiagnostic } from '../../rules/diagnostics.ts';
import type { RulesFile } from '../../rules/load.ts';
import type { Rule } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import { readAsset } from '../assets.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { textOrEmpty } from '../library/edit-file.ts';
import { loadLibrary } from '../library/policies-input.ts';
import { bundledRuleNames, bundledRules, readRulesPaths } from '../library/rules-input.ts';
import type { TextDiagnostic } from '../../outputs/card/checked-text.ts';
import { textAt } from './asked.ts';
import { readChanges } from './change.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import {
  newTests,
  runTests,
  testFilesOf,
  type TestFile,
  type CheckedTests,
  withTest,
} from './tests-of-rules.ts';
import { editedConfig, shownPath } from '../settings/config-paths.ts';

/** Name of the rules file that is made for a configuration without one. */
const NEW_FILE = 'k8s-audit-rules.yaml';

/** A rules file that the page may change, or a file of its tests. */
export interface OwnRulesFile {
  readonly path: string;
  /** As messages and the page name it. */
  readonly name: string;
  /** It is not there yet, or the configuration does not name it. */
  readonly isNew: boolean;
  /** The path of the rules file that it tests; undefined for rules. */
  readonly of?: string;
}

/**
 * The rules files of a run, those in directories too, and one to make beside the configuration. Where the command line or a
 * variable names rules, the configuration has no say: then there is none to make.
 */
function ownRulesFiles({ settings, given, terminal }: InvocationOf<'ui'>): OwnRulesFile[] {
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

/** The files of tests of a rules file. */
export function testsOf(run: InvocationOf<'ui'>, { path }: OwnRulesFile): TestFile[] {
  const { settings, terminal } = run;
  const isNamed = settings.rules.some((name) => resolve(terminal.cwd, name) === path);
  const isInFolder = readRulesPaths(settings.rules).some(
    ({ name }) => resolve(terminal.cwd, name) === path,
  );
  return testFilesOf(run, path, isInFolder && !isNamed);
}

/** All files that the page may change: rules, and the tests of each. */
export function editedFiles(run: InvocationOf<'ui'>): OwnRulesFile[] {
  const rules = ownRulesFiles(run);
  // Rules that are still to be made need no tests where there are others.
  const tested = rules.filter(({ isNew }) => !isNew || rules.length === 1);
  const tests = tested.flatMap((file) => testsOf(run, file));
  const paths = new Set(rules.map(({ path }) => path));
  // Tests that name no rules are those of each file.
  for (const file of tests) {
    if (paths.has(file.path)) continue;
    paths.add(file.path);
    rules.push(file);
  }
  return rules;
}

/** The rules file of a name, or the file of tests. @throws KnownError for any other file */
export function ownRulesFile(invocation: InvocationOf<'ui'>, name: string): OwnRulesFile {
  const found = editedFiles(invocation).find((file) => file.name === name);
  if (found === undefined) {
    throw new KnownError('usage', 'this is no rules file of the configuration');
  }
  return found;
}

/** What a file says now; what a new file of tests begins with. */
export function rulesText(
  { terminal }: InvocationOf<'ui'>,
  { path, name, of }: OwnRulesFile,
): string {
  if (existsSync(path)) return textOrEmpty(path, terminal.cwd);
  return of === undefined ? '' : newTests({ path, name, isNew: true, of });
}

/** What `rules check` would say of a text. */
export interface Checked {
  readonly diagnostics: readonly TextDiagnostic[];
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

/** A text that is tried in the place of a file, with those of changes beside it: texts by path. */
export function triedText(
  run: InvocationOf<'ui'>,
  asked: JsonObject,
): {
  readonly file: OwnRulesFile;
  readonly text: string;
  readonly texts: ReadonlyMap<string, string>;
} {
  const file = ownRulesFile(run, textAt(asked, 'file'));
  const text = textAt(asked, 'text');
  const texts = new Map<string, string>();
  for (const change of readChanges(member(asked, 'changes') ?? [])) {
    if (change.kind === 'rules') texts.set(ownRulesFile(run, change.file).path, change.text);
  }
  return { file, text, texts: texts.set(file.path, text) };
}

/**
 * A file of tests with one more: that a rule fires on an event. It goes to the tests of the file that defines the rule, or else to
 * the first that there is or that can be made.
 *
 * @param asked the rule, the event as JSON, and as changes the files of tests that are written
 * @throws KnownError for an event that is none
 */
export async function testOf(run: InvocationOf<'ui'>, asked: JsonObject): Promise<JsonObject> {
  const rule = textAt(asked, 'rule');
  const { ruleSet } = await loadLibrary(run, fieldSettingsOf(run), () => undefined);
  const places = ruleSet.rules.find(({ name }) => name === rule)?.files ?? [];
  const paths = new Set(places.map((name) => resolve(run.terminal.cwd, name)));
  const all = editedFiles(run).filter(({ of }) => of !== undefined);
  const file = all.find(({ of = '' }) => paths.has(of)) ?? all[0];
  if (file === undefined) throw new KnownError('usage', 'there is no file of tests to write to');
  const draft = readChanges(member(asked, 'changes') ?? []).find(
    (each) => each.kind === 'rules' && each.file === file.name,
  );
  const before = draft?.kind === 'rules' ? draft.text : rulesText(run, file);
  const text = withTest(file.name, before, rule, textAt(asked, 'event'));
  return { file: file.name, before, text };
}

/** What is wrong with a file of tests; how they went where nothing is. */
export async function checkTests(
  run: InvocationOf<'ui'>,
  { path, name, isNew, of = '' }: OwnRulesFile,
  texts: ReadonlyMap<string, string>,
): Promise<Checked & { readonly tests?: CheckedTests }> {
  try {
    const tests = await runTests(run, [{ path, name, isNew, of }], texts);
    const diagnostics = tests.issues.map((issue) => ({
      severity: issue.severity,
      line: issue.file === name ? issue.line : 0,
      column: issue.file === name ? issue.column : 0,
      text: formatIssue(issue),
    }));
    return { diagnostics, rules: [], tests };
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    const text = error.message;
    return { diagnostics: [{ severity: 'error', line: 0, column: 0, text }], rules: [] };
  }
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
