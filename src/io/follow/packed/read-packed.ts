import { Buffer } from 'node:buffer';
import type { Problem } from '../../../events/problems.ts';
import { PRINT_SIZE, startsWith, type Print } from '../byte-print.ts';
import { newGeneration, type Generation } from '../generation.ts';
import { unpacked } from '../packed.ts';
import { countLines, lastBytes, type LineTarget, type Taken } from '../read-lines.ts';

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
  const { onBytes } = hooks;
  let isWhole = true;
  const onProblem = (problem: Problem): void => {
    isWhole = false;
    hooks.onProblem(problem);
  };
  target.begin(generation.line - 1, generation);
  const begun = generation.position;
  generation.seen = begun;
  let at = 0;
  let passed: Buffer = Buffer.alloc(0);
  let rest: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of unpacked(generation.path, { onProblem, onBytes, signal })) {
    if (head.length < PRINT_SIZE) head = Buffer.concat([head, chunk]).subarray(0, PRINT_SIZE);
    let from = Math.min(chunk.length, Math.max(0, generation.seen - at));
    if (at < begun) {
      passed = lastBytes(passed, chunk.subarray(0, from));
      const isOther = at + from === begun && !endsWith(passed, generation.tail);
      if (isOther) return yield* readPacked(asOther(generation), target, hooks);
    }
    at += chunk.length;
    if (generation.unended && from < chunk.length) {
      generation.unended = false;
      const known = Buffer.isBuffer(generation.tail) ? generation.tail : Buffer.alloc(0);
      // The line before it was handed over without its line feed.
      if (chunk[from] === LINE_FEED) {
        from++;
        generation.position++;
        generation.seen++;
        generation.tail = lastBytes(known, chunk.subarray(from - 1, from));
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
  const isShorter = at < begun && isWhole && !signal.aborted;
  return isShorter ? yield* readPacked(asOther(generation), target, hooks) : rest;
}

/** True when bytes end with those that are known. */
function endsWith(bytes: Buffer, print: Print): boolean {
  return startsWith(bytes.subarray(Math.max(0, bytes.length - print.length)), print);
}

/** Another file of the same start: nothing was read of it. */
function asOther(generation: Generation): Generation {
  const { id, path, name, state, quietSince, size, modified } = generation;
  const fresh = newGeneration({ id, path, name, state }, quietSince);
  return Object.assign(generation, fresh, { packed: true, size, modified });
}
