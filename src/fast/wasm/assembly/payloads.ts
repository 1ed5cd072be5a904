import {
  KEY,
  LISTED,
  MAX,
  MEMBER,
  MEMORY,
  PAYLOAD,
  RECORD,
  SLOT,
  SPAN,
  STATUS,
} from './layout.gen';
import { members } from './nested';
import { isKeyText } from './duplicates';
import { hasSize } from './shapes';
import { quoteOrBackslash, stringEnd } from './text';
import { firstFeed, textEnd, unescape } from './unescape';
import { findKey, foreign, seen, walkLine } from './walk';
import { isWhole } from './whole';

/** Objects deeper than this are not looked at. */
const MAX_LEVELS: i32 = 16;
/** The longest key of an event that an object may start with. */
const LONGEST_KEY: usize = 32;

/** Members that wrappers read for what is around an event. */
const AROUND: u64 =
  ((<u64>1) << SLOT.hostname) | ((<u64>1) << SLOT.kubernetes) | ((<u64>1) << SLOT.openshift);

/** A record that is used to look only. */
const TRIAL: usize = MEMORY.records + MAX.records * RECORD.size;

/** Levels of objects and arrays around the place that {@link findPayloads} has come to. */
let level: i32 = 0;

function slotStart(slot: u32): usize {
  return <usize>load<u32>(TRIAL + RECORD.slots + <usize>slot * SPAN.size, SPAN.start);
}

function slotEnd(slot: u32): usize {
  return <usize>load<u32>(TRIAL + RECORD.slots + <usize>slot * SPAN.size, SPAN.end);
}

/** True when no key of the annotations has an underscore, which wrappers take for a dot. */
function hasPlainKeys(): bool {
  if (((seen >> <u64>SLOT.annotations) & 1) == 0) return true;
  const count = members(slotStart(SLOT.annotations), slotEnd(SLOT.annotations));
  if (count < 0) return false;
  for (let i: usize = 0; i < <usize>count; i++) {
    const entry = MEMORY.members + i * MEMBER.size;
    const end = <usize>load<u32>(entry, MEMBER.keyEnd);
    for (let p = <usize>load<u32>(entry, MEMBER.keyStart); p < end; p++)
      if (load<u8>(p) == 0x5f) return false;
  }
  return true;
}

/**
 * Address behind the object at `p` when it is an event that has only what the API server writes: so no wrapper finds
 * anything in it that a stand-in lacks. 0 for any other.
 */
function eventEnd(p: usize, end: usize): usize {
  const close = walkLine(p, end, TRIAL);
  if (close == 0 || foreign || (seen & AROUND) != 0 || !isWhole(TRIAL, seen)) return 0;
  // Duplicates are told by these.
  if (!isKeyText(slotStart(SLOT.auditID), slotEnd(SLOT.auditID))) return 0;
  if (!isKeyText(slotStart(SLOT.stage), slotEnd(SLOT.stage))) return 0;
  return hasPlainKeys() ? close : 0;
}

/** Writes the text of the string at `p` to MEMORY.payload. @returns as {@link unescape} */
function textOf(p: usize, end: usize): usize {
  const limit = p + MAX.payload;
  return unescape(p + 1, limit < end ? limit : end, MEMORY.payload);
}

/** The kind of payload in MEMORY.payload; PAYLOAD.none when it is no event, or wrappers may look into it. */
function kindOfText(): u32 {
  const close = eventEnd(MEMORY.payload, textEnd);
  if (close == 0 || (firstFeed != 0 && firstFeed < close)) return PAYLOAD.none;
  // Docker cuts texts at this size: there it matters how long one is (families/containers.ts).
  if (hasSize(MEMORY.payload, MEMORY.payload, textEnd, MAX.dockerCut)) return PAYLOAD.none;
  if (close == textEnd) return PAYLOAD.text;
  return close + 1 == textEnd && load<u8>(close) == 0x0a ? PAYLOAD.line : PAYLOAD.none;
}

/** True when what follows on a string shows that it is a key. */
function isKey(p: usize): bool {
  while (load<u8>(p) <= 0x20 && load<u8>(p) != 0x0a) p++;
  return load<u8>(p) == 0x3a;
}

/** True when the object at `p` starts with a key of an event. */
function startsLikeEvent(p: usize): bool {
  p++;
  while (load<u8>(p) == 0x20) p++;
  if (load<u8>(p) != 0x22) return false;
  const close = quoteOrBackslash(p + 1);
  if (close - p > LONGEST_KEY || load<u8>(close) != 0x22) return false;
  return load<u8>(findKey(0, p + 1, close - p - 1), KEY.kind) != 0;
}

/**
 * Lists events among the values of the line that ends at `end`: a LISTED each in MEMORY.listed, in the order of the
 * line. Nothing is changed, and the line needs not be valid. Goes on from STATUS.cursor.
 *
 * @param isStart true for the first call for a line
 * @returns their number; when it is MAX.listed there may be more
 */
export function findPayloads(end: usize, isStart: bool): u32 {
  let p = <usize>load<u32>(STATUS.cursor);
  let count: u32 = 0;
  if (isStart) level = 0;
  while (p < end && count < MAX.listed) {
    const c = <u32>load<u8>(p);
    let kind: u32 = PAYLOAD.none;
    let behind: usize = p + 1;
    if (c == 0x22) {
      // {\"
      const quote = load<u16>(p, 1) == 0x5c7b && load<u8>(p, 3) == 0x22 ? textOf(p, end) : 0;
      behind = (quote == 0 ? stringEnd(p + 1) : quote) + 1;
      if (quote != 0 && !isKey(behind)) kind = kindOfText();
    } else if (c == 0x7b) {
      const close = level < MAX_LEVELS && startsLikeEvent(p) ? eventEnd(p, end) : 0;
      if (close != 0) {
        kind = PAYLOAD.object;
        behind = close;
      } else {
        level++;
      }
    } else if (c == 0x5b) {
      level++;
    } else if (c == 0x7d || c == 0x5d) {
      level--;
    }
    if (kind != PAYLOAD.none) {
      const entry = MEMORY.listed + <usize>count * LISTED.size;
      store<u32>(entry, <u32>p, LISTED.start);
      store<u32>(entry, <u32>behind, LISTED.end);
      store<u32>(entry, kind, LISTED.kind);
      count++;
    }
    p = behind;
  }
  store<u32>(STATUS.cursor, <u32>p);
  return count;
}

/** Set by {@link place}: address behind the text of the payload. */
export let placedEnd: usize = 0;

/** The text of a listed event, which takes the place of the value that holds it. Its address. */
export function place(entry: usize): usize {
  const start = <usize>load<u32>(entry, LISTED.start);
  const end = <usize>load<u32>(entry, LISTED.end);
  placedEnd = end;
  if (load<u32>(entry, LISTED.kind) == PAYLOAD.object) return start;
  textOf(start, end);
  memory.copy(start, MEMORY.payload, textEnd - MEMORY.payload);
  placedEnd = start + (textEnd - MEMORY.payload);
  return start;
}
