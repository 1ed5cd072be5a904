import { behindFound, heldBy, textsIn } from './bodies';
import { classOf } from './classes';
import { isKeyText, noteLater, noteNow, notePending } from './duplicates';
import { step } from './env';
import {
  ANSWER,
  HELD,
  MAX,
  MEMORY,
  NEXT,
  RECORD,
  SEEN,
  SLOT,
  SPAN,
  STATE,
  STATUS,
} from './layout.gen';
import {
  eventContext,
  lineFeed,
  lineStart,
  moreLines,
  readLine,
  waits,
  waitsForText,
} from './read-line';
import { scratchEnd } from './shapes';
import { lineEnd, networkEnd, spaced } from './text';
import { tighten } from './tighten';
import { parsedTime } from './time';
import { seen, walkLine } from './walk';

export { keyedHash, noteNow } from './duplicates';
export { elements, members } from './nested';
export { findPatterns } from './patterns';
export { search } from './search';

function add(address: usize): void {
  store<u32>(address, load<u32>(address) + 1);
}

/** The state behind another when the field that follows on it has a value of a class. */
function follow(state: u32, field: u32, cls: u32): u32 {
  const cell = MEMORY.transitions + ((<usize>state * MAX.classes + <usize>cls) << 1);
  let next = <u32>load<u16>(cell);
  if (next == STATE.unknown) {
    next = step(state, field, cls);
    store<u16>(cell, <u16>next);
  }
  return next;
}

/** Behind the closing brace of the event that was read. */
let lineClose: usize = 0;

/** Takes the blanks between the tokens of the line away, when it has any: texts that are searched have none. */
function withoutBlanks(record: usize): void {
  if (!spaced) return;
  lineClose = walkLine(lineStart, tighten(lineStart, lineClose), record);
}

/** State that the header fields of the record lead to, and its body where that decides. */
function verdict(record: usize, present: u64): u32 {
  let state = load<u32>(STATUS.startState);
  const count = <usize>load<u32>(STATUS.fieldCount);
  // In order, as states ask for them: so a value is looked up while the state is not yet known.
  for (let field: usize = 0; field < count && state >= STATE.open; field++) {
    if (<usize>load<u8>(MEMORY.nextField + <usize>state) != field) continue;
    const slot = <usize>load<u8>(MEMORY.fieldSlots + field);
    let cls: u32 = 0;
    if (((present >> <u64>slot) & 1) != 0) {
      const table = <usize>load<u32>(MEMORY.fieldTables + (field << 2));
      if (table != 0) withoutBlanks(record);
      const span = record + RECORD.slots + slot * SPAN.size;
      const from = <usize>load<u32>(span, SPAN.start);
      const to = <usize>load<u32>(span, SPAN.end);
      if (table == 0) {
        const network = load<u8>(MEMORY.fieldNetworks + field) == 0 ? 0 : networkEnd(from, to);
        cls = classOf(field, from, (network == 0 ? to : network) - from);
      } else cls = textsIn(table, from, to);
    }
    state = follow(state, <u32>field, cls);
  }
  if (state >= STATE.open && <u32>load<u8>(MEMORY.nextField + <usize>state) == NEXT.body) {
    const table = <usize>load<u32>(MEMORY.bodyTables + ((<usize>state) << 2));
    withoutBlanks(record);
    const held = heldBy(table, record, present);
    const next = held == HELD.some ? behindFound(state) : 0;
    state = next != 0 ? next : follow(state, NEXT.body, held == HELD.none ? held : HELD.unknown);
  }
  return state;
}

/** Counts an event that was rejected for certain. */
function reject(time: i64): void {
  add(STATUS.rejected);
  if (time < load<i64>(STATUS.minTime)) store<i64>(STATUS.minTime, time);
  if (time > load<i64>(STATUS.maxTime)) store<i64>(STATUS.maxTime, time);
}

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
  const since = load<i64>(STATUS.since);
  const until = load<i64>(STATUS.until);
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
    if (close == 0) {
      if (waitsForText) {
        store<u32>(STATUS.cursor, <u32>start);
        store<u32>(STATUS.recordCount, count);
        return ANSWER.waits;
      }
      const isFull = waits && count > 0;
      store<u32>(STATUS.cursor, <u32>(isFull ? start : p));
      store<u32>(STATUS.recordCount, count);
      return isFull ? ANSWER.full : odd(start, end);
    }
    const time = parsedTime;
    const present = seen;
    if (load<u32>(STATUS.seenLimit) != SEEN.none) {
      const id = record + RECORD.slots + SLOT.auditID * SPAN.size;
      const stage = record + RECORD.slots + SLOT.stage * SPAN.size;
      const at = record + RECORD.slots + SLOT.stageTimestamp * SPAN.size;
      const from = <usize>load<u32>(id, SPAN.start);
      const to = <usize>load<u32>(id, SPAN.end);
      const stageFrom = <usize>load<u32>(stage, SPAN.start);
      const stageTo = <usize>load<u32>(stage, SPAN.end);
      const timeFrom = <usize>load<u32>(at, SPAN.start);
      const timeTo = <usize>load<u32>(at, SPAN.end);
      if (!isKeyText(from, to) || !isKeyText(stageFrom, stageTo) || !isKeyText(timeFrom, timeTo)) {
        store<u32>(STATUS.cursor, <u32>p);
        store<u32>(STATUS.recordCount, count);
        return odd(start, end);
      }
      if (load<u32>(STATUS.leavesRepeatedOut) == 0) {
        noteLater(from, to, stageFrom, stageTo, timeFrom, timeTo);
      } else if (noteNow(from, to, stageFrom, stageTo, timeFrom, timeTo)) {
        add(STATUS.lines);
        add(STATUS.repeated);
        p = lineFeed + 1;
        addLines();
        continue;
      }
    }
    const inWindow = time >= since && time < until;
    lineClose = close;
    p = lineFeed + 1;
    const state = inWindow ? verdict(record, present) : STATE.unknown;
    add(STATUS.lines);
    if (load<i64>(STATUS.firstTime) == 0) store<i64>(STATUS.firstTime, time);
    add(STATUS.events);
    if (state == STATE.reject) {
      reject(time);
    } else if (state == STATE.scopedOut) {
      add(STATUS.scopedOut);
    } else if (state == STATE.unknown) {
      add(STATUS.outsideWindow);
    } else if (state < STATE.open) {
      add(STATUS.dropped + ((<usize>(state - STATE.dropped)) << 2));
    } else if (<u32>load<u8>(MEMORY.nextField + <usize>state) == NEXT.tally) {
      add(MEMORY.tallies + ((<usize>state) << 2));
      reject(time);
    } else {
      withoutBlanks(record);
      store<u32>(record, state, RECORD.state);
      store<u32>(record, load<u32>(STATUS.lines), RECORD.line);
      store<u32>(record, <u32>lineStart, RECORD.start);
      store<u32>(record, <u32>lineClose, RECORD.end);
      store<u64>(record, present, RECORD.seenLow);
      store<u32>(record, load<u32>(STATUS.events), RECORD.number);
      store<u32>(record, eventContext, RECORD.context);
      store<i64>(record, time, RECORD.time);
      if (eventContext != 0) store<u32>(STATUS.scratchUsed, <u32>scratchEnd);
      count++;
    }
    addLines();
  }
  store<u32>(STATUS.cursor, <u32>p);
  store<u32>(STATUS.recordCount, count);
  return ANSWER.done;
}
