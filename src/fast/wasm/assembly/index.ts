// @ts-nocheck AssemblyScript, compiled by asc
import { holdsAny, mayHold } from './bodies';
import { classOf } from './classes';
import { noteLater, notePending } from './duplicates';
import { step } from './env';
import {
  BLANKS,
  BODY,
  BODY_TABLES,
  CURSOR,
  DONE,
  DROPPED,
  EVENTS,
  FIELD_COUNT,
  FIELD_NETWORKS,
  FIELD_SLOTS,
  FIELD_TABLES,
  FIRST_TIME,
  FULL,
  LINES,
  MAX_DROPPED,
  MAX_LINE,
  MAX_RECORDS,
  MAX_TIME,
  MIN_TIME,
  NEXT_FIELD,
  ODD,
  ODD_END,
  ODD_START,
  OUTSIDE_WINDOW,
  RECORDS,
  RECORD_COUNT,
  RECORD_SIZE,
  RECORD_SLOTS,
  REJECTED,
  SCOPED_OUT,
  SEEN_LIMIT,
  SINCE,
  START_STATE,
  STATE_DROPPED,
  STATE_REJECT,
  STATE_SCOPED_OUT,
  STATE_UNKNOWN,
  TALLIES,
  TALLY,
  TRANSITIONS,
  UNTIL,
} from './layout';
import { isPlainText, lineEnd, networkEnd, spaced } from './text';
import { parsedTime } from './time';
import { seen, walkLine } from './walk';

export { noteLater, notePending } from './duplicates';
export { elements, members } from './nested';
export { findPatterns } from './patterns';
export { search } from './search';
export * from './layout';

/** kind, apiVersion, auditID and stageTimestamp: slots 0 to 3. */
const REQUIRED: u64 = 15;
/** Offsets of slots in a record (src/fast/wasm/slots.ts). */
const AUDIT_ID: usize = 2 << 3;
const STAGE_TIME: usize = 3 << 3;
const STAGE: usize = 4 << 3;
/** The first state that is not final. */
const STATE_OPEN: u32 = STATE_DROPPED + MAX_DROPPED;

function add(address: usize): void {
  store<u32>(address, load<u32>(address) + 1);
}

/** The state behind another when the field that follows on it has a value of a class. */
function follow(state: u32, field: u32, cls: u32): u32 {
  const cell = TRANSITIONS + ((<usize>state) << 9) + ((<usize>cls) << 1);
  let next = <u32>load<u16>(cell);
  if (next == STATE_UNKNOWN) {
    next = step(state, field, cls);
    store<u16>(cell, <u16>next);
  }
  return next;
}

/** State that the header fields of the record lead to, and its body where that decides. */
function verdict(record: usize, present: u64): u32 {
  let state = load<u32>(START_STATE);
  const count = <usize>load<u32>(FIELD_COUNT);
  // In order, as states ask for them: so a value is looked up while the state is not yet known.
  for (let field: usize = 0; field < count && state >= STATE_OPEN; field++) {
    if (<usize>load<u8>(NEXT_FIELD + <usize>state) != field) continue;
    const slot = <usize>load<u8>(FIELD_SLOTS + field);
    let cls: u32 = 0;
    if (((present >> <u64>slot) & 1) != 0) {
      const span = record + RECORD_SLOTS + (slot << 3);
      const from = <usize>load<u32>(span);
      const to = <usize>load<u32>(span, 4);
      const table = <usize>load<u32>(FIELD_TABLES + (field << 2));
      if (table == 0) {
        const network = load<u8>(FIELD_NETWORKS + field) == 0 ? 0 : networkEnd(from, to);
        cls = classOf(field, from, (network == 0 ? to : network) - from);
      } else cls = u32(spaced || holdsAny(table, from, to));
    }
    state = follow(state, <u32>field, cls);
  }
  if (state >= STATE_OPEN && <u32>load<u8>(NEXT_FIELD + <usize>state) == BODY) {
    const table = <usize>load<u32>(BODY_TABLES + ((<usize>state) << 2));
    state = follow(state, BODY, u32(mayHold(table, record, present)));
  }
  return state;
}

/** Address behind the blanks that may end a line; a carriage return is one. */
function isTail(p: usize, end: usize): bool {
  while (p < end) {
    const c = load<u8>(p++);
    if (c != 0x20 && c != 0x09 && c != 0x0d) return false;
  }
  return true;
}

