import { asciiLines } from './ascii.ts';
import { escapeTerminal } from '../encode/escape.ts';
import type { Paint } from './paint.ts';
import { redactor } from '../../redact/redact.ts';
import { displayWidth, truncate, wrap, wrapFields } from './width.ts';

const MAX_TEXT = 4096;
const MAX_LINES = 40;
/** Columns of a row's last text, and of any other, at least. */
const LAST_ROOM = 16;
const LEAST = 6;

/** Text in labelled sections for people: lines of at most `width` columns. Texts are redacted and escaped. */
export class Sections {
  readonly #paint: Paint;
  readonly #width: number;
  readonly #redact: (text: string) => string;
  readonly #label: number;
  readonly #isAscii: boolean;
  #out = '';

  constructor(style: {
    paint: Paint;
    width: number;
    showSecrets: boolean;
    label?: number;
    ascii?: boolean | undefined;
  }) {
    this.#isAscii = style.ascii === true;
    this.#paint = style.paint;
    this.#width = Math.max(40, style.width);
    this.#redact = redactor(style.showSecrets);
    this.#label = style.label ?? 12;
  }

  get text(): string {
    return this.#isAscii ? asciiLines(this.#out) : this.#out;
  }

  get paint(): Paint {
    return this.#paint;
  }

  /** Columns of a line. */
  get width(): number {
    return this.#width;
  }

  /** A headline. */
  title(text: string): void {
    this.#headline(this.safe(text));
  }

  /** A headline of our own words and names of rules: nothing of a log, so that nothing is redacted. */
  ownTitle(text: string): void {
    this.#headline(escapeTerminal(text));
  }

  #headline(text: string): void {
    for (const line of wrap(text, this.#width, 6)) {
      this.#out += `${this.#paint.heading(line)}\n`;
    }
  }

  blank(): void {
    if (this.#out !== '' && !this.#out.endsWith('\n\n')) this.#out += '\n';
  }

  /** `label  text`, wrapped beside the label. Nothing for an empty text. */
  field(label: string, text: string, color?: (line: string) => string): void {
    if (text === '') return;
    const lines = wrap(this.safe(text.trimEnd()), this.#width - this.#label, MAX_LINES);
    for (const [index, line] of lines.entries()) {
      const head = (index === 0 ? label : '').padEnd(this.#label);
      this.#out += `${this.#paint.dim(head)}${color === undefined ? line : color(line)}\n`;
    }
  }

  /** Lines as they are, each indented and cut to the width. */
  lines(lines: readonly string[], indent = 2, color?: (line: string) => string): void {
    for (const line of lines) this.#line(this.safe(line), indent, color);
  }

  /** As {@link lines}, for our own text with what was redacted before. */
  ownLine(line: string, indent: number, color: (line: string) => string): void {
    this.#line(escapeTerminal(line), indent, color);
  }

  #line(line: string, indent: number, color?: (line: string) => string): void {
    const cut = truncate(line, this.#width - indent);
    this.#out += `${' '.repeat(indent)}${color === undefined ? cut : color(cut)}\n`;
  }

  /** Text, or fields with two blanks between them, broken into lines of the width. @param hanging how much further in all lines but the first stand */
  paragraph(text: string, indent = 0, color?: (line: string) => string, hanging = 0): void {
    const lines = wrapFields(this.safe(text), this.#width - indent - hanging, MAX_LINES);
    for (const [i, line] of lines.entries()) {
      const left = ' '.repeat(i === 0 ? indent : indent + hanging);
      this.#out += `${left}${color === undefined ? line : color(line)}\n`;
    }
  }

  /** True when a line needs no cutting. */
  fits(line: string, indent: number): boolean {
    return displayWidth(escapeTerminal(line)) <= this.#width - indent;
  }

  /** Lines as they are, whole whatever the width: commands and files that people copy. */
  verbatim(lines: readonly string[], indent = 2): void {
    for (const line of lines) this.#out += `${' '.repeat(indent)}${this.safe(line)}\n`;
  }

  /** Rows in columns without a header; the last column is wrapped. */
  rows(rows: readonly (readonly string[])[], indent = 2): void {
    const safe = rows.map((row) => row.map((cell) => this.safe(cell)));
    const count = Math.max(0, ...safe.map((row) => row.length));
    const room = this.#width - indent - 2 * Math.max(0, count - 1);
    const most = Math.floor(room / Math.max(1, count)) + 8;
    const widths = Array.from({ length: Math.max(0, count - 1) }, (_, column) =>
      Math.min(most, Math.max(0, ...safe.map((row) => displayWidth(row[column] ?? '')))),
    );
    const leftOf = (): number => widths.reduce((sum, width) => sum + width + 2, indent);
    // The widest give way first, so that the last column has room.
    while (leftOf() + LAST_ROOM > this.#width && Math.max(0, ...widths) > LEAST) {
      widths[widths.indexOf(Math.max(...widths))]!--;
    }
    const left = leftOf();
    for (const row of safe) {
      const cells = widths.map((width, column) => wrap(row[column] ?? '', width, 6));
      const last = wrap(row[count - 1] ?? '', Math.max(10, this.#width - left), MAX_LINES);
      const height = Math.max(last.length, ...cells.map((cell) => cell.length));
      for (let i = 0; i < height; i++) {
        const head = cells
          .map((cell, column) => {
            const text = cell[i] ?? '';
            return text + ' '.repeat(Math.max(0, widths[column]! - displayWidth(text)) + 2);
          })
          .join('');
        this.#out += `${`${' '.repeat(indent)}${head}${last[i] ?? ''}`.trimEnd()}\n`;
      }
    }
  }

  /** Text of a log made fit for a terminal. */
  safe(text: string): string {
    return escapeTerminal(this.#redact(text).slice(0, MAX_TEXT));
  }
}
