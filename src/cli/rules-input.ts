import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FieldSettings } from '../fields/field.ts';
import { errorCode } from '../io/sources.ts';
import { formatDiagnostic } from '../rules/diagnostics.ts';
import { loadRules, type FileResult, type RulesFile } from '../rules/load.ts';
import type { RuleSet } from '../rules/rule.ts';
import { KnownError } from '../util/errors.ts';

/** Folder of the bundled rules. */
const BUNDLED = fileURLToPath(new URL('../../rules/', import.meta.url));
/** Sub-folders of the bundled rules that are loaded after the files lying directly in it. */
const BUNDLED_PARTS = ['', 'extended'];

/** The bundled rules files, in load order. */
export function bundledRules(): RulesFile[] {
  return BUNDLED_PARTS.flatMap((part) =>
    yamlFiles(join(BUNDLED, part)).map((path) => ({
      name: join('rules', part, path.slice(join(BUNDLED, part).length).replace(/^\//, '')),
      text: readFileSync(path, 'utf8'),
      trusted: true,
    })),
  );
}

/**
 * Reads the rules files a user names: files whatever their name, and the .yaml and .yml files lying
 * directly in a directory, in byte order (D10).
 *
 * @throws KnownError when one cannot be read
 */
export function readRulesPaths(paths: readonly string[]): RulesFile[] {
  return paths.flatMap((path) => {
    try {
      const files = statSync(path).isDirectory() ? yamlFiles(path) : [path];
      if (files.length === 0) {
        throw new KnownError('rules', `${path}: no .yaml or .yml files in this directory`);
      }
      return files.map((file) => ({ name: file, text: readFileSync(file, 'utf8') }));
    } catch (error) {
      if (error instanceof KnownError) throw error;
      const code = errorCode(error);
      const reason = code === 'ENOENT' ? 'no such file or directory' : code;
      throw new KnownError('rules', `cannot read rules ${path}: ${reason}`);
    }
  });
}

function yamlFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /\.ya?ml$/.test(name) && statSync(join(directory, name)).isFile())
    .toSorted()
    .map((name) => join(directory, name));
}

/** Rules for a command: the bundled ones unless left out, then the user's. */
export async function loadForCommand(
  options: { readonly defaultRules: boolean; readonly rules: readonly string[] },
  settings: FieldSettings,
  warn: (text: string) => void,
): Promise<RuleSet> {
  const own = readRulesPaths(options.rules);
  const files = [...(options.defaultRules ? bundledRules() : []), ...own];
  const result = await loadRules(files, settings);
  for (const text of diagnosticTexts(result.files, new Set(own.map(({ name }) => name)))) {
    warn(text);
  }
  if (result.unmet !== undefined) throw new KnownError('rules', result.unmet);
  if (result.ruleSet !== undefined) return result.ruleSet;
  const errors = result.files.flatMap((file) => file.errors.map(formatDiagnostic));
  throw new KnownError('rules', `rules do not load\n${errors.join('\n')}`);
}

/**
 * Warnings of the user's files, each once: those about a file come again with every later file. Definitions
 * of bundled files are the project's own business.
 */
function diagnosticTexts(files: readonly FileResult[], own: ReadonlySet<string>): string[] {
  const texts = files.flatMap((file) =>
    file.warnings.filter((warning) => own.has(warning.file)).map(formatDiagnostic),
  );
  return [...new Set(texts)];
}
