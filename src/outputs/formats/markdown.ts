import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { escapeMarkdown } from '../encode/escape.ts';
import { MostSevere } from '../keep.ts';
import { redactor } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { location, subjectObject, subjectUser } from '../subject.ts';
import { number, plural } from '../summary-text.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Findings listed; all are counted. */
const MAX_ROWS = 1000;
/** GitHub refuses a job summary above 1 MiB; the rest of the document takes far less than 100 kB. */
const MAX_TABLE_BYTES = 900_000;
const MAX_RULES = 100;
const MAX_CELL = 200;
const MAX_MESSAGE = 500;

/** A report for pull requests and job summaries. */
export function createMarkdownWriter(sink: Sink, context: OutputContext): OutputWriter {
  const kept = new MostSevere<Finding>(MAX_ROWS);
  const redact = redactor(context.showSecrets);
  const cut = (shown: string, length: number): string =>
    escapeMarkdown(shown.length > length ? `${shown.slice(0, length)}…` : shown);
  const safe = (text: string): string => cut(redact(text), MAX_CELL);

  const findingRow = (finding: Finding): string =>
    row([
      context.formatTime(finding.time),
      finding.priority,
      safe(finding.rule),
      safe(subjectUser(finding.subject)),
      safe(finding.subject.verb ?? ''),
      safe(subjectObject(finding.subject)),
      cut(shownMessage(finding, redact), MAX_MESSAGE),
      safe(location(finding.origin)),
    ]);

  const findings = (summary: ScanSummary): void => {
    if (summary.findings === 0) return;
    const zone = safe(context.timezone);
    sink.write('\n## Findings\n\n');
    sink.write(
      title([
        `Time (${zone})`,
        'Priority',
        'Rule',
        'User',
        'Verb',
        'Object',
        'Message',
        'Location',
      ]),
    );
    let space = MAX_TABLE_BYTES;
    let written = 0;
    for (const finding of kept.bySeverity()) {
      const line = findingRow(finding);
      space -= new TextEncoder().encode(line).length;
      if (space < 0) break;
      sink.write(line);
      written++;
    }
    const missing = summary.findings - written;
    if (missing > 0) {
      sink.write(`\n${number(missing)} more ${plural(missing, 'finding')}, none more severe.\n`);
    }
  };

  return {
    finding: (finding) => void kept.add(finding.priority, finding),
    end: (summary) => {
      sink.write('# Kubernetes audit findings\n\n');
      if (summary.interrupted) sink.write('**Interrupted: this report is partial.**\n\n');
      if (summary.failure !== undefined) sink.write(`**Not done: ${safe(summary.failure)}**\n\n`);
      sink.write(`${overview(summary, context)}\n`);
      if (summary.byRule.length > 0) {
        sink.write(`\n## Rules\n\n${title(['Findings', 'Priority', 'Rule'])}`);
        for (const { rule, priority, count } of summary.byRule.slice(0, MAX_RULES)) {
          sink.write(row([number(count), priority, safe(rule)]));
        }
        const more = summary.byRule.length - MAX_RULES;
        if (more > 0) sink.write(`\n${number(more)} more ${plural(more, 'rule')}.\n`);
      }
      findings(summary);
      if (summary.problems.length > 0) sink.write('\n## Input that was not read\n\n');
      for (const { text, count, examples } of summary.problems) {
        const at = examples.map((place) => safe(place.line > 0 ? location(place) : place.file));
        sink.write(`- ${number(count)}: ${safe(text)} (${at.join(', ')})\n`);
      }
      if (summary.notes.length > 0) sink.write('\n## Notes\n\n');
      for (const note of summary.notes) sink.write(`- ${cut(redact(note), MAX_MESSAGE)}\n`);
    },
  };
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

function title(cells: readonly string[]): string {
  return row(cells) + row(cells.map(() => '---'));
}

function overview(summary: ScanSummary, { formatTime, timezone }: OutputContext): string {
  const findings = `${number(summary.findings)} ${plural(summary.findings, 'finding')}`;
  const events = `${number(summary.events)} ${plural(summary.events, 'event')}`;
  const inputs = `${number(summary.inputCount)} ${plural(summary.inputCount, 'input')}`;
  const { firstEventTime: first, lastEventTime: last } = summary;
  const time =
    first === undefined || last === undefined
      ? ''
      : `, ${formatTime(first)} to ${formatTime(last)} ${escapeMarkdown(timezone)}`;
  return `**${findings}** in ${events} from ${inputs}${time}.`;
}
