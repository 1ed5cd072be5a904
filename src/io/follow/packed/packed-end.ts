// Room io/follow/packed: compressed files that are followed; they may be written still.
// Door: packed-end.ts, for the reader of a track.
// Neighbours: reads by ../packed.ts, in the terms of ../read-lines.ts; the clock and what is told come from the reader.
// Inside: packed-end.ts knows when to look at such a file again, read-packed.ts goes on where reading stopped.

import type { Buffer } from 'node:buffer';
import type { Problem } from '../../../events/problems.ts';
import type { FileFacts } from '../disk.ts';
import type { FollowOptions } from '../follow-steps.ts';
import type { Generation } from '../generation.ts';
import type { LineTarget, Taken } from '../read-lines.ts';
import { readPacked } from './read-packed.ts';

/** How a compressed file ended when it was read, which may not have been its end. */
export interface PackedEnd {
  /** What was wrong with it. */
  readonly problems: readonly Problem[];
  /** What is behind its last line feed. */
  readonly rest: Buffer;
  /** Size and time of change of the file before it was read. */
  readonly facts: Pick<FileFacts, 'size' | 'modified'>;
  /** When it was read, and how many milliseconds that took. */
  readonly readAt: number;
  readonly took: number;
}

/** A file that grows is expanded from its start each time: that takes at most a tenth of the time. */
const SHARE = 10;

/** True for an end that more data may put right: nothing is said of it before nobody writes any more. */
export function mayGoOn({ problems, rest }: Pick<PackedEnd, 'problems' | 'rest'>): boolean {
  if (problems.some(({ reason }) => reason !== 'decompress-cut')) return false;
  return problems.length > 0 || rest.length > 0;
}

/** True when the file has changed since, and it is time to read it again. */
export function isDue(end: PackedEnd, facts: FileFacts, now: number, last: boolean): boolean {
  const { readAt, took } = end;
  if (end.facts.size === facts.size && end.facts.modified === facts.modified) return false;
  return last || now - readAt >= took * SHARE;
}

/** Hands over the new lines of a compressed file; undefined when the signal stops that. */
export async function* readToEnd<T>(
  generation: Generation,
  target: LineTarget<T>,
  { now, onBytes, signal, maxEventSize, once }: FollowOptions,
  facts: FileFacts,
): AsyncGenerator<Taken<T>, PackedEnd | undefined> {
  // Following ends by the signal: what is compressed is read to its end all the same.
  const heard = once ? signal : new AbortController().signal;
  const readAt = now();
  const problems: Problem[] = [];
  generation.size = facts.size;
  generation.modified = facts.modified;
  const rest = yield* readPacked(generation, target, {
    onProblem: (problem) => void problems.push(problem),
    onBytes,
    signal: heard,
    maxLine: maxEventSize,
  });
  return heard.aborted ? undefined : { problems, rest, facts, readAt, took: now() - readAt };
}
