import { readTextFile } from '../../io/text-file.ts';
import { errorText } from '../../io/error-text.ts';
import { streamOutput } from '../../io/output.ts';
import { createRecordWriter } from '../../outputs/create-writer.ts';
import { defaultFormat } from '../../outputs/index.ts';
import { plural } from '../../outputs/summary-text.ts';
import { wrap } from '../../outputs/table/width.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../rules/resolver.ts';
import type { Rule } from '../../rules/rule.ts';
import { buildPolicy } from '../../setup/policy/build-policy.ts';
import { GAP_LIST, gapRows } from '../../setup/coverage-list.ts';
import { coverageOf } from '../../setup/coverage.ts';
import { needsOf } from '../../setup/needs.ts';
import { unreachableRules } from '../../setup/policy/policy-branches.ts';
import { printPolicy } from '../../setup/policy/print-policy.ts';
import { readAuditPolicy } from '../../setup/policy/read-audit-policy.ts';
import { KnownError } from '../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../flags/command-options.ts';
import { exitCode } from '../terminal/exit.ts';
import { recordStyle } from '../run/reading.ts';
import { rulesOfRun } from '../library/run-rules.ts';

/** `k8s-audit setup audit-policy`: the policy the enabled rules need, or what one leaves them without. */
export const setupAuditPolicyCommand: ActionOf<'setup audit-policy'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const { rules } = await rulesOfRun(invocation, DEFAULT_FIELD_SETTINGS);
  if (settings.check !== undefined) return checkPolicy(invocation, settings.check, rules);
  if (settings.checkFormat !== undefined && settings.checkFormat !== 'text') {
    throw new KnownError(
      'usage',
      `a policy is YAML: there is no ${settings.checkFormat} format`,
      '--format is for --check',
    );
  }
  terminal.stdout.write(policyText(rules));
  await terminal.stdout.drained();
  return exitCode('ok');
};

/** The computed policy as YAML with its remarks. */
function policyText(rules: readonly Rule[]): string {
  const { policy, notes } = buildPolicy(needsOf(rules));
  const comments = [
    `Audit policy for kube-apiserver, computed by k8s-audit from ${rules.length} enabled ${plural(rules.length, 'rule')}: the`,
    'least under which each sees what it looks at. What is left out as noise, and that bodies of',
    'credentials are never logged, is fixed.',
    'Check a changed policy with: k8s-audit setup audit-policy --check FILE',
    ...notes.flatMap((note) => ['', wrap(note, 98, 20)].flat()),
  ];
  return printPolicy(policy, comments);
}

async function checkPolicy(
  invocation: InvocationOf<'setup audit-policy'>,
  file: string,
  rules: readonly Rule[],
): Promise<number> {
  const { settings, terminal } = invocation;
  const format = settings.checkFormat ?? defaultFormat(terminal.stdout.isTTY);
  const { policy, warnings } = readAuditPolicy(file, readText(file));
  const needs = needsOf(rules);
  const coverage = coverageOf(policy, needs);
  const output = streamOutput(terminal.stdout);
  const writer = await createRecordWriter(format, GAP_LIST, output, recordStyle(invocation));
  for (const row of gapRows(coverage)) writer.record(row);
  const count = (state: string): number => coverage.filter((each) => each.state === state).length;
  const numbers = { rules: rules.length, blind: count('blind'), partly: count('partly') };
  writer.end(numbers);
  await output.close();
  if (!settings.quiet) {
    const notes = [
      ...warnings,
      ...unreachableRules(policy, needs.shapes).map(
        ({ line }) =>
          `${file}:${line}: this rule decides nothing: earlier ones take all its requests`,
      ),
      `${numbers.rules} rules: ${numbers.blind} blind, ${numbers.partly} see a part, ` +
        `${count('ok')} have what they need`,
    ];
    for (const note of notes) terminal.stderr.write(`${note}\n`);
  }
  return exitCode('ok');
}

function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    throw new KnownError('input', `cannot read ${file}: ${errorText(error)}`);
  }
}
