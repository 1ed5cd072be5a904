import type { ProblemReason } from '../problems.ts';
import type { BufferedLine } from '../text/assembler.ts';

/**
 * The lines of a value that broke, made ready to be tried one by one: what broke is told for the first of them only.
 *
 * @param fail takes the first line when it was counted, and so was read already
 * @returns the last line first
 */
export function triedAlone(
  lines: readonly BufferedLine[],
  reason: ProblemReason,
  fail: (line: BufferedLine) => void,
): BufferedLine[] {
  const ready: BufferedLine[] = [];
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (i === 0 && line.counted !== undefined) {
      fail(line);
      continue;
    }
    line.tries++;
    if (i === 0) line.alone = reason;
    else line.quiet = true;
    ready.push(line);
  }
  return ready;
}
