import type { AuditPolicy, PolicyRule } from './audit-policy.ts';

/** A policy as YAML that kube-apiserver reads, with comments above. */
export function printPolicy(policy: AuditPolicy, comments: readonly string[]): string {
  const lines = comments.map((comment) => `# ${comment}`.trimEnd());
  lines.push('apiVersion: audit.k8s.io/v1', 'kind: Policy');
  if (policy.omitStages.length > 0) lines.push(`omitStages: ${list(policy.omitStages)}`);
  if (policy.omitManagedFields === true) lines.push('omitManagedFields: true');
  lines.push('rules:');
  lines.push(...printRules(policy.rules));
  return `${lines.join('\n')}\n`;
}

/** Rules as lines of YAML, as they stand in a policy. */
export function printRules(rules: readonly PolicyRule[]): string[] {
  return rules.flatMap(ruleLines);
}

function ruleLines(rule: PolicyRule): string[] {
  const lines = rule.comment === undefined ? [] : [`  # ${rule.comment}`];
  lines.push(`  - level: ${rule.level}`);
  const add = (key: string, values: readonly string[]): void => {
    if (values.length > 0) lines.push(`    ${key}: ${list(values)}`);
  };
  add('users', rule.users);
  add('userGroups', rule.userGroups);
  add('verbs', rule.verbs);
  add('namespaces', rule.namespaces);
  add('nonResourceURLs', rule.nonResourceURLs);
  if (rule.resources.length > 0) lines.push('    resources:');
  for (const { group, resources, resourceNames } of rule.resources) {
    lines.push(`      - group: ${quoted(group)}`);
    if (resources.length > 0) lines.push(...wrapped('        resources: ', resources));
    if (resourceNames.length > 0) lines.push(...wrapped('        resourceNames: ', resourceNames));
  }
  add('omitStages', rule.omitStages);
  return lines;
}

function list(values: readonly string[]): string {
  return `[${values.map(quoted).join(', ')}]`;
}

/** A list in one line, or one value a line where that gets long. */
function wrapped(head: string, values: readonly string[]): string[] {
  const line = head + list(values);
  if (line.length <= 100) return [line];
  const indent = ' '.repeat(head.length - head.trimStart().length + 2);
  return [head.trimEnd(), ...values.map((value) => `${indent}- ${quoted(value)}`)];
}

const NO_TEXTS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function quoted(text: string): string {
  // YAML takes some words for values that are no texts.
  const isPlain = /^[A-Za-z][\w./-]*$/.test(text) && !NO_TEXTS.test(text);
  if (isPlain) return text;
  // JSON leaves characters as they are that steer a terminal; YAML knows the escapes.
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}]/gu, (char) => {
    return `\\U${char.codePointAt(0)!.toString(16).padStart(8, '0')}`;
  });
}
