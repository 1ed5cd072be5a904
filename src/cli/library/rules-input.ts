import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readTextFile } from '../../io/text-file.ts';
import type { FieldSettings } from '../../fields/field.ts';
import { errorText } from '../../io/error-text.ts';
import { formatDiagnostic, type Diagnostic } from '../../rules/diagnostics.ts';
import type { FileResult, RulesFile } from '../../rules/load.ts';
import { fieldResolver } from '../../rules/resolver.ts';
import type { Rule, RuleSet } from '../../rules/rule.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { parseSnapshot } from '../../rules/rules-snapshot.ts';
import type { LibraryPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import { listAssets, readAsset } from '../assets.ts';
import type { FileTexts } from '../flags/command.ts';

/** Folders of the bundled rules, in load order. */
const BUNDLED = ['rules', 'rules/extended'];

/** Replaced rules that the warning names. */
const REPLACED_SHOWN = 3;

/** Names of the bundled rules files, in load order. */
export function bundledRuleNames(): string[] {
  return BUNDLED.flatMap((folder) => listAssets(folder, '.yaml'));
}

/** The bundled rules files, in load order. */
export function bundledRules(): RulesFile[] {
  return bundledRuleNames().map((name) => ({ name, text: readAsset(name), trusted: true }));
}

/** The bundled rules as `npm run build` stores them: parsed, so that start-up need not. */
export const SNAPSHOT = 'dist/bundled-rules.json';
/** Their notes. */
export const NOTES = 'dist/bundled-notes.json';

/** The bundled rules from their snapshot; undefined where there is none, as in a fresh checkout. */
async function storedRules(settings: FieldSettings): Promise<RuleSet | undefined> {
  let text: string;
  try {
    text = readAsset(SNAPSHOT);
  } catch {
    return undefined;
  }
  return parseSnapshot(text, await fieldResolver(settings, text.includes('"regex"')), () =>
    readAsset(NOTES),
  );
}

/**
 * Reads the rules files a user names: files whatever their name, and the .yaml and .yml files lying
 * directly in a directory, in byte order (D10).
 *
 * @param texts take the place of what is in files
 * @throws KnownError when one cannot be read
 */
export function readRulesPaths(paths: readonly string[], texts?: FileTexts): RulesFile[] {
  const textOf = (file: string): string | undefined => texts?.get(resolve(file));
  return paths.flatMap((path) => {
    try {
      const files = textOf(path) === undefined ? filesAt(path) : [path];
      return files.map((file) => ({
        name: file,
        text: textOf(file) ?? readTextFile(file),
      }));
    } catch (error) {
      if (error instanceof KnownError) throw error;
      throw new KnownError('rules', `cannot read rules ${path}: ${errorText(error)}`);
    }
  });
}

/** The rules files at a path. @throws KnownError for a directory without any */
function filesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const files = yamlFiles(path);
  if (files.length > 0) return files;
  throw new KnownError('rules', `${path}: no .yaml or .yml files in this directory`);
}

function yamlFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /\.ya?ml$/.test(name) && statSync(join(directory, name)).isFile())
    .toSorted()
    .map((name) => join(directory, name));
}

/** Rules for a command: the bundled ones unless left out, then the user's. @throws KnownError */
export function loadForCommand(
  options: { readonly defaultRules: boolean; readonly rules: readonly string[] },
  settings: FieldSettings,
  warn: (text: string) => void,
): Promise<RuleSet> {
  const { defaultRules: bundled, rules } = options;
  return loadRuleSet({ bundled, rules: readRulesPaths(rules) }, settings, warn);
}

/** The rules of a plan. @throws KnownError when they do not load */
export async function loadRuleSet(
  { bundled, rules: own }: Pick<LibraryPlan, 'bundled' | 'rules'>,
  settings: FieldSettings,
  warn: (text: string) => void,
): Promise<RuleSet> {
  if (own.length === 0 && bundled) {
    const stored = await storedRules(settings);
    if (stored !== undefined) return stored;
  }
  const files = [...(bundled ? bundledRules() : []), ...own];
  const { loadRules } = await import('../../rules/load.ts');
  const result = await loadRules(files, settings);
  for (const text of diagnosticTexts(result.files, new Set(own.map(({ name }) => name)))) {
    warn(text);
  }
  if (result.unmet !== undefined) throw new KnownError('rules', result.unmet);
  if (result.ruleSet !== undefined) {
    const replaced = bundled ? replacedNote(result.ruleSet.rules) : undefined;
    if (replaced !== undefined) warn(`warning: ${replaced}`);
    return result.ruleSet;
  }
  const errors = result.files.flatMap((file) => file.errors.map(formatDiagnostic));
  throw new KnownError('rules', `rules do not load\n${errors.join('\n')}`);
}

/**
 * Which bundled rules the user's files take the place of with whole rules of the same name, in one line; undefined
 * for none. A rule that is changed with `override` keeps its own definition.
 */
function replacedNote(rules: readonly Rule[]): string | undefined {
  const bundled = new Set(bundledRuleNames());
  const replaced = rules.filter(({ file, files }) => bundled.has(files[0]!) && !bundled.has(file));
  if (replaced.length === 0) return undefined;
  const by = [...new Set(replaced.map(({ file }) => file))];
  const named = replaced.slice(0, REPLACED_SHOWN).map(({ name }) => name);
  const more = replaced.length > REPLACED_SHOWN ? ', …' : '';
  return (
    `${by.join(', ')}: ${number(replaced.length)} ${plural(replaced.length, 'rule')} of the same name ` +
    `${replaced.length === 1 ? 'takes' : 'take'} the place of default rules (${named.join(', ')}${more}); ` +
    "--no-default-rules runs your files alone, 'k8s-audit rules diff' shows the changes"
  );
}

/**
 * Warnings of the user's files, each once: those about a file come again with every later file. Definitions
 * of bundled files are the project's own business. That lists and macros are redefined is how people tune, so it
 * is said by `rules check` alone.
 */
function diagnosticTexts(files: readonly FileResult[], own: ReadonlySet<string>): string[] {
  const warnings = new Map<string, Diagnostic>();
  for (const warning of files.flatMap((file) => file.warnings)) {
    if (!own.has(warning.file) || warning.code === 'LINT_REDEFINED') continue;
    warnings.set(formatDiagnostic(warning), warning);
  }
  return warningTexts(warnings);
}

/**
 * Warnings as people read them: of rules for other logs there is one for each kind.
 *
 * @param warnings with their texts
 */
export function warningTexts(warnings: Iterable<readonly [string, Diagnostic]>): string[] {
  const skipped = new Map<string, string[]>();
  const texts: string[] = [];
  for (const [text, warning] of warnings) {
    const { message } = warning;
    if (isOtherLog(warning)) skipped.set(message, [...(skipped.get(message) ?? []), text]);
    else texts.push(text);
  }
  return [...texts, ...[...skipped.values()].map(firstOf)];
}

/** Whether a rule is left out that was never meant for audit events, as far as one can tell. */
function isOtherLog({ code, hint, items, message }: Diagnostic): boolean {
  if (items[0]?.type === 'Sigma rule') return message.includes('skipped');
  return code === 'LOAD_UNKNOWN_SOURCE' && hint === undefined;
}

/** Collections of rules hold thousands for other logs: one line for each kind, with their number. */
function firstOf(texts: readonly string[]): string {
  const more = texts.length - 1;
  return more === 0 ? texts[0]! : `${texts[0]!}\n  and ${number(more)} more of this kind`;
}
