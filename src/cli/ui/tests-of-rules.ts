import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { isObject, type JsonValue } from '../../json/value.ts';
import type { TestsRun } from '../../outputs/card/checked-text.ts';
import { formatIssue, Issues, type Issue } from '../../policies/issue.ts';
import { parseDocument } from '../../config/parse-document.ts';
import { addListItem } from '../../config/edit.ts';
import { yamlScalar } from '../../config/yaml-text.ts';
import { get } from '../../yaml/yaml-node.ts';
import { KnownError } from '../../util/errors.ts';
import type { FileTexts } from '../flags/command.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { readIpLists } from '../library/own-file.ts';
import { runTestFiles } from '../library/test-runner.ts';
import { shownPath } from '../settings/config-paths.ts';

/** Folders beside a rules file in which its tests may lie. */
const FOLDERS = ['.', 'tests', 'test'];
/** YAML files that are looked at in a folder, and their bytes. */
const MOST_FILES = 200;
const LARGEST = 1024 * 1024;
/** Failed tests that are told. */
const MOST_FAILED = 50;
/** Characters of an event of a log. */
const LONGEST_EVENT = 64 * 1024;

/** A file of tests, and the rules file that it tests. */
export interface TestFile {
  readonly path: string;
  readonly name: string;
  readonly isNew: boolean;
  /** Path of the rules file. */
  readonly of: string;
}

/** How tests went, with what is wrong with their files. */
export interface CheckedTests extends TestsRun {
  readonly issues: readonly Issue[];
}

/**
 * The tests of a rules file: YAML files beside it, or in a folder `tests` there, that have tests and name it, or name no rules at
 * all; else one to make.
 *
 * @param isAmongRules whether all files of its folder are read as rules: then tests lie beside the folder
 */
export function testFilesOf(
  { terminal }: InvocationOf<'ui'>,
  rules: string,
  isAmongRules: boolean,
): TestFile[] {
  const home = isAmongRules ? dirname(dirname(rules)) : dirname(rules);
  const found = FOLDERS.flatMap((folder) => yamlFiles(join(home, folder)))
    .filter((path) => path !== rules && isTestOf(path, rules))
    .map((path) => ({ path, name: shownPath(path, terminal.cwd), isNew: false, of: rules }));
  if (found.length > 0) return found;
  const path = join(home, `${basename(rules, extname(rules))}.tests.yaml`);
  if (existsSync(path)) return [];
  return [{ path, name: shownPath(path, terminal.cwd), isNew: true, of: rules }];
}

/** What a new file of tests begins with. */
export function newTests({ path, of }: TestFile): string {
  // Rules that are not there yet cannot be named: the tests are of those of the configuration then.
  const files = existsSync(of) ? `files: [${yamlScalar(relative(dirname(path), of))}]\n\n` : '';
  return `${files}tests: []\n`;
}

/**
 * Runs tests with texts in the place of files.
 *
 * @throws KnownError when rules do not load
 */
export async function runTests(
  { settings, terminal }: InvocationOf<'ui'>,
  files: readonly TestFile[],
  texts: FileTexts,
): Promise<CheckedTests> {
  const there = files.filter(({ path, isNew }) => !isNew || texts.has(path));
  const { issues, files: results } = await runTestFiles(
    there.map(({ path }) => path),
    { rules: settings.rules, ipLists: readIpLists(settings.ipList ?? []), texts },
  );
  const all = results.flatMap((each) => each.results);
  const failed = all.filter(({ wrong }) => wrong.length > 0);
  return {
    passed: all.length - failed.length,
    failed: failed.length,
    failures: failed.slice(0, MOST_FAILED).map(({ name, place, wrong }) => {
      const [, file = '', line = ''] = /^(.*):(\d+)$/s.exec(place) ?? [];
      return { name, file: shownPath(file, terminal.cwd), line: Number(line), wrong };
    }),
    problems: issues.errors.map((issue) =>
      formatIssue({ ...issue, file: shownPath(issue.file, terminal.cwd) }),
    ),
    issues: issues.list.map((issue) => ({ ...issue, file: shownPath(issue.file, terminal.cwd) })),
    files: there.map(({ name }) => name),
  };
}

/**
 * A text of tests with one more: the rule fires on an event.
 *
 * @param event JSON, as the page shows it
 * @throws KnownError for an event that is none, and for a text that cannot be changed so
 */
export function withTest(name: string, text: string, rule: string, event: string): string {
  let value: JsonValue;
  try {
    value = JSON.parse(event) as JsonValue;
  } catch {
    throw new KnownError('usage', 'this is no event');
  }
  if (!isObject(value) || event.length > LONGEST_EVENT) {
    throw new KnownError('usage', 'this is no event');
  }
  // JSON is YAML; two blanks more than the line it begins on.
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  return addListItem(name, text, 'tests', [
    `rule: ${yamlScalar(rule)}`,
    'fires:',
    ...lines.map((line, at) => (at === 0 ? `  - ${line}` : `    ${line}`)),
  ]);
}

function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
      .slice(0, MOST_FILES)
      .map((name) => resolve(folder, name));
  } catch {
    // A folder that is not there, or that one may not read, has no tests.
    return [];
  }
}

/** A file that cannot be read as YAML counts where it says that it tests these rules. */
function isTestOf(path: string, rules: string): boolean {
  let text: string;
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > LARGEST) return false;
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  if (!/^["']?tests\b/m.test(text)) return false;
  const issues = new Issues();
  const document = parseDocument({ name: path, text }, issues);
  if (issues.errors.length > 0) return text.includes(basename(rules));
  if (document?.kind !== 'mapping' || get(document, 'tests') === undefined) return false;
  const files = get(document, 'files');
  const named = files?.kind === 'sequence' ? files.items : files === undefined ? [] : [files];
  return (
    files === undefined ||
    named.some((node) => node.kind === 'scalar' && resolve(dirname(path), node.text) === rules)
  );
}
