import type { RuleInfo } from './writer.ts';

/** Longest text of a rule that is shown; rules of users may say anything. */
const MAX_TEXT = 1000;
/** Notes of one kind. */
const MAX_NOTES = 10;

/** What people want to know of a rule that fired, a line each: what it means, what to check, what sets it off without harm. */
export function aboutRule({
  description,
  notes,
}: Pick<RuleInfo, 'description' | 'notes'>): string[] {
  const text = description.trim().replace(/\s+/g, ' ').slice(0, MAX_TEXT);
  const listed = (label: string, lines: readonly string[] = []): string[] =>
    lines.slice(0, MAX_NOTES).map((line) => `${label}: ${line.slice(0, MAX_TEXT)}`);
  return [
    ...(text === '' ? [] : [`means: ${text}`]),
    ...listed('check', notes?.checks),
    ...listed('no harm', notes?.falsePositives),
    ...listed('see', notes?.references),
  ];
}
