import { escapeJsonForTerminal, escapeTerminal } from '../../outputs/encode/escape.ts';
import type { Terminal } from './terminal.ts';

/** JSON for people and scripts: indented, with a line end. What would steer a terminal is escaped. */
export function jsonText(value: unknown): string {
  return `${escapeJsonForTerminal(JSON.stringify(value, undefined, 2))}\n`;
}

/** Lines of text in columns; the last column is wrapped to the width. */
export function columnText(rows: readonly (readonly string[])[], width: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: Math.max(0, count - 1) }, (_, column) =>
    Math.max(0, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const indent = widths.reduce((sum, each) => sum + each + 2, 0);
  return rows
    .map((row) => {
      const head = widths.map((each, column) => (row[column] ?? '').padEnd(each + 2)).join('');
      const lines = wrapWords(row[count - 1] ?? '', Math.max(30, width - indent));
      const text = lines.map((line, index) => (index === 0 ? '' : ' '.repeat(indent)) + line);
      return `${head}${text.join('\n')}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Text broken at blanks into lines of at most `width` characters; longer words stay whole. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += (line === '' ? '' : ' ') + word;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Text of a rules file, fit for a terminal: line breaks stay. */
export function plainText(text: string): string {
  return text.split('\n').map(escapeTerminal).join('\n');
}

/** Prints a warning on standard error, unless `--quiet` is given. */
export function warner(run: {
  readonly settings: { readonly quiet: boolean };
  readonly terminal: Pick<Terminal, 'stderr'>;
}): (text: string) => void {
  return (text) => {
    if (!run.settings.quiet) run.terminal.stderr.write(`${plainText(text)}\n`);
  };
}
