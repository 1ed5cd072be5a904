import type { Problem } from '../../src/events/problems.ts';
import { eachLine } from '../../src/io/lines.ts';
import { readInput } from '../../src/io/read-input.ts';
import type { ReadOptions } from '../../src/io/read-input.ts';
import { expandSources } from '../../src/io/sources.ts';

export { temporaryFolder } from '../temporary-folder.ts';

export interface ReadResult {
  /** Lines as `number:text`. */
  readonly lines: readonly string[];
  readonly reasons: readonly string[];
  readonly bytes: number;
}

/** Reads one file as the scan does. */
export async function readLines(
  path: string,
  options: Partial<ReadOptions> = {},
): Promise<ReadResult> {
  const { sources, problems } = expandSources([path]);
  const reasons: string[] = problems.map((problem) => problem.reason);
  const lines: string[] = [];
  let bytes = 0;
  const onProblem = (problem: Problem): void =>
    void reasons.push(`${problem.line}:${problem.reason}`);
  const maxLine = options.maxEventSize ?? 1 << 20;
  for (const source of sources) {
    const reading = { onProblem, onBytes: (count: number) => (bytes += count), ...options };
    for await (const block of readInput(source, { ...reading, maxEventSize: maxLine })) {
      eachLine(
        block,
        maxLine,
        (start, end, line) => lines.push(`${line}:${block.buffer.toString('utf8', start, end)}`),
        (line) => onProblem({ reason: 'line-too-long', line }),
      );
    }
  }
  return { lines, reasons, bytes };
}
