import type { ScanSummary } from '../../engine/summary.ts';
import { ownSeverity } from '../../policies/severity.ts';
import { noteSections } from '../about-rule.ts';
import { escapeHtml } from '../encode/escape.ts';
import { number } from '../summary-text.ts';
import type { OutputContext, RuleInfo } from '../writer.ts';

/** Rules that are told about, the most frequent ones. */
const MOST_RULES = 100;
/** Longest description that is shown; rules of users may say anything. */
const LONGEST = 1024;

/** What the rules that fired look for, what to check, and what sets them off without harm; empty without such rules. */
export function htmlRules(
  summary: ScanSummary,
  { rules, ruleUri, rulePlace }: OutputContext,
): string {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const parts = summary.byRule.slice(0, MOST_RULES).flatMap(({ rule: name, count }) => {
    const rule = byName.get(name);
    return rule === undefined ? [] : [ruleText(rule, count, ruleUri?.(rule), rulePlace?.(rule))];
  });
  if (parts.length === 0) return '';
  return `<section id="rules"><h2>Rules that fired</h2>\n${parts.join('')}</section>\n`;
}

function ruleText(
  rule: RuleInfo,
  count: number,
  uri: string | undefined,
  place: string | undefined,
): string {
  const { name, description, notes } = rule;
  const sections = noteSections(notes);
  const references = sections.find(({ key }) => key === 'references')?.lines ?? [];
  const links = [...new Set([uri, ...references])].filter((one) => one !== undefined);
  return (
    `<details><summary>${escapeHtml(name)} (${number(count)})</summary>` +
    `<p>${escapeHtml(description.slice(0, LONGEST))}</p>` +
    sections
      .filter(({ key }) => key !== 'references')
      .map(({ head, lines }) => listText(head, lines, escapeHtml))
      .join('') +
    listText('More', links, linkText) +
    `<p>Severity: ${ownSeverity(rule)} where no policy gives another${place === undefined ? '' : `. Documentation: ${escapeHtml(place)}`}</p>` +
    '</details>\n'
  );
}

function listText(head: string, lines: readonly string[], show: (line: string) => string): string {
  if (lines.length === 0) return '';
  const items = lines.map((line) => `<li>${show(line)}</li>`);
  return `<p>${head}</p><ul>${items.join('')}</ul>`;
}

/** Only addresses of the web become links. */
function linkText(address: string): string {
  const text = escapeHtml(address);
  return /^https?:\/\//.test(address) ? `<a href="${text}" rel="noreferrer">${text}</a>` : text;
}
