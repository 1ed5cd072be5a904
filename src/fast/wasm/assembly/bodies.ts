import { FOUND, MEMORY, RECORD, SLOT, SPAN } from './layout.gen';
import { findPatterns } from './patterns';
import { isPlainText } from './text';

const TRUNCATED: u64 = (<u64>1) << SLOT.annotationsAuditK8sIoTruncated;
const VERB_AND_LEVEL: u64 = ((<u64>1) << SLOT.verb) | ((<u64>1) << SLOT.level);

/** The area for the patterns that are found here; JavaScript uses the others. */
const FOUND_BYTES: usize = FOUND.bits >> 3;
const FOUND_HERE: usize = MEMORY.found + FOUND.scanner * FOUND_BYTES;

/** Whether bytes hold a pattern of a table, or an escape that may hide one. */
export function holdsAny(table: usize, from: usize, end: usize): bool {
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
 * False when the event's bodies were logged, the request's is the effective one, and it holds no pattern of a
 * table: all for certain.
 */
export function mayHold(table: usize, record: usize, present: u64): bool {
  const slots = record + RECORD.slots;
  if ((present & TRUNCATED) != 0 || (present & VERB_AND_LEVEL) != VERB_AND_LEVEL) return true;
  const level = slots + SLOT.level * SPAN.size;
  if (!hasBodies(<usize>load<u32>(level, SPAN.start), <usize>load<u32>(level, SPAN.end))) {
    return true;
  }
  const verb = slots + SLOT.verb * SPAN.size;
  if (mayBePatch(<usize>load<u32>(verb, SPAN.start), <usize>load<u32>(verb, SPAN.end))) return true;
  if (((present >> <u64>SLOT.requestObject) & 1) == 0) return false;
  const body = slots + SLOT.requestObject * SPAN.size;
  const from = <usize>load<u32>(body, SPAN.start);
  // A text may hold anything, escaped.
  if (load<u8>(from) == 0x22) return true;
  return holdsAny(table, from, <usize>load<u32>(body, SPAN.end));
}
