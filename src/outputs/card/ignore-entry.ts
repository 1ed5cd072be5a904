import type { Finding } from '../../engine/finding.ts';
import type { Redact } from '../../redact/redact.ts';

/**
 * The entry of `ignore:` in k8s-audit.yaml that accepts findings like this one: of its rule, by its user, on its object.
 * Lines of YAML, ready to paste.
 *
 * @returns nothing where a value cannot be written: a condition without it would accept more
 */
export function ignoreEntry(finding: Finding, redact: Redact): string[] {
  const { user, namespace, resource, name } = finding.subject;
  const terms = [
    ['ka.user.name', user],
    ['ka.target.namespace', namespace],
    ['ka.target.resource', resource],
    ['ka.target.name', name],
  ] as const;
  const parts: string[] = [];
  for (const [field, value] of terms) {
    if (value === undefined || value === '') continue;
    const text = literal(value);
    if (text === undefined || redact(value) !== value) return [];
    parts.push(`${field} = ${text}`);
  }
  if (parts.length === 0 || /[\r\n]/.test(finding.rule)) return [];
  return [
    'ignore:',
    `  - rule: ${yamlText(finding.rule)}`,
    `    condition: ${yamlText(parts.join(' and '))}`,
    '    reason: why this is fine',
  ];
}

/** A literal of a condition; undefined for a text that none can hold. */
function literal(text: string): string | undefined {
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  if (!text.includes('"')) return `"${text}"`;
  return text.includes("'") ? undefined : `'${text}'`;
}

/** A text of YAML in single quotes, in which nothing has a meaning. */
function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
