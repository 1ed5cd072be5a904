import { Buffer } from 'node:buffer';
import type { FollowStep } from './follow-steps.ts';
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
