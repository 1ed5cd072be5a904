// Room io/follow: reads files that grow, rotate and are emptied; no line of them is lost in silence.
// Door: follow.ts, followed-files.ts (which names), checkpoint.ts (where a run goes on), follow-steps.ts.
// Neighbours: uses io to unpack; scan decodes the blocks of whole lines it hands over, each of one generation.
// Inside: decide.ts and names.ts are pure; track.ts looks at files, track-reader.ts reads, follower.ts has the clock.

import type { FollowOptions, FollowStep } from './follow-steps.ts';
import type { FollowedFile } from './followed-files.ts';
import { Follower } from './follower.ts';
import type { LineTarget } from './read-lines.ts';

export type { LineTarget } from './read-lines.ts';

/**
 * Reads files and what is added to them, through rotation and truncation, until the signal comes.
 *
 * Lines go to the target, whole and of one generation after the other; after each step the caller
 * does with them what it likes. Who wants checkpoints sets `generation.kept` when what it made of the
 * lines is written out, before it asks for the next step.
 */
export function followFiles<T>(
  files: readonly FollowedFile[],
  options: FollowOptions,
  target: LineTarget<T>,
): AsyncGenerator<FollowStep<T>> {
  return new Follower(files, options, target).run();
}
