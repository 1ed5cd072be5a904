import { Buffer } from 'node:buffer';
import type { Problem } from '../../events/problems.ts';
import { PRINT_SIZE } from './byte-print.ts';
import type { Generation } from './generation.ts';
import { unpacked } from './packed.ts';
import { countLines, lastBytes, type LineTarget, type Taken } from './read-lines.ts';

const LINE_FEED = 0x0a;

export interface PackedHooks {
  readonly onProblem: (problem: Problem) => void;
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal;
  /** Most bytes that a line may have. */
  readonly maxLine: number;
}

/**
 * Hands over the whole lines of a compressed generation from its position on.
 *
 * @returns what is left behind the last line feed
 */
export async function* readPacked<T>(
  generation: Generation,
  target: LineTarget<T>,
  hooks: PackedHooks,
): AsyncGenerator<Taken<T>, Buffer> {
  const { signal } = hooks;
  const { onProblem, onBytes } = hooks;
  target.begin(generation.line - 1, generation);
  generation.seen = generation.position;
  let at = 0;
  let rest: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of unpacked(generation.path, { onProblem, onBytes, signal })) {
    if (head.length < PRINT_SIZE) head = Buffer.concat([head, chunk]).subarray(0, PRINT_SIZE);
    let from = Math.min(chunk.length, Math.max(0, generation.seen - at));
    at += chunk.length;
    if (generation.unended && from < chunk.length) {
      generation.unended = false;
      // The line before it was handed over without its line feed.
      if (chunk[from] === LINE_FEED) {
        from++;
        generation.position++;
        generation.seen++;
      }
    }
    for (let bytes = chunk.subarray(from); bytes.length > 0;) {
      const space = target.space();
      const part = bytes.subarray(0, space.length);
      bytes = bytes.subarray(part.length);
      space.set(part);
      const start = generation.position;
      const answer = target.filled(part.length);
      generation.seen += part.length;
      const last = part.lastIndexOf(LINE_FEED);
      if (last === -1) {
        rest = rest.length > hooks.maxLine ? rest : Buffer.concat([rest, part]);
        continue;
      }
      tail = lastBytes(tail, Buffer.concat([rest, part.subarray(0, last + 1)]));
      rest = Buffer.from(part.subarray(last + 1));
      const end = generation.seen - rest.length;
      const lines = countLines(part);
      yield { answer, start, end, lines, unended: false };
      generation.position = end;
      generation.line += lines;
      generation.tail = tail;
      generation.head = head;
    }
    if (signal.aborted) break;
  }
  return rest;
}
