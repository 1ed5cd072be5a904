import type { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorText } from '../../io/error-text.ts';
import { KnownError } from '../../util/errors.ts';
import { ShapeError } from './checks.ts';
import { fileLines, type FileLine } from './line-cursor.ts';
import type { RecordedStep } from '../recorded.ts';
import { MAX_LINE } from './partial-writer.ts';
import { amountsOf, findingOf, parseRecord, type PartialLine } from './record-codec.ts';

/** Longest line in bytes: a character has three at most. */
const MAX_BYTES = 3 * MAX_LINE;

/** A text of a file, for a message of one line. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100)).slice(1, -1);
}

/** The time that a line tells first, in nanoseconds since the epoch. */
export function firstTime(record: PartialLine): bigint | undefined {
  if (record.kind === 'event') return record.value.time === 0n ? undefined : record.value.time;
  return record.kind === 'amounts' ? record.value.summary.firstEventTime : undefined;
}

/** What a line hands over; undefined for the lines around. */
export function stepOf(record: PartialLine): RecordedStep | undefined {
  if (record.kind === 'event') {
    const { time, findings } = record.value;
    return { kind: 'event', time, findings: findings.map(findingOf) };
  }
  if (record.kind !== 'amounts') return undefined;
  return { kind: 'amounts', amounts: amountsOf(record.value) };
}

/** Reads a line. @throws KnownError with its place */
export function recordOf({ bytes, isWhole }: FileLine, place: string): PartialLine {
  try {
    if (!isWhole) throw new ShapeError('the line is cut');
    return parseRecord(bytes.toString('utf8'));
  } catch (error) {
    const text = error instanceof ShapeError ? error.message : 'the line is no JSON';
    throw new KnownError('input', `${place}: this is no partial result: ${text}`);
  }
}

/** The lines of a part of a file. It is opened for each read, so that there may be more files than descriptors. */
export function linesOf(path: string, from: number, to: number): Generator<FileLine> {
  const tooLong = (line: number): KnownError =>
    new KnownError('input', `${path}:${line}: the line is longer than any of a partial result`);
  const read = (into: Buffer, position: number): number =>
    withFile(path, (fd) => readSync(fd, into, 0, into.length, position));
  return fileLines(read, from, to, MAX_BYTES, tooLong);
}

/** The size of a partial result in bytes. @throws KnownError when it is no file that can be read twice */
export function sizeOf(path: string): number {
  return withFile(path, (fd) => {
    const stats = fstatSync(fd);
    if (stats.isFile()) return stats.size;
    throw new KnownError('input', `${path} is no regular file: a partial result is read twice`);
  });
}

function withFile<T>(path: string, use: (fd: number) => T): T {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return use(fd);
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('input', `cannot read ${path}: ${errorText(error)}`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
