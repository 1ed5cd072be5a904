import type { Finding } from '../../engine/finding.ts';
import type { Redact } from '../../redact/redact.ts';

/**
 * Keys of the entry of `ignore:` in k8s-audit.yaml that accepts findings like this one: of its rule, by its user, on
 * its object. Lines of YAML.
 *
 * @returns nothing where a value cannot be written: a condition without it would accept more
 */
export function ignoreKeys(finding: Finding, redact: Redact): string[] {
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
  return [`rule: ${yamlText(finding.rule)}`, `condition: ${yamlText(parts.join(' and '))}`];
}

/** The same entry with a place for the reason, ready to paste; nothing where there is none. */
export function ignoreEntry(finding: Finding, redact: Redact): string[] {
  const [rule, condition] = ignoreKeys(finding, redact);
  if (rule === undefined || condition === undefined) return [];
  return ['ignore:', `  - ${rule}`, `    ${condition}`, '    reason: why this is fine'];
}

/** A literal of a condition; undefined for a text that none can hold. */
function literal(text: string): string | undefined {
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  if (!text.includes('"')) return `"${text}"`;
  return text.includes("'") ? undefined : `'${text}'`;
}

/** A text of YAML in one line, in single quotes, in which nothing has a meaning. */
export function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
