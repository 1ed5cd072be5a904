import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatIssue } from '../../../policies/issue.ts';
import type { RuleTest } from '../../../rule-tests/rule-test.ts';
import { failures, testJson, testJunit, testText } from '../../../rule-tests/test-report.ts';
import { matchesWildcard } from '../../../rules/select.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText } from '../../terminal/listing.ts';
import { readIpLists } from '../../library/own-file.ts';
import { runTestFiles } from '../../library/test-runner.ts';

/** `k8s-audit rules test FILE…`: runs rule tests. */
export const rulesTestCommand: ActionOf<'rules test'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const format = settings.testFormat;
  const { issues, files } = await runTestFiles(testFiles(args), {
    rules: settings.rules,
    ipLists: readIpLists(settings.ipList ?? []),
    isRun: (test) => isRun(test, settings.run),
  });
  if (issues.errors.length > 0) {
    const texts = issues.errors.map(formatIssue).join('\n');
    throw new KnownError('rules', `the tests are wrong\n${texts}`);
  }
  if (!settings.quiet) {
    for (const issue of issues.list) terminal.stderr.write(`${plainText(formatIssue(issue))}\n`);
  }
  const all = files.flatMap((each) => each.results);
  if (all.length === 0) throw new KnownError('usage', 'no test in these files, or none selected');
  if (format === 'json') terminal.stdout.write(jsonText(testJson(files)));
  else if (format === 'junit') terminal.stdout.write(testJunit(files));
  else terminal.stdout.write(plainText(testText(files)));
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
