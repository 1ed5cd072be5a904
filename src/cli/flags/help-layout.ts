import { Help, type Command } from 'commander';
import { displayWidth, wrap } from '../../outputs/table/width.ts';

/** Widest help: longer lines are hard to read. */
const WIDEST = 100;
/** Columns that a description needs beside its term; else it stands below. */
const ROOM = 24;
const INDENT = 2;
const GAP = 2;

/** The width of help on a stream. */
export function helpWidth(columns: number): number {
  return Math.min(columns, WIDEST);
}

/** How help is laid out: no line is longer than the screen. */
export const HELP_LAYOUT = {
  minWidthToWrap: 1,
  padWidth(command: Command, help: Help): number {
    const widest = new Help().padWidth(command, help);
    return Math.min(widest, Math.floor((help.helpWidth ?? WIDEST) * 0.45));
  },
  boxWrap: (text: string, width: number): string => lines(text, width).join('\n'),
  formatItem(term: string, termWidth: number, description: string, help: Help): string {
    const width = help.helpWidth ?? WIDEST;
    const left = INDENT + termWidth + GAP;
    const isBeside = width - left >= ROOM;
    const start = isBeside ? left : 3 * INDENT;
    const text = lines(description, width - start).map((line) => ' '.repeat(start) + line);
    const first = ' '.repeat(INDENT) + term;
    if (description === '') return lines(first, width).join('\n');
    if (!isBeside || displayWidth(term) > termWidth) {
      return [
        ...lines(term, width - INDENT).map((line) => ' '.repeat(INDENT) + line),
        ...text,
      ].join('\n');
    }
    return [first.padEnd(left) + text[0]!.slice(left), ...text.slice(1)].join('\n');
  },
} as const;

/** Titles and usage broken into lines, for help of a width. */
export function wrappedHelp(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (displayWidth(line) <= width) return [line];
      const indent = /^ */.exec(line)![0];
      const [first = '', ...rest] = lines(line.trimStart(), width - indent.length - INDENT);
      return [indent + first, ...rest.map((each) => `${indent}${' '.repeat(INDENT)}${each}`)];
    })
    .join('\n');
}

/** Rows of a short term and a text, as the list of exit codes has them. */
export function termRows(rows: readonly (readonly [string, string])[], width: number): string {
  const left = INDENT + Math.max(...rows.map(([term]) => term.length)) + GAP;
  return rows
    .map(([term, text]) => {
      const [first, ...rest] = lines(text, width - left);
      const head = (' '.repeat(INDENT) + term).padEnd(left);
      return [head + first, ...rest.map((line) => ' '.repeat(left) + line)].join('\n');
    })
    .join('\n');
}

/** A command line in lines of the width that a shell reads as one: broken at blanks outside quotes. */
export function shellLines(command: string, width: number): string {
  const words = command.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? [];
  const out: string[] = [];
  let line = '';
  for (const word of words) {
    // Behind the last word of a line come a blank and a backslash.
    if (line !== '' && line.length + 1 + word.length > width - INDENT - 2) {
      out.push(`${line} \\`);
      line = `  ${word}`;
    } else {
      line += `${line === '' ? '' : ' '}${word}`;
    }
  }
  return [...out, line].map((each) => ' '.repeat(INDENT) + each).join('\n');
}

function lines(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrap(line, Math.max(1, width), Infinity));
}
