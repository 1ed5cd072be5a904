import type { ProblemReason } from '../problems.ts';
import type { BufferedLine } from '../text/assembler.ts';

/**
 * Queues the lines of a value that broke, to be tried one by one: what broke is told for the first of them only.
 *
 * @param queue is read from its end; there may be more lines than a call takes as arguments
 * @param fail takes the first line when it was counted, and so was read already
 */
export function tryAlone(
  lines: readonly BufferedLine[],
  reason: ProblemReason,
  queue: BufferedLine[],
  fail: (line: BufferedLine) => void,
): void {
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (i === 0 && line.counted !== undefined) {
      fail(line);
      continue;
    }
    line.tries++;
    if (i === 0) line.alone = reason;
    else line.quiet = true;
    queue.push(line);
  }
}
