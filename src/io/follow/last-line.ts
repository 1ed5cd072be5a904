import { Buffer } from 'node:buffer';
import type { Problem } from '../../events/problems.ts';
import type { FollowOptions, FollowStep } from './follow-steps.ts';
import type { Generation } from './generation.ts';
import { lastBytes, type LineTarget, type Taken } from './read-lines.ts';

/**
 * What becomes of the bytes behind the last line feed: they are a line when they are whole, or too long to
 * be kept. Else the line is cut when its file has ended; when reading stops, it is the next run's.
 */
export function fateOf(
  bytes: Buffer,
  maxLine: number,
  hasEnded: boolean,
): 'none' | 'line' | 'cut' | 'unfinished' {
  if (bytes.length === 0) return 'none';
  // One byte over the limit may be a carriage return.
  if (bytes.length > maxLine + 1 && hasEnded) return 'line';
  if (isWhole(bytes)) return 'line';
  return hasEnded ? 'cut' : 'unfinished';
}

/** Whether a file may grow, has come to its end, or is left while it may still grow. */
export function stageOf(
  { state, modified, quietSince }: Generation,
  last: boolean,
  { now, date, once, rotateWait, checkpoint }: FollowOptions,
): 'open' | 'left' | 'ended' {
  const isOld = state === 'old';
  // A single look tells by the file's time whether it may still grow.
  const quiet = once ? date() - Number(modified / 1_000_000n) : now() - quietSince;
  if (isOld && quiet >= rotateWait) return 'ended';
  if (!last) return 'open';
  // A checkpoint keeps what may still grow.
  return isOld && checkpoint === undefined ? 'ended' : 'left';
}

/** True for a line of which, behind whatever prefix, the JSON is at its end. */
function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trimEnd();
  const start = text.indexOf('{');
  if (start === -1 || !text.endsWith('}')) return false;
  try {
    JSON.parse(text.slice(start));
    return true;
  } catch {
    return false;
  }
}

/** Hands the last line over, which has no line feed. */
export function takeLine<T>(
  generation: Generation,
  bytes: Buffer,
  target: LineTarget<T>,
): Taken<T> {
  const { line, position } = generation;
  target.begin(line - 1, generation);
  for (let at = 0; at < bytes.length;) {
    const space = target.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    target.filled(part.length);
    at += part.length;
  }
  const end = position + bytes.length;
  return { answer: target.end(), start: position, end, lines: 1, unended: true };
}

/** Moves a generation behind a line that was handed over so. */
export function passLine(generation: Generation, bytes: Buffer): void {
  generation.position += bytes.length;
  generation.seen = generation.position;
  generation.line++;
  generation.unended = true;
  // Of what an earlier run read there is the fingerprint only: fewer bytes do too.
  const tail = Buffer.isBuffer(generation.tail) ? generation.tail : Buffer.alloc(0);
  generation.tail = lastBytes(tail, bytes);
}

/** The step that says of a generation that it has come to its end. */
export function endStep<T>(generation: Generation): FollowStep<T> {
  const { position } = generation;
  const none = { start: position, end: position, lines: 0, unended: false, replayed: 0 };
  return { ...none, generation, answer: undefined, ended: true };
}

/** A line whose file ended before it did. */
export function cutLine({ line }: Generation, bytes: number): Problem {
  return { reason: 'cut-line', line, detail: `${bytes} bytes of it were read` };
}

/** A line that had no end when reading stopped. */
export function unfinishedLine({ line }: Generation, { length }: Buffer): Problem {
  return { reason: 'unfinished-line', line, detail: `its ${length} bytes are not read` };
}

/** That the next run reads such a line. */
export function leftNote({ name, line }: Generation, { length }: Buffer): string {
  return `${name}: line ${line} has no end yet: its ${length} bytes are left for the next run`;
}

/** What was not read when the signal came. */
export function restNotes(generations: readonly Generation[]): string[] {
  return generations.flatMap(({ name, packed, size, position }) => {
    const left = size - position;
    return packed || left <= 0 ? [] : [`${name}: stopped ${left} bytes before its end`];
  });
}
