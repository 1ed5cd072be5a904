import type { Finding } from '../../engine/finding.ts';
import type { ScanSummary } from '../../engine/summary.ts';
import { cardOf } from '../card/card.ts';
import { Digest } from '../card/digest.ts';
import { rankOf } from '../card/order.ts';
import { shortUser } from '../card/short-name.ts';
import { escapeMarkdown } from '../encode/escape.ts';
import { MostSevere } from '../keep.ts';
import { redactor } from '../../redact/redact.ts';
import { location } from '../subject.ts';
import { number, placeText, plural, problemGroups } from '../summary-text.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Findings listed; all are counted. */
const MAX_ROWS = 1000;
/** GitHub refuses a job summary above 1 MiB; the rest of the document takes far less than 100 kB. */
const MAX_TABLE_BYTES = 900_000;
const MAX_RULES = 100;
const MAX_CELL = 200;
const MAX_EVIDENCE = 400;
const MAX_NOTE = 500;

/** A report for pull requests and job summaries. */
export function createMarkdownWriter(sink: Sink, context: OutputContext): OutputWriter {
  const kept = new MostSevere<Finding>(MAX_ROWS);
  const digest = new Digest();
  const redact = redactor(context.showSecrets);
  const cut = (shown: string, length: number): string =>
    escapeMarkdown(shown.length > length ? `${shown.slice(0, length)}…` : shown);
  const safe = (text: string): string => cut(redact(text), MAX_CELL);

  const cardRow = (finding: Finding): string => {
    const card = cardOf(finding, redact);
    const others = card.others.length > 0 ? ` +${card.others.length}` : '';
    return row([
      card.severity,
      card.time === 0n ? '' : context.formatTime(card.time),
      cut(card.rule, MAX_CELL) + others,
      cut(card.user, MAX_CELL),
      cut(card.verb, MAX_CELL),
      cut(card.object, MAX_CELL),
      cut([card.failure, card.evidence].filter((text) => text !== '').join('; '), MAX_EVIDENCE),
      cut(card.source, MAX_CELL),
      cut(card.id, MAX_CELL),
      card.priority,
      safe(location(finding.origin)),
    ]);
  };

  const findings = (summary: ScanSummary): void => {
    if (summary.findings === 0) return;
    const zone = safe(context.timezone);
    sink.write('\n## Findings\n\n');
    sink.write(
      title([
        'Severity',
        `Time (${zone})`,
        'Rule',
        'User',
        'Verb',
        'Object',
        'Evidence',
        'Source',
        'ID',
        'Priority',
        'Location',
      ]),
    );
    let space = MAX_TABLE_BYTES;
    let written = 0;
    for (const finding of kept.bySeverity()) {
      const line = cardRow(finding);
      space -= new TextEncoder().encode(line).length;
      if (space < 0) break;
      sink.write(line);
      written += (finding.repeated?.count ?? 1) * (1 + (finding.others?.length ?? 0));
    }
    sink.write('\nk8s-audit show ID FILE shows the request of an ID in full.\n');
    const missing = summary.findings - written;
    if (missing > 0) {
      sink.write(`\n${number(missing)} more ${plural(missing, 'finding')}, none more severe.\n`);
    }
  };

  return {
    finding(finding) {
      for (const each of [finding, ...(finding.others ?? [])]) digest.add(each);
      kept.add(rankOf(finding), finding);
    },
    end: (summary) => {
      sink.write('# Kubernetes audit findings\n\n');
      if (summary.interrupted) sink.write('**Interrupted: this report is partial.**\n\n');
      if (summary.failure !== undefined) sink.write(`**Not done: ${safe(summary.failure)}**\n\n`);
      sink.write(`${overview(summary, context)}\n`);
      const rules = digest.rules();
      if (rules.length > 0) {
        sink.write(`\n## Rules\n\n${title(['Severity', 'Findings', 'Priority', 'Rule', 'User'])}`);
        for (const { severity, rule, priority, count, user, userCount } of rules.slice(
          0,
          MAX_RULES,
        )) {
          const most = `${safe(shortUser(redact(user)))}${userCount < count ? ` (${number(userCount)})` : ''}`;
          sink.write(row([severity, number(count), priority, safe(rule), most]));
        }
        const more = rules.length - MAX_RULES;
        if (more > 0) sink.write(`\n${number(more)} more ${plural(more, 'rule')}.\n`);
      }
      findings(summary);
      for (const group of problemGroups(summary.problems)) {
        sink.write(`\n## ${group.title}\n\n`);
        for (const { text, count, examples } of group.problems) {
          const at = examples.map((place) => safe(placeText(place)));
          sink.write(`- ${number(count)}: ${safe(text)} (${at.join(', ')})\n`);
        }
      }
      if (summary.notes.length > 0) sink.write('\n## Notes\n\n');
      for (const note of summary.notes) sink.write(`- ${cut(redact(note), MAX_NOTE)}\n`);
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
