import type { FindingCard } from '../card/card.ts';
import { fitName, fitText } from '../card/short-name.ts';
import { escapeTerminal } from '../encode/escape.ts';
import { shortPriority } from '../subject.ts';
import { number } from '../summary-text.ts';
import type { Paint } from '../table/paint.ts';
import type { Cell, Column, Row } from '../table/table-layout.ts';
import { displayWidth, wrap } from '../table/width.ts';

/** Columns of the badge and the blanks behind it; further lines of a card are indented by as much. */
const BADGE = 8;
/** Below this width a card has a line for its time and ID. */
const NARROW = 60;
/** From this width on evidence does not begin a line of its own. */
const ROOMY = 110;
/** Most lines of a name, and of evidence. */
const NAME_LINES = 3;
const EVIDENCE_LINES = 3;
/** Most lines of one text about a rule. */
const ABOUT_LINES = 10;
/** Longest text laid out: the lines of a card hold no more. Of a longer name or evidence the middle is left out. */
const MAX_TEXT = 1000;
const NAME_START = 100;
const NAME_END = 300;
const EVIDENCE_END = 300;
/** Columns of names and evidence in a row of columns. */
const MAX_NAME = 120;
const MAX_EVIDENCE = 400;

const DATE_TIME = 'YYYY-MM-DD HH:MM:SS'.length;
const ADDRESS = '255.255.255.255'.length;

export interface CardStyle {
  readonly paint: Paint;
  readonly width: number;
  readonly formatTime: (time: bigint) => string;
  /** What the card's rule means and what to check, where that is to be said: our own text, a line each. */
  readonly about?: readonly string[];
}

/** A text on a card that stays together where it can. */
interface Piece {
  readonly text: string;
  readonly paint?: ((line: string) => string) | undefined;
  /** Starts a line of its own. */
  readonly starts?: boolean;
  /** A name: its end is never left out. */
  readonly isName?: boolean;
  /** Left out where it would need a line of its own. */
  readonly isExtra?: boolean;
}

/** A card as lines of at most `width` columns, for terminals of any width. */
export function cardLines(card: FindingCard, style: CardStyle): string {
  const { paint, width } = style;
  const left = BADGE;
  const room = width - left;
  const handle = [timeText(card, style), safe(card.id)].filter((text) => text !== '').join('  ');
  const isNarrow = width < NARROW;
  const title = wrap(
    titleText(card),
    isNarrow ? room : room - displayWidth(handle) - 2,
    NAME_LINES,
  );
  const badge = severityText(card);
  let out = '';
  for (const [index, line] of title.entries()) {
    const isFirst = index === 0;
    const head = isFirst
      ? paint.severity(card.severity, badge) + blanks(left - badge.length)
      : blanks(left);
    const gap = room - displayWidth(line) - displayWidth(handle);
    const tail = isFirst && !isNarrow ? blanks(gap) + paint.dim(handle) : '';
    out += `${head}${paint.heading(line)}${tail}\n`;
  }
  const pieces = piecesOf(card, style);
  if (isNarrow) pieces.unshift({ text: handle, paint: paint.dim });
  for (const line of flow(pieces, room)) out += `${blanks(left)}${line}\n`;
  for (const text of style.about ?? []) {
    for (const line of wrap(escapeTerminal(text), room, ABOUT_LINES)) {
      out += `${blanks(left)}${paint.dim(line)}\n`;
    }
  }
  return out;
}

function piecesOf(card: FindingCard, style: CardStyle): Piece[] {
  const { paint, width } = style;
  const { dim, warning } = paint;
  const pieces: Piece[] = [
    { text: safeName(card.user), isName: true, starts: width < NARROW },
    { text: safe(card.verb) },
    { text: safeName(card.object), isName: true },
    { text: safe(card.failure), paint: warning },
    { text: safeEvidence(card.evidence), paint: paint.evidence, starts: width < ROOMY },
    { text: card.source === '' ? '' : `from ${safe(card.source)}`, paint: dim },
    { text: repeatText(card, style), paint: dim },
    { text: shortPriority(card.priority), paint: dim, isExtra: true },
  ];
  return pieces.filter(({ text }) => text !== '');
}

