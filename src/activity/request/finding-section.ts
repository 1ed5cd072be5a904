import type { Finding } from '../../engine/finding.ts';
import { noteSections } from '../../outputs/about-rule.ts';
import { cardOf, severityOfFinding } from '../../outputs/card/card.ts';
import { ignoreEntry } from '../../outputs/card/ignore-entry.ts';
import { shownMessage } from '../../outputs/encode/shown-message.ts';
import { shortPriority } from '../../outputs/subject.ts';
import type { Paint } from '../../outputs/table/paint.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import type { Redact } from '../../redact/redact.ts';
import type { RuleNotes } from '../../rules/notes.ts';
import { explainedLines, type Explained } from './explain-rule.ts';

/** A finding on the request, with its rule's text and why it matched. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly description: string;
  /** What to check, and what sets the rule off without harm; absent where it says nothing. */
  readonly notes?: RuleNotes | undefined;
  /** Runbook links of the finding's policies. */
  readonly runbooks: readonly string[];
  readonly explained: Explained;
}

/** A finding with what its rule means, what to check, why it matched, and how to accept it. */
export function findingSection(
  { finding, description, notes, runbooks, explained }: ShownFinding,
  out: Sections,
  redact: Redact,
): void {
  const { paint } = out;
  out.blank();
  out.title(finding.rule);
  const severity = severityOfFinding(finding);
  out.field('Severity', severity === 'high' ? 'HIGH' : severity, (line) =>
    paint.severity(severity, line),
  );
  out.field('Priority', shortPriority(finding.priority), (line) =>
    paint.priority(finding.priority, line),
  );
  out.field('Evidence', cardOf(finding, redact).evidence);
  out.field('Says', shownMessage(finding, redact));
  out.field('Means', description);
  for (const { label, lines } of noteSections(notes)) {
    const title = `${label[0]!.toUpperCase()}${label.slice(1)}`;
    for (const [i, text] of lines.entries()) out.field(i === 0 ? title : '', text);
  }
  out.field('Policies', finding.policies?.join(', ') ?? '');
  out.field('Runbook', runbooks.join(', '));
  out.field('Tags', finding.tags.join(', '));
  out.field('Matched', 'because');
  conditionLines(explained, true, out, paint);
  const entry = ignoreEntry(finding, redact);
  if (entry.length === 0) return;
  out.field('To accept it', 'in k8s-audit.yaml');
  out.verbatim(entry, 2);
}

/** A condition with the value of each part. */
export function conditionLines(
  explained: Explained,
  decisive: boolean,
  out: Sections,
  paint: Paint,
): void {
  for (const { depth, value, text, actual } of explainedLines(explained, decisive)) {
    const color = value
      ? (line: string) => paint.priority('Informational', line)
      : (line: string) => paint.priority('Error', line);
    const indent = 2 + 2 * Math.min(depth, 10);
    const head = `${value ? '✓' : '✗'} ${text}`;
    const line = actual === undefined ? head : `${head}  ← ${actual}`;
    if (actual === undefined || out.fits(line, indent)) {
      out.ownLine(line, indent, color);
    } else {
      out.ownLine(head, indent, color);
      out.ownLine(`← ${actual}`, indent + 4, color);
    }
  }
}
