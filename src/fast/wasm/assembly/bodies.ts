import { step } from './env';
import {
  BITS,
  FOUND,
  HELD,
  MAX,
  MEMORY,
  NEXT,
  OUTCOME,
  PATTERN_TABLE,
  RECORD,
  SLOT,
  SPAN,
  STATUS,
  TEDDY,
} from './layout.gen';
import { findPatterns } from './patterns';
import { isPlainText } from './text';

const TRUNCATED: u64 = (<u64>1) << SLOT.annotationsAuditK8sIoTruncated;
const VERB_AND_LEVEL: u64 = ((<u64>1) << SLOT.verb) | ((<u64>1) << SLOT.level);

/** The area for the patterns that are found here; JavaScript uses the others. */
const FOUND_BYTES: usize = FOUND.bits >> 3;
const FOUND_HERE: usize = MEMORY.found + FOUND.scanner * FOUND_BYTES;
const LAST_OUTCOME: usize = (1 << BITS.outcomes) - 1;

/** The bit of a value that may hold any text. */
const HIDDEN: u32 = 1 << FOUND.hidingEscape;

/**
 * Class of a value by the patterns of a table that it holds, an escape that may hide one included: their bits
 * when there are few, else whether there is one.
 */
export function textsIn(table: usize, from: usize, end: usize): u32 {
  const any = holdsAny(table, from, end);
  const count = load<u32>(table, PATTERN_TABLE.starts + (TEDDY.buckets << 2));
  return count > MAX.maskedTexts ? u32(any) : load<u8>(FOUND_HERE);
}

/** Whether bytes hold a pattern of a table, or an escape that may hide one. */
function holdsAny(table: usize, from: usize, end: usize): bool {
  memory.fill(FOUND_HERE, 0, FOUND_BYTES);
  return findPatterns(table, FOUND_HERE, from, end);
}

/** True for `"Request"` and `"RequestResponse"`. */
function hasBodies(from: usize, to: usize): bool {
  // "Request
  if (load<u64>(from) != 0x7473657571655222) return false;
  if (to - from == 9) return load<u8>(from, 8) == 0x22;
  // Response
  return to - from == 17 && load<u64>(from, 8) == 0x65736e6f70736552 && load<u8>(from, 16) == 0x22;
}

/** True for `"patch"`, and for what may be another spelling of it. */
function mayBePatch(from: usize, to: usize): bool {
  // "patch"
  const isPatch = to - from == 7 && (load<u64>(from) & 0xffffffffffffff) == 0x22686374617022;
  return isPatch || !isPlainText(from, to);
}

/**
 * What is known of the patterns of a table in the effective body: one of HELD. It is known when the event's bodies
 * were logged and the request's is the effective one.
 */
export function heldBy(table: usize, record: usize, present: u64): u32 {
  const slots = record + RECORD.slots;
  if ((present & TRUNCATED) != 0 || (present & VERB_AND_LEVEL) != VERB_AND_LEVEL) {
    return HELD.unknown;
  }
  const level = slots + SLOT.level * SPAN.size;
  if (!hasBodies(<usize>load<u32>(level, SPAN.start), <usize>load<u32>(level, SPAN.end))) {
    return HELD.unknown;
  }
  const verb = slots + SLOT.verb * SPAN.size;
  if (mayBePatch(<usize>load<u32>(verb, SPAN.start), <usize>load<u32>(verb, SPAN.end))) {
    return HELD.unknown;
  }
  if (((present >> <u64>SLOT.requestObject) & 1) == 0) return HELD.none;
  const body = slots + SLOT.requestObject * SPAN.size;
  const from = <usize>load<u32>(body, SPAN.start);
  // A text may hold anything, escaped.
  if (load<u8>(from) == 0x22) return HELD.unknown;
  if (!holdsAny(table, from, <usize>load<u32>(body, SPAN.end))) return HELD.none;
  return (load<u8>(FOUND_HERE) & HIDDEN) == 0 ? HELD.some : HELD.unknown;
}

/** The entry of the patterns just found, behind a state; a free one when they are new. */
function outcomeOf(state: u32): usize {
  let hash: u64 = state;
  for (let at: usize = 0; at < FOUND_BYTES; at += 8) {
    hash = rotl<u64>(hash ^ load<u64>(FOUND_HERE + at), 29) * 0x9e3779b97f4a7c15;
  }
  const first = v128.load(FOUND_HERE);
  const second = v128.load(FOUND_HERE, 16);
  const third = v128.load(FOUND_HERE, 32);
  const fourth = v128.load(FOUND_HERE, 48);
  // Half of the entries stay free (MAX.outcomes), so the search ends.
  let i = <usize>(hash >> 40);
  while (true) {
    const entry = MEMORY.outcomes + (i++ & LAST_OUTCOME) * OUTCOME.size;
    const known = load<u32>(entry, OUTCOME.state);
    if (known == 0) return entry;
    if (known != state) continue;
    const differ = v128.or(
      v128.or(
        v128.xor(first, v128.load(entry, OUTCOME.found)),
        v128.xor(second, v128.load(entry, OUTCOME.found + 16)),
      ),
      v128.or(
        v128.xor(third, v128.load(entry, OUTCOME.found + 32)),
        v128.xor(fourth, v128.load(entry, OUTCOME.found + 48)),
      ),
    );
    if (!v128.any_true(differ)) return entry;
  }
}

/** The state behind another when the patterns just found are all that its body holds; 0 when that is not kept. */
export function behindFound(state: u32): u32 {
  const entry = outcomeOf(state);
  if (load<u32>(entry, OUTCOME.state) == 0) {
    const taken = load<u32>(STATUS.outcomes);
    if (taken == MAX.outcomes) return 0;
    const next = step(state, NEXT.body, HELD.some);
    store<u32>(STATUS.outcomes, taken + 1);
    memory.copy(entry + OUTCOME.found, FOUND_HERE, FOUND_BYTES);
    store<u32>(entry, state, OUTCOME.state);
    store<u32>(entry, next, OUTCOME.next);
  }
  return load<u32>(entry, OUTCOME.next);
}
