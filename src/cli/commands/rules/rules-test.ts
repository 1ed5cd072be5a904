import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../../../io/sources.ts';
import { formatIssue, Issues } from '../../../policies/issue.ts';
import type { RuleTest } from '../../../rule-tests/rule-test.ts';
import { readRuleTests } from '../../../rule-tests/read-tests.ts';
import { failures, testJson, testJunit, testText } from '../../../rule-tests/test-report.ts';
import { matchesWildcard } from '../../../rules/select.ts';
import type { YamlSource } from '../../../yaml/yaml-node.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText } from '../../terminal/listing.ts';
import { readIpLists } from '../../library/own-file.ts';
import { TestRunner } from '../../library/test-runner.ts';

/** `k8s-audit rules test FILE…`: runs rule tests. */
export const rulesTestCommand: ActionOf<'rules test'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const format = settings.testFormat;
  const issues = new Issues();
  const files = testFiles(args).map((file) => {
    const tests = readRuleTests(readTestFile('', file), readTestFile, issues);
    return { file, tests: tests.filter((test) => isRun(test, settings.run)) };
  });
  const runner = new TestRunner(settings.rules, issues, readIpLists(settings.ipList ?? []));
  for (const { file, tests } of files) {
    for (const test of tests) await runner.check(file, test);
  }
  if (issues.errors.length > 0) {
    const texts = issues.errors.map(formatIssue).join('\n');
    throw new KnownError('rules', `the tests are wrong\n${texts}`);
  }
  if (!settings.quiet) {
    for (const issue of issues.list) terminal.stderr.write(`${plainText(formatIssue(issue))}\n`);
  }
  const results = [];
  for (const { file, tests } of files) {
    const judged = [];
    for (const test of tests) judged.push(await runner.run(file, test));
    results.push({ file, results: judged });
  }
  const all = results.flatMap((each) => each.results);
  if (all.length === 0) throw new KnownError('usage', 'no test in these files, or none selected');
  if (format === 'json') terminal.stdout.write(jsonText(testJson(results)));
  else if (format === 'junit') terminal.stdout.write(testJunit(results));
  else terminal.stdout.write(plainText(testText(results)));
  await terminal.stdout.drained();
  return exitCode(failures(all) > 0 ? 'gate' : 'ok');
};

function isRun({ name }: RuleTest, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesWildcard(pattern, name));
}

/** Files as named, and the .yaml and .yml files lying directly in folders. */
function testFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
    return readdirSync(path)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
      .map((name) => join(path, name));
  });
}

function readTestFile(from: string, path: string): YamlSource {
  const name = from === '' ? path : join(dirname(from), path);
  try {
    return { name, text: readFileSync(resolve(name), 'utf8') };
  } catch (error) {
    const code = errorCode(error);
    const reason = code === 'ENOENT' ? 'no such file' : code;
    throw new KnownError('rules', `cannot read tests ${name}: ${reason}`);
  }
}
