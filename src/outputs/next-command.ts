import { escapeTerminal } from './encode/escape.ts';
import type { Paint } from './table/paint.ts';
import { displayWidth } from './table/width.ts';

/** A command to go on with. */
export interface NextCommand {
  /** Its words, quoted for a shell. They may hold text of the log: they are escaped. */
  readonly words: readonly string[];
  readonly purpose: string;
}

/**
 * A command on lines of the width, which a shell reads as one, and what it is for.
 *
 * @param left columns of the label
 */
export function commandLines(
  label: string,
  { words, purpose }: NextCommand,
  left: number,
  width: number,
  paint: Paint,
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.map((each) => escapeTerminal(each))) {
    const isFirst = line === '';
    const longer = isFirst ? word : `${line} ${word}`;
    if (isFirst || displayWidth(longer) + 2 <= width - left) {
      line = longer;
      continue;
    }
    lines.push(`${line} \\`);
    line = `  ${word}`;
  }
  lines.push(line);
  const room = width - left - displayWidth(line) - 2;
  const behind = displayWidth(purpose) <= room ? `  ${paint.dim(purpose)}` : '';
  return lines.map((each, i) => {
    // A long path starts further left, so that it stays whole. Codes of colours have no width: they come later.
    const start = i > 0 && left + displayWidth(each) > width ? 0 : left;
    const end = i === lines.length - 1 ? behind : '';
    return `${paint.heading((i === 0 ? label : '').padEnd(start))}${each}${end}`;
  });
}
