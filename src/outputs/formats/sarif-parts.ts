import type { Finding } from '../../engine/finding.ts';
import type { Priority } from '../../rules/priority.ts';
import { ownSeverity } from '../../policies/severity.ts';
import { noteSections } from '../about-rule.ts';
import { escapeMarkdown } from '../encode/escape.ts';
import { wellFormed } from '../encode/json-string.ts';
import type { Encodable } from '../encode/json-encode.ts';
import type { OutputContext, RuleInfo } from '../writer.ts';

/** GitHub refuses more tags per rule; ours comes first. */
const MAX_TAGS = 20;
const MAX_NAME = 255;
const MAX_DESCRIPTION = 1024;

interface Severity {
  readonly level: 'error' | 'warning' | 'note';
  /** GitHub: above 9.0 critical, from 7.0 high, from 4.0 medium, else low. */
  readonly security: string;
}

const SEVERITIES: Readonly<Record<Priority, Severity>> = {
  Emergency: { level: 'error', security: '9.5' },
  Alert: { level: 'error', security: '9.5' },
  Critical: { level: 'error', security: '9.5' },
  Error: { level: 'error', security: '8.0' },
  Warning: { level: 'warning', security: '5.5' },
  Notice: { level: 'note', security: '3.0' },
  Informational: { level: 'note', security: '0.5' },
  Debug: { level: 'note', security: '0.5' },
};

/** The level of a SARIF result, by the priority of its rule. */
export function levelOf(priority: Priority): Severity['level'] {
  return SEVERITIES[priority].level;
}

/** SARIF message text. Brackets before a parenthesis would be a link (SARIF 2.1.0, 3.11.6). */
export function sarifText(text: string): string {
  return text.includes('](') ? text.replace(/[[\]\\]/g, String.raw`\$&`) : text;
}

/** What stands for standard input, which has no address: GitHub refuses results without a location. */
const STDIN_URI = 'stdin';

/** A physical location. Line 0: whole file. */
export function sarifLocation(file: string, line: number): Encodable {
  const artifactLocation = { uri: file === '-' ? STDIN_URI : fileUri(file) };
  const region = line > 0 ? { startLine: line } : undefined;
  return { physicalLocation: { artifactLocation, region } };
}

/** A relative reference for a relative path, a `file:` URI for an absolute one (RFC 3986). */
function fileUri(file: string): string {
  const windows = /^[A-Za-z]:[\\/]/.test(file);
  const segments = wellFormed(file).split(windows ? /[\\/]/ : '/');
  const encoded = segments.map(encodeURIComponent).join('/');
  if (windows) return `file:///${encoded.replace('%3A', ':')}`;
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}

/** Descriptors of all enabled rules and of those that fired, and where each stands. */
export function sarifRules(
  context: Pick<OutputContext, 'rules' | 'ruleUri' | 'rulePlace'>,
  fired: readonly Finding[],
): {
  readonly descriptors: readonly Encodable[];
  readonly indexOf: (rule: string) => { readonly id: string; readonly index: number };
} {
  const rules = new Map<string, RuleInfo>();
  for (const rule of context.rules) if (rule.enabled) rules.set(rule.name, rule);
  for (const { rule: name, priority, tags } of fired) {
    if (!rules.has(name)) {
      rules.set(name, { name, description: '', priority, tags, enabled: true });
    }
  }
  const places = new Map<string, { id: string; index: number }>();
  const ids = new Set<string>();
  const descriptors: Encodable[] = [];
  for (const rule of rules.values()) {
    const id = uniqueId(rule.id ?? rule.name, ids);
    places.set(rule.name, { id, index: descriptors.length });
    descriptors.push(descriptor(rule, id, context));
  }
  return { descriptors, indexOf: (rule) => places.get(rule)! };
}

function descriptor(
  rule: RuleInfo,
  id: string,
  { ruleUri, rulePlace }: Pick<OutputContext, 'ruleUri' | 'rulePlace'>,
): Encodable {
  const { name, description, priority, tags } = rule;
  const place = rulePlace?.(rule);
  const placeLine = place === undefined ? '' : `\n\nDocumentation: ${place}`;
  const { level, security } = SEVERITIES[priority];
  const title = name.slice(0, MAX_NAME);
  const text = description.trim() === '' ? title : description.slice(0, MAX_DESCRIPTION);
  const tagLine = tags.length === 0 ? '' : `\n\nTags: ${tags.join(', ')}`;
  const notes = noteSections(rule.notes);
  const plain = notes.map(
    ({ head, lines }) => `\n\n${head}:\n${lines.map((line) => `- ${line}`).join('\n')}`,
  );
  const marked = notes.map(
    ({ head, lines }) =>
      `\n\n**${head}**\n\n${lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n')}`,
  );
  const markdown = `**${escapeMarkdown(title)}**\n\n${escapeMarkdown(text)}${marked.join('')}${placeLine && `\n\n${escapeMarkdown(placeLine.trim())}`}${escapeMarkdownTags(tags)}`;
  return {
    id,
    name: title,
    shortDescription: { text: sarifText(title) },
    fullDescription: { text: sarifText(text) },
    help: { text: sarifText(`${text}${plain.join('')}${placeLine}${tagLine}`), markdown },
    helpUri: ruleUri?.(rule),
    defaultConfiguration: { level },
    properties: {
      // Without the tag `security` GitHub ignores security-severity.
      tags: [...new Set(['security', ...tags])].slice(0, MAX_TAGS),
      'security-severity': security,
      precision: 'medium',
      severity: ownSeverity(rule),
    },
  };
}

function escapeMarkdownTags(tags: readonly string[]): string {
  return tags.length === 0 ? '' : `\n\nTags: ${tags.map(escapeMarkdown).join(', ')}`;
}

/** A stable identifier from the rule's name: `Attach/Exec Pod` is `attach-exec-pod`. */
function uniqueId(name: string, taken: Set<string>): string {
  const slug =
    name
      .slice(0, MAX_NAME)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'rule';
  let id = slug;
  for (let i = 2; taken.has(id); i++) id = `${slug}-${i}`;
  taken.add(id);
  return id;
}
