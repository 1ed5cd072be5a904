import type { PolicyMembers } from '../../../policies/members.ts';
import { DEFAULT_FIELD_SETTINGS } from '../../../rules/resolver.ts';
import type { ActionOf } from '../../flags/command-options.ts';
import { exitCode } from '../../terminal/exit.ts';
import { columnText, jsonText, warner } from '../../terminal/listing.ts';
import { loadLibrary } from '../../library/policies-input.ts';
import { scopeJson } from '../../library/policy-text.ts';

/** `k8s-audit policies list`: every policy, on or off. */
export const policiesListCommand: ActionOf<'policies list'> = async (invocation) => {
  const { settings, terminal } = invocation;
  const format = settings.listFormat;
  const library = await loadLibrary(invocation, DEFAULT_FIELD_SETTINGS, warner(invocation));
  const { members } = library;
  if (format === 'json') terminal.stdout.write(jsonText(members.map(policyJson)));
  else if (format === 'markdown') terminal.stdout.write(policiesMarkdown(members));
  else {
    const rows = members.map((each) => [
      each.policy.enabled ? 'on' : 'off',
      severityText(each),
      countText(each),
      each.policy.name,
      originText(each),
    ]);
    const head = ['STATE', 'SEVERITY', 'RULES', 'NAME', 'ORIGIN'];
    terminal.stdout.write(columnText(rows, terminal.stdout.columns, { head }));
  }
  await terminal.stdout.drained();
  return exitCode('ok');
};

function severityText({ policy }: PolicyMembers): string {
  return policy.severity ?? 'by rule';
}

/** `41`, or `40 of 41` when some are off. */
function countText({ rules }: PolicyMembers): string {
  const on = [...rules.values()].filter(Boolean).length;
  return on === rules.size ? String(on) : `${on} of ${rules.size}`;
}

/** Where a policy comes from: `bundled`, `bundled, changed at FILE:LINE`, `FILE:LINE`. */
export function originText({ policy }: PolicyMembers): string {
  const { origin, places } = policy;
  if (origin === 'user') {
    const base = policy.extends === undefined ? '' : `, extends ${policy.extends}`;
    return `${places.join(', ')}${base}`;
  }
  const name = origin === 'bundled' ? 'bundled' : 'built in';
  const changes = origin === 'bundled' ? places.slice(1) : places;
  return changes.length === 0 ? name : `${name}, changed at ${changes.join(', ')}`;
}

/** A policy as JSON for scripts. */
export function policyJson({ policy, rules }: PolicyMembers): unknown {
  const { name, description, enabled, severity, origin, places, runbook, scope } = policy;
  return {
    name,
    description,
    enabled,
    severity: severity ?? null,
    origin,
    extends: policy.extends ?? null,
    runbook: runbook ?? null,
    scope: scopeJson(scope),
    places,
    rules: [...rules].map(([rule, on]) => ({ name: rule, enabled: on })),
  };
}

/** A table for documentation. */
export function policiesMarkdown(members: readonly PolicyMembers[]): string {
  const rows = members.map((each) => {
    const { policy } = each;
    const state = policy.enabled ? 'on' : 'off';
    const text = policy.description.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
    return `| ${policy.name} | ${severityText(each)} | ${state} | ${countText(each)} | ${text} |`;
  });
  return `| policy | severity | state | rules | about |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
