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
export function unfinishedLine({ line }: Generation, bytes: number): Problem {
  return { reason: 'unfinished-line', line, detail: `its ${bytes} bytes are not read` };
}

/** What was not read when the signal came; undefined when that is nothing. */
export function restNote({ name, packed, size, position }: Generation): string | undefined {
  const left = size - position;
  return packed || left <= 0 ? undefined : `${name}: stopped ${left} bytes before its end`;
}
