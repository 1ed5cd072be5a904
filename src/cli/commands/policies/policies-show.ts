import type { PolicyMembers } from '../../../policies/members.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import type { Rule } from '../../../rules/rule.ts';
import { KnownError } from '../../../util/errors.ts';
import { didYouMean } from '../../../util/suggest.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { columnText, jsonText, plainText, wrapWords, warner } from '../../terminal/listing.ts';
import { loadLibrary } from '../../library/policies-input.ts';
import { scopeText } from '../../library/policy-text.ts';
import { originText, policyJson } from './policies-list.ts';

/** `k8s-audit policies show NAME`: one policy with its rules. */
export const policiesShowCommand: ActionOf<'policies show'> = async (invocation) => {
  const { args, settings, terminal } = invocation;
  const format = settings.pageFormat;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const [name = ''] = args;
  const found =
    library.members.find(({ policy }) => policy.name === name) ??
    library.members.find(({ policy }) => policy.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    const names = library.members.map(({ policy }) => policy.name);
    const hint = didYouMean(name, names) ?? `policies: ${names.join(', ')}`;
    throw new KnownError('usage', `no policy is called '${name}'`, hint);
  }
  const text =
    format === 'json'
      ? jsonText(policyJson(found))
      : showText(found, library.ruleSet.rules, terminal.stdout.columns);
  terminal.stdout.write(format === 'json' ? text : plainText(text));
  await terminal.stdout.drained();
  return exitCode('ok');
};

function showText(members: PolicyMembers, rules: readonly Rule[], columns: number): string {
  const { policy } = members;
  const width = Math.min(columns, 100);
  const out = [
    policy.name,
    `  ${policy.enabled ? 'on' : 'off'}, severity ${policy.severity ?? 'by rule'}, ${originText(members)}`,
  ];
  const section = (label: string, text: string): void => {
    if (text.trim() === '') return;
    out.push(`${label}:`, ...wrapWords(text, width - 2).map((line) => `  ${line}`));
  };
  section('Description', policy.description);
  section('Scope', scopeText(policy.scope));
  section('Runbook', policy.runbook ?? '');
  out.push(`Rules: ${members.rules.size}`);
  const rows = rules
    .filter((rule) => members.rules.has(rule.name))
    .map((rule) => {
      const on = members.rules.get(rule.name) === true;
      const offInFile = on && !rule.enabled && !members.forced.has(rule.name);
      return [
        `  ${on && !offInFile ? 'on' : 'off'}`,
        rule.priority.toLowerCase(),
        offInFile ? `${rule.name} (off in ${rule.file})` : rule.name,
      ];
    });
  return `${out.join('\n')}\n${columnText(rows, columns)}`;
}
