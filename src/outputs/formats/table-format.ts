// Room outputs/formats: one file a format of findings: what it writes, in which order, within which bounds.
// Door: a create function a file, listed in ../index.ts.
// Neighbours: uses ../writer.ts, encode and table; nothing else imports it.
// Inside: a format that grows has its parts in a second file, such as sarif-parts.ts.

import type { Finding } from '../../engine/finding.ts';
import { PRIORITIES } from '../../rules/priority.ts';
import { barText, sparkline } from '../table/bars.ts';
import { escapeTerminal } from '../encode/escape.ts';
import { loadPaint } from '../table/paint.ts';
import type { Paint } from '../table/paint.ts';
import { redactor } from '../../redact/redact.ts';
import { shownMessage } from '../encode/shown-message.ts';
import { shortPriority, subjectObject, subjectUser } from '../subject.ts';
import { columnWidths, tableLayout } from '../table/table-layout.ts';
import type { Cell, Column, Row } from '../table/table-layout.ts';
import { number } from '../summary-text.ts';
import { MAX_BARS, Timeline } from '../timeline.ts';
import { wrap } from '../table/width.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Rows drawn at a time. The first block decides the column widths of the whole table. */
const BLOCK = 40;
/** Below this width a table cannot be laid out; the terminal wraps it instead. */
const MIN_WIDTH = 56;
/** From this width on, rows show the date and the message below. */
const WIDE = 110;
/** Longest text laid out; a cell shows at most a few hundred characters. */
const MAX_TEXT = 4096;

const TIME = 'HH:MM:SS'.length;
const DATE_TIME = 'YYYY-MM-DD HH:MM:SS'.length;

/** A table for terminals that is written in blocks while the scan runs. */
export async function createTableWriter(sink: Sink, context: OutputContext): Promise<OutputWriter> {
  const paint = await loadPaint(context.color);
  const width = Math.max(MIN_WIDTH, context.width);
  const wide = width >= WIDE;
  const columns = tableColumns(wide);
  const toRow = rowMaker(context, paint, wide);
  let block: DatedRow[] = [];
  let draw: ((rows: readonly Row[]) => string) | undefined;
  let day = '';
  const timeline = new Timeline(Math.min(MAX_BARS, width));

  const flush = (): void => {
    if (block.length === 0) return;
    if (draw === undefined) {
      const rows = block.map(({ row }) => row);
      draw = tableLayout(columnWidths(columns, rows, width));
      sink.write(`${draw([header(columns, paint)])}${paint.dim('─'.repeat(width))}\n`);
    }
    let text = '';
    for (const { date, row } of block) {
      // Narrow rows have no room for the date: it heads each day instead.
      if (!wide && date !== day) {
        text += `${paint.dim(`── ${date} ${escapeTerminal(context.timezone)} ──`)}\n`;
        day = date;
      }
      text += draw([row]);
    }
    sink.write(text);
    block = [];
  };

  return {
    finding: (finding) => {
      addToTimeline(timeline, finding);
      block.push(toRow(finding));
      if (block.length === BLOCK) flush();
    },
    flush,
    end() {
      flush();
      // Bars are drawn where they fit: one column each.
      const footer = histogram(timeline, width, context, paint);
      if (footer !== undefined) sink.write(footer);
    },
  };
}

function tableColumns(wide: boolean): readonly Column[] {
  const time = wide ? DATE_TIME : TIME;
  const priority = 'Emergency'.length;
  return [
    { title: 'TIME', minimum: time, maximum: time },
    { title: 'PRIORITY', minimum: priority, maximum: priority },
    { title: 'RULE', minimum: 8, maximum: 50 },
    { title: 'USER', minimum: 7, maximum: 60 },
    { title: 'VERB', minimum: 6, maximum: 'deletecollection'.length },
    { title: 'OBJECT', minimum: 8 },
  ];
}

/** A folded finding counts at its first and last time: those between are not known. */
function addToTimeline(timeline: Timeline, { time, priority, repeated }: Finding): void {
  if (repeated === undefined) {
    timeline.add(time, priority);
    return;
  }
  timeline.add(repeated.first, priority, repeated.count - 1);
  timeline.add(repeated.last, priority);
}

interface DatedRow {
  readonly date: string;
  readonly row: Row;
}

function rowMaker(
  context: OutputContext,
  paint: Paint,
  wide: boolean,
): (finding: Finding) => DatedRow {
  const redact = redactor(context.showSecrets);
  const safe = (text: string): string => escapeTerminal(redact(text).slice(0, MAX_TEXT)) || '-';
  const cell = (text: string): Cell => ({ text: safe(text) });
  return (finding) => {
    const { priority, subject } = finding;
    const time = context.formatTime(finding.time);
    const shown = wide ? time : time.slice(-TIME);
    return {
      date: time.slice(0, -TIME - 1),
      row: {
        cells: [
          { text: shown, paint: paint.dim },
          { text: shortPriority(priority), paint: (line) => paint.priority(priority, line) },
          { text: `${safe(finding.rule)}${repeatText(finding)}`, paint: paint.heading },
          cell(subjectUser(subject)),
          cell(subject.verb ?? ''),
          cell(subjectObject(subject)),
        ],
        below: wide
          ? {
              text:
                (escapeTerminal(shownMessage(finding, redact).slice(0, MAX_TEXT)) || '-') +
                lastText(finding, context),
              paint: paint.dim,
            }
          : undefined,
      },
    };
  };
}

function repeatText({ repeated }: Finding): string {
  return repeated === undefined ? '' : ` ×${number(repeated.count)}`;
}

function lastText({ repeated }: Finding, context: OutputContext): string {
  if (repeated === undefined) return '';
  return `; ${number(repeated.count)} times, last ${context.formatTime(repeated.last)}`;
}

/** Findings over time, one line; undefined when they are of one moment. */
function histogram(
  timeline: Timeline,
  width: number,
  context: OutputContext,
  paint: Paint,
): string | undefined {
  const result = timeline.result();
  if (result === undefined || result.length < 2) return undefined;
  const bars = Array<number>(result.length).fill(0);
  const worst = Array<number>(result.length).fill(0);
  for (const { index, counts } of result.bars) {
    bars[index] = counts.reduce((sum, count) => sum + count, 0);
    worst[index] = counts.findIndex((count) => count > 0);
  }
  const drawn = Array.from(sparkline(bars), (bar, index) =>
    bar === ' ' ? bar : paint.priority(PRIORITIES[worst[index]!] ?? 'Debug', bar),
  );
  const from = context.formatTime(result.start);
  const to = context.formatTime(result.end);
  const text = `${from} to ${to}, one bar is ${barText(result.seconds)}`;
  const scale = wrap(text, width, 2).map((line) => `${paint.dim(line)}\n`);
  return `${paint.dim('─'.repeat(width))}\n${drawn.join('')}\n${scale.join('')}`;
}

function header(columns: readonly Column[], paint: Paint): Row {
  return { cells: columns.map(({ title }) => ({ text: title, paint: paint.heading })) };
}
