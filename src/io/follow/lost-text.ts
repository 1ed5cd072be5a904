import type { Buffer } from 'node:buffer';
import type { Problem } from '../../events/problems.ts';
import type { Generation } from './generation.ts';

/** Bytes of a generation that can be read no more; 0 when it is not known that there were any. */
export function lostBytes({ position }: Generation, bytes: number): Problem {
  const amount = bytes > 0 ? `${bytes} bytes or more` : 'an unknown number of bytes';
  return { reason: 'lost-bytes', line: 0, detail: `${amount} behind byte ${position}` };
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

/** What was not read when the signal came; undefined when that is nothing. */
export function restNote({ name, packed, size, position }: Generation): string | undefined {
  const left = size - position;
  return packed || left <= 0 ? undefined : `${name}: stopped ${left} bytes before its end`;
}
