import { readTextFile } from '../../../io/text-file.ts';
import { readPolicyFile } from '../../../config/read-config.ts';
import { errorText } from '../../../io/error-text.ts';
import { formatIssue, Issues } from '../../../policies/issue.ts';
import { policyMembers } from '../../../policies/members.ts';
import { resolvePolicies } from '../../../policies/resolve.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { jsonText, plainText, warner } from '../../terminal/listing.ts';
import { bundledPolicies, ruleIdentities } from '../../library/policies-input.ts';
import { loadForCommand } from '../../library/rules-input.ts';

/** `k8s-audit policies validate [FILE…]`: checks policy files, or the policies of the configuration. */
export const policiesValidateCommand: ActionOf<'policies validate'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const format = settings.pageFormat;
  const ruleSet = await loadForCommand(settings, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const issues = new Issues();
  const own = ownPolicies(invocation, issues);
  const policies = resolvePolicies(bundledPolicies(), own, issues);
  const identities = ruleIdentities(ruleSet.rules, settings.defaultRules);
  policyMembers(policies, identities, settings.defaultRules, issues);
  const failed = issues.errors.length > 0;
  if (format === 'json') {
    terminal.stdout.write(jsonText({ valid: !failed, policies: own.length, issues: issues.list }));
  } else {
    for (const issue of issues.list) terminal.stdout.write(`${plainText(formatIssue(issue))}\n`);
    const noun = own.length === 1 ? 'policy' : 'policies';
    const verdict = failed ? 'invalid' : issues.list.length > 0 ? 'ok, with warnings' : 'ok';
    terminal.stdout.write(`${own.length} ${noun}: ${verdict}\n`);
  }
  await terminal.stdout.drained();
  return exitCode(failed ? 'failed' : 'ok');
};

function ownPolicies(
  { args, config }: InvocationOf<'policies validate'>,
  issues: Issues,
): ReturnType<typeof readPolicyFile> {
  if (args.length === 0)
    return [...(config.find(({ policies }) => policies.length > 0)?.policies ?? [])];
  return args.flatMap((name) => {
    try {
      return readPolicyFile({ name, text: readTextFile(name) }, false, issues);
    } catch (error) {
      throw new KnownError('config', `cannot read policies ${name}: ${errorText(error)}`);
    }
  });
}
