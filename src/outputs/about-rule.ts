import type { RuleNotes } from '../rules/notes.ts';
import type { RuleInfo } from './writer.ts';

/** Longest text of a rule that is shown; rules of users may say anything. */
const MAX_TEXT = 1024;
/** Notes of one kind. */
const MAX_NOTES = 20;

/** The notes that people see, in order: the word before each, and a heading for all. */
const KINDS = [
  { key: 'checks', label: 'check', head: 'What to check' },
  { key: 'falsePositives', label: 'no harm', head: 'False positives' },
  { key: 'references', label: 'see', head: 'References' },
] as const satisfies readonly { key: keyof RuleNotes; label: string; head: string }[];

/** Notes of one kind, bounded. */
type NoteSection = (typeof KINDS)[number] & { readonly lines: readonly string[] };

/** The notes of a rule by kind; kinds of which it has none are left out. */
export function noteSections(notes: RuleNotes | undefined): NoteSection[] {
  if (notes === undefined) return [];
  return KINDS.map((kind) => ({
    ...kind,
    lines: notes[kind.key].slice(0, MAX_NOTES).map((line) => line.slice(0, MAX_TEXT)),
  })).filter(({ lines }) => lines.length > 0);
}

/** What people want to know of a rule that fired, a line each: what it means, what to check, what sets it off without harm. */
export function aboutRule({
  description,
  notes,
}: Pick<RuleInfo, 'description' | 'notes'>): string[] {
  const text = description.trim().replace(/\s+/g, ' ').slice(0, MAX_TEXT);
  return [
    ...(text === '' ? [] : [`means: ${text}`]),
    ...noteSections(notes).flatMap(({ label, lines }) => lines.map((line) => `${label}: ${line}`)),
  ];
}
