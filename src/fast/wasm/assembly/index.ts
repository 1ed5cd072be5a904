import { add, decide, isTold } from './decide';
import { notePending } from './duplicates';
import { ANSWER, LISTED, MAX, MEMORY, RECORD, SEEN, STATUS } from './layout.gen';
import { place, placedEnd } from './payloads';
import {
  eventContext,
  lineFeed,
  lineStart,
  moreLines,
  readLine,
  waits,
  waitsForText,
} from './read-line';
import { isTail, scratchEnd } from './shapes';
import { lineEnd } from './text';
import { seen, walkLine } from './walk';
import { isWhole } from './whole';

export { keyedHash, noteNow } from './duplicates';
export { elements, members } from './nested';
export { findPatterns, search } from './patterns';
export { findPayloads } from './payloads';

function odd(start: usize, end: usize): i32 {
  store<u32>(STATUS.oddStart, <u32>start);
  store<u32>(STATUS.oddEnd, <u32>end);
  return ANSWER.odd;
}

/**
 * Scans lines from STATUS.cursor to `limit`, which is behind a line feed; MAX.overread bytes that
 * are no line feed and hold a quote must follow.
 *
 * @returns one of ANSWER: done; odd for a line that JavaScript must decode (the cursor is behind it, and
 *   it is not among the lines counted); full when the records must be taken first
 */
export function scan(limit: usize): i32 {
  const answer = scanLines(limit);
  notePending();
  return answer;
}

/** Counts the further lines of an event that came in parts. */
function addLines(): void {
  if (moreLines == 0) return;
  store<u32>(STATUS.lines, load<u32>(STATUS.lines) + moreLines);
  store<u32>(STATUS.continuations, load<u32>(STATUS.continuations) + moreLines);
}

function scanLines(limit: usize): i32 {
  let p = <usize>load<u32>(STATUS.cursor);
  let count = load<u32>(STATUS.recordCount);
  while (p < limit) {
    if (count == MAX.records) {
      store<u32>(STATUS.cursor, <u32>p);
      store<u32>(STATUS.recordCount, count);
      return ANSWER.full;
    }
    const start = p;
    const end = lineEnd(p);
    p = end + 1;
    if (end == start || (end == start + 1 && load<u8>(start) == 0x0d)) {
      add(STATUS.lines);
      add(STATUS.blanks);
      continue;
    }
    const record = MEMORY.records + <usize>count * RECORD.size;
    const close = readLine(start, end, limit, record);
    if (close == 0 && waitsForText) {
      store<u32>(STATUS.cursor, <u32>start);
      store<u32>(STATUS.recordCount, count);
      return ANSWER.waits;
    }
    const isRead = close != 0 && (load<u32>(STATUS.seenLimit) == SEEN.none || isTold(record));
    if (!isRead) {
      const isFull = close == 0 && waits && count > 0;
      store<u32>(STATUS.cursor, <u32>(isFull ? start : p));
      store<u32>(STATUS.recordCount, count);
      return isFull ? ANSWER.full : odd(start, end);
    }
    p = lineFeed + 1;
    add(STATUS.lines);
    if (decide(record, lineStart, close, eventContext)) {
      if (eventContext != 0) store<u32>(STATUS.scratchUsed, <u32>scratchEnd);
      count++;
    }
    addLines();
  }
  store<u32>(STATUS.cursor, <u32>p);
  store<u32>(STATUS.recordCount, count);
  return ANSWER.done;
}

/**
 * Decides on the event whose text of `length` bytes is in MEMORY.payload; quotes follow on it.
 *
 * @param line what RECORD.line will be
 * @param around what RECORD.context will be
 * @returns false when only the decoder can tell what the text is: then nothing was counted
 */
export function takeText(length: usize, line: u32, around: u32): bool {
  const start: usize = MEMORY.payload;
  const record = MEMORY.records + <usize>load<u32>(STATUS.recordCount) * RECORD.size;
  const close = walkLine(start, start + length, record);
  if (close == 0 || !isWhole(record, seen) || !isTail(close, start + length)) return false;
  if (load<u32>(STATUS.seenLimit) != SEEN.none && !isTold(record)) return false;
  if (decide(record, start, close, around)) {
    store<u32>(record, line, RECORD.line);
    add(STATUS.recordCount);
  }
  notePending();
  return true;
}

/**
 * Decides on listed events, MEMORY.listed from one index up to another, one after the other. The line that they are
 * in is not counted; it becomes that of their records.
 *
 * @returns the index of the first that there was no room for a record for; `count` when all are decided
 */
export function takePayloads(from: u32, count: u32): u32 {
  let index = from;
  for (; index < count && load<u32>(STATUS.recordCount) < MAX.records; index++) {
    const entry = MEMORY.listed + <usize>index * LISTED.size;
    const start = place(entry);
    const record = MEMORY.records + <usize>load<u32>(STATUS.recordCount) * RECORD.size;
    const close = walkLine(start, placedEnd, record);
    if (decide(record, start, close, load<u32>(entry, LISTED.context))) add(STATUS.recordCount);
  }
  notePending();
  return index;
}
