import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RunLock } from '../../io/write/run-lock.ts';
import {
  readPosition,
  removeComing,
  SegmentReader,
  segmentPath,
  segmentsIn,
} from './spool-disk.ts';

/** A file of the spool. */
export interface Segment {
  readonly number: number;
  /** Bytes that are durable. */
  size: number;
  /** Bodies in it that were not handed over. */
  left: number;
}

/** What an earlier run left in a spool. */
interface Recovered {
  readonly segments: Segment[];
  /** Where to go on in the first of them. */
  readonly offset: number;
  /** When the bodies came, oldest first: milliseconds since the epoch; 0 for what cannot be read. */
  readonly times: number[];
  readonly bytes: number;
  /** Number for the next file. */
  readonly next: number;
}

/**
 * Takes a folder, which is made where it is missing.
 *
 * @param lost called when another run took it while this one stood still
 * @throws KnownError when another run has it
 */
export function takeFolder(dir: string, lost: () => void): RunLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return RunLock.take({ path: join(dir, 'lock'), name: `spool ${dir}`, own: 'folder' }, lost);
}

/** Finds what an earlier run left, and removes the files that are done, and bodies that did not come whole. */
export function recovered(dir: string): Recovered {
  removeComing(dir);
  const place = readPosition(dir);
  const segments: Segment[] = [];
  const times: number[] = [];
  let offset = place.offset;
  let bytes = 0;
  for (const number of segmentsIn(dir)) {
    const path = segmentPath(dir, number);
    if (number < place.segment) {
      rmSync(path, { force: true });
      continue;
    }
    const isFirst = segments.length === 0;
    // The place belongs to the first file that is left, if it is that one.
    if (isFirst && number !== place.segment) offset = 0;
    const start = isFirst ? offset : 0;
    const before = times.length;
    const size = measure(path, start, times);
    segments.push({ number, size, left: times.length - before });
    bytes += Math.max(0, size - start);
  }
  return { segments, offset, times, bytes, next: (segments.at(-1)?.number ?? place.segment) + 1 };
}

/** Where the records of a file end: behind that is one that was never acknowledged. */
function measure(path: string, start: number, times: number[]): number {
  const reader = new SegmentReader(path);
  try {
    const limit = reader.size;
    let offset = start;
    for (;;) {
      const entry = reader.at(offset, limit);
      if (entry.kind === 'end') return offset;
      times.push(entry.kind === 'body' ? entry.head.at : 0);
      offset = entry.end;
    }
  } finally {
    reader.close();
  }
}
