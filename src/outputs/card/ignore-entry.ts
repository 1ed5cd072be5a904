import type { Finding, FindingSubject } from '../../engine/finding.ts';
import type { Redact } from '../../redact/redact.ts';
import { escapeTerminal } from '../encode/escape.ts';

/** What an entry asks of an event: fields with their values, as logged. */
export function ignoreTerms({
  user,
  namespace,
  resource,
  name,
}: Pick<FindingSubject, 'user' | 'namespace' | 'resource' | 'name'>): [string, string][] {
  const terms = [
    ['ka.user.name', user],
    ['ka.target.namespace', namespace],
    ['ka.target.resource', resource],
    ['ka.target.name', name],
  ] as const;
  return terms.flatMap(([field, value]): [string, string][] =>
    value === undefined || value === '' ? [] : [[field, value]],
  );
}

/**
 * Keys of the entry of `ignore:` in k8s-audit.yaml that accepts findings like this one: of its rule, by its user, on
 * its object. Lines of YAML.
 *
 * @returns nothing where a value cannot be written: a condition without it would accept more
 */
export function ignoreKeys(finding: Finding, redact: Redact): string[] {
  const terms = ignoreTerms(finding.subject);
  if (terms.some(([, value]) => redact(value) !== value)) return [];
  return keysOf(finding.rule, terms);
}

/** The same entry with a place for the reason, ready to paste; nothing where there is none, or where it is shown escaped. */
export function ignoreEntry(finding: Finding, redact: Redact): string[] {
  const keys = ignoreKeys(finding, redact);
  return entryOf(keys.every((key) => escapeTerminal(key) === key) ? keys : []);
}

/** The entry for a rule and fields with their values, ready to paste; nothing where a value cannot be written. */
export function ignoreLines(
  rule: string,
  terms: readonly (readonly [field: string, value: string])[],
): string[] {
  return entryOf(keysOf(rule, terms));
}

function keysOf(
  rule: string,
  terms: readonly (readonly [field: string, value: string])[],
): string[] {
  const condition = ignoreCondition(terms);
  if (condition === undefined || /[\r\n]/.test(rule)) return [];
  return [`rule: ${yamlText(rule)}`, `condition: ${yamlText(condition)}`];
}

/** The condition of an entry for fields with their values; undefined where a value cannot be written. */
export function ignoreCondition(
  terms: readonly (readonly [field: string, value: string])[],
): string | undefined {
  const parts: string[] = [];
  for (const [field, value] of terms) {
    const text = literal(value);
    if (text === undefined) return undefined;
    parts.push(`${field} = ${text}`);
  }
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function entryOf([rule, condition]: readonly string[]): string[] {
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
