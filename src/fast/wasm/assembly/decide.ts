import { behindFound, heldBy, textsIn } from './bodies';
import { classOf } from './classes';
import { isKeyText, noteLater, noteNow } from './duplicates';
import { step } from './env';
import { HELD, MAX, MEMORY, NEXT, RECORD, SEEN, SLOT, SPAN, STATE, STATUS } from './layout.gen';
import { tighten } from './nested';
import { networkEnd, spaced } from './text';
import { parsedTime } from './time';
import { seen, walkLine } from './walk';

export function add(address: usize): void {
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

/** The line's object: from here up to `lineClose`, which is behind its closing brace. */
let lineStart: usize = 0;
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

function slotFrom(record: usize, slot: u32): usize {
  return <usize>load<u32>(record + RECORD.slots + <usize>slot * SPAN.size, SPAN.start);
}

function slotTo(record: usize, slot: u32): usize {
  return <usize>load<u32>(record + RECORD.slots + <usize>slot * SPAN.size, SPAN.end);
}

/** True when the bytes of what tells an event from its copies are its text. */
export function isTold(record: usize): bool {
  return (
    isKeyText(slotFrom(record, SLOT.auditID), slotTo(record, SLOT.auditID)) &&
    isKeyText(slotFrom(record, SLOT.stage), slotTo(record, SLOT.stage)) &&
    isKeyText(slotFrom(record, SLOT.stageTimestamp), slotTo(record, SLOT.stageTimestamp))
  );
}

/** Notes an event; true when it came before and is to be left out. */
function isRepeated(record: usize): bool {
  const id = slotFrom(record, SLOT.auditID);
  const idEnd = slotTo(record, SLOT.auditID);
  const stage = slotFrom(record, SLOT.stage);
  const stageEnd = slotTo(record, SLOT.stage);
  const time = slotFrom(record, SLOT.stageTimestamp);
  const timeEnd = slotTo(record, SLOT.stageTimestamp);
  if (load<u32>(STATUS.leavesRepeatedOut) != 0) {
    return noteNow(id, idEnd, stage, stageEnd, time, timeEnd);
  }
  noteLater(id, idEnd, stage, stageEnd, time, timeEnd);
  return false;
}

/**
 * Decides on the event that was walked last, and counts it.
 *
 * @returns true when JavaScript must judge it: then the record is filled
 */
export function decide(record: usize, start: usize, close: usize, context: u32): bool {
  const time = parsedTime;
  const present = seen;
  if (load<u32>(STATUS.seenLimit) != SEEN.none && isRepeated(record)) {
    add(STATUS.repeated);
    return false;
  }
  const inWindow = time >= load<i64>(STATUS.since) && time < load<i64>(STATUS.until);
  lineStart = start;
  lineClose = close;
  const state = inWindow ? verdict(record, present) : STATE.unknown;
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
    store<u32>(record, <u32>start, RECORD.start);
    store<u32>(record, <u32>lineClose, RECORD.end);
    store<u64>(record, present, RECORD.seenLow);
    store<u32>(record, load<u32>(STATUS.events), RECORD.number);
    store<u32>(record, context, RECORD.context);
    store<i64>(record, time, RECORD.time);
    return true;
  }
  return false;
}