/** Lines with as many pieces each as fit. */
function flow(pieces: readonly Piece[], width: number): string[] {
  const lines: string[] = [];
  let used = width;
  for (const { text, paint = same, starts = false, isName = false, isExtra = false } of pieces) {
    const columns = displayWidth(text);
    if (!starts && used + 2 + columns <= width) {
      lines[lines.length - 1] += `  ${paint(text)}`;
      used += 2 + columns;
      continue;
    }
    if (isExtra) continue;
    const parts = isName
      ? fitLines(text, width, NAME_LINES, fitName)
      : fitLines(text, width, EVIDENCE_LINES, fitText);
    lines.push(...parts.map((part) => paint(part)));
    used = displayWidth(parts.at(-1)!);
  }
  return lines;
}

/** A text on a few lines; where it is longer, its middle is left out. */
function fitLines(text: string, width: number, limit: number, fit: typeof fitText): string[] {
  for (let room = width * limit; ; room -= 4) {
    const lines = wrap(fit(text, Math.max(width, room)), width, Infinity);
    if (lines.length <= limit || room <= width) return lines;
  }
}

/** Columns of a table with a card a row, for wide terminals. */
export const CARD_COLUMNS: readonly Column[] = [
  { title: 'SEVERITY', minimum: 8, maximum: 8 },
  { title: 'TIME', minimum: DATE_TIME, maximum: DATE_TIME },
  { title: 'RULE', minimum: 24, maximum: 32 },
  { title: 'USER', minimum: 16, maximum: 26 },
  { title: 'VERB', minimum: 6, maximum: 'port-forward'.length },
  { title: 'OBJECT', minimum: 24, maximum: 32 },
  { title: 'EVIDENCE', minimum: 36 },
  { title: 'SOURCE', minimum: ADDRESS, maximum: ADDRESS },
  { title: 'ID', minimum: 8, maximum: 8 },
];

/** A card as a row of these columns. */
export function cardRow(card: FindingCard, style: CardStyle): Row {
  const { paint } = style;
  const name = (text: string): Cell => ({ text: fitName(safeName(text), MAX_NAME) || '-' });
  const detail = [
    safe(card.failure),
    fitText(safeEvidence(card.evidence), MAX_EVIDENCE),
    repeatText(card, style),
  ];
  return {
    cells: [
      { text: severityText(card), paint: (line) => paint.severity(card.severity, line) },
      { text: timeText(card, style), paint: paint.dim },
      { text: titleText(card), paint: paint.heading },
      name(card.user),
      name(card.verb),
      name(card.object),
      { text: detail.filter((part) => part !== '').join('; ') || '-', paint: paint.evidence },
      { text: safe(card.source) || '-', paint: paint.dim },
      { text: safe(card.id) || '-', paint: paint.dim },
    ],
    below:
      style.about === undefined
        ? undefined
        : { text: escapeTerminal(style.about.join(' ')), paint: paint.dim },
  };
}

/** The rule, how many others fired, and how often. */
function titleText({ rule, others, repeated }: FindingCard): string {
  const more = others.length > 0 ? ` +${others.length}` : '';
  const times = repeated === undefined ? '' : ` ×${number(repeated.count)}`;
  return `${safe(rule) || '-'}${more}${times}`;
}

/** `HIGH` stands out where there is no colour either. */
function severityText({ severity }: FindingCard): string {
  return severity === 'high' ? 'HIGH' : severity;
}

function timeText({ time }: FindingCard, { formatTime }: CardStyle): string {
  return time === 0n ? 'no time' : formatTime(time);
}

function repeatText({ repeated }: FindingCard, { formatTime }: CardStyle): string {
  if (repeated === undefined) return '';
  const { alsoOn = [] } = repeated;
  const names = alsoOn.map((name) => safeName(name)).join(', ');
  const more = repeated.count > alsoOn.length + 1 ? ', …' : '';
  const also = names === '' ? '' : `; also ${names}${more}`;
  return `${number(repeated.count)} times, last ${formatTime(repeated.last)}${also}`;
}

function safe(text: string): string {
  return escapeTerminal(text.slice(0, MAX_TEXT));
}

function safeName(name: string): string {
  return ends(name, NAME_START, NAME_END);
}

function safeEvidence(text: string): string {
  return ends(text, MAX_TEXT - EVIDENCE_END, EVIDENCE_END);
}

/** Start and end of a text, escaped. */
function ends(text: string, start: number, end: number): string {
  if (text.length <= start + end) return escapeTerminal(text);
  return escapeTerminal(`${text.slice(0, start)}…${text.slice(-end)}`);
}

function blanks(count: number): string {
  return ' '.repeat(Math.max(0, count));
}

function same(text: string): string {
  return text;
}