/** Counts an event that was rejected for certain. */
function reject(time: i64): void {
  add(REJECTED);
  if (time < load<i64>(MIN_TIME)) store<i64>(MIN_TIME, time);
  if (time > load<i64>(MAX_TIME)) store<i64>(MAX_TIME, time);
}

function odd(start: usize, end: usize): i32 {
  store<u32>(ODD_START, <u32>start);
  store<u32>(ODD_END, <u32>end);
  return ODD;
}

/**
 * Scans lines from CURSOR to `limit`, which is behind a line feed; at least 80 readable bytes that
 * are no line feed and hold a quote must follow.
 *
 * @returns DONE; ODD for a line that JavaScript must decode (CURSOR is behind it, it is not in
 *   LINES); FULL when the records must be taken first
 */
export function scan(limit: usize): i32 {
  const answer = scanLines(limit);
  notePending();
  return answer;
}

function scanLines(limit: usize): i32 {
  let p = <usize>load<u32>(CURSOR);
  let count = load<u32>(RECORD_COUNT);
  const maxLine = <usize>load<u32>(MAX_LINE);
  const since = load<i64>(SINCE);
  const until = load<i64>(UNTIL);
  while (p < limit) {
    if (count == MAX_RECORDS) {
      store<u32>(CURSOR, <u32>p);
      store<u32>(RECORD_COUNT, count);
      return FULL;
    }
    const start = p;
    const end = lineEnd(p);
    p = end + 1;
    if (end == start || (end == start + 1 && load<u8>(start) == 0x0d)) {
      add(LINES);
      add(BLANKS);
      continue;
    }
    const record = RECORDS + <usize>count * RECORD_SIZE;
    let close: usize = 0;
    if (load<u8>(start) == 0x7b && end - start <= maxLine) {
      close = walkLine(start, end, record);
    }
    if (close == 0 || (seen & REQUIRED) != REQUIRED || !isTail(close, end)) {
      store<u32>(CURSOR, <u32>p);
      store<u32>(RECORD_COUNT, count);
      return odd(start, end);
    }
    const time = parsedTime;
    const present = seen;
    if (load<u32>(SEEN_LIMIT) != 0) {
      const id = record + RECORD_SLOTS + AUDIT_ID;
      const stage = record + RECORD_SLOTS + STAGE;
      const hasStage = ((present >> (STAGE >> 3)) & 1) != 0;
      const stageFrom = hasStage ? <usize>load<u32>(stage) : 0;
      const stageTo = hasStage ? <usize>load<u32>(stage, 4) : 0;
      const from = <usize>load<u32>(id);
      const to = <usize>load<u32>(id, 4);
      if (!isPlainText(from, to) || !isPlainText(stageFrom, stageTo)) {
        store<u32>(CURSOR, <u32>p);
        store<u32>(RECORD_COUNT, count);
        return odd(start, end);
      }
      const at = record + RECORD_SLOTS + STAGE_TIME;
      noteLater(from, to, stageFrom, stageTo, <usize>load<u32>(at), <usize>load<u32>(at, 4));
    }
    const inWindow = time >= since && time < until;
    const state = inWindow ? verdict(record, present) : STATE_UNKNOWN;
    add(LINES);
    if (load<i64>(FIRST_TIME) == 0) store<i64>(FIRST_TIME, time);
    add(EVENTS);
    if (state == STATE_REJECT) {
      reject(time);
    } else if (state == STATE_SCOPED_OUT) {
      add(SCOPED_OUT);
    } else if (state == STATE_UNKNOWN) {
      add(OUTSIDE_WINDOW);
    } else if (state < STATE_OPEN) {
      add(DROPPED + ((<usize>(state - STATE_DROPPED)) << 2));
    } else if (<u32>load<u8>(NEXT_FIELD + <usize>state) == TALLY) {
      add(TALLIES + ((<usize>state) << 2));
      reject(time);
    } else {
      store<u32>(record, state);
      store<u32>(record, load<u32>(LINES), 4);
      store<u32>(record, <u32>start, 8);
      store<u32>(record, <u32>close, 12);
      store<u64>(record, present, 16);
      store<u32>(record, load<u32>(EVENTS), 24);
      store<u32>(record, u32(spaced), 28);
      store<i64>(record, time, 32);
      count++;
    }
  }
  store<u32>(CURSOR, <u32>p);
  store<u32>(RECORD_COUNT, count);
  return DONE;
}
