/* oxlint-disable no-loss-of-precision -- 64-bit literals are exact here */
import { RECORD, SLOT, SPAN } from './layout.gen';

/** A line without one of these is no event, or an event that lost something on its way. */
const ALWAYS: u64 =
  ((<u64>1) << SLOT.kind) |
  ((<u64>1) << SLOT.apiVersion) |
  ((<u64>1) << SLOT.auditID) |
  ((<u64>1) << SLOT.stageTimestamp) |
  ((<u64>1) << SLOT.stage) |
  ((<u64>1) << SLOT.verb) |
  ((<u64>1) << SLOT.requestURI) |
  ((<u64>1) << SLOT.sourceIPs) |
  ((<u64>1) << SLOT.userUsername);
const ANNOTATIONS: u64 = (<u64>1) << SLOT.annotations;
const DECISION: u64 = (<u64>1) << SLOT.annotationsAuthorizationK8sIoDecision;
/** An event has these too once its request is answered. */
const ANSWERED: u64 = ((<u64>1) << SLOT.responseStatusCode) | DECISION;

/** The first byte of a value; 0 when the event lacks it. */
function firstByte(record: usize, present: u64, slot: u32): u32 {
  if (((present >> <u64>slot) & 1) == 0) return 0;
  return load<u8>(<usize>load<u32>(record + RECORD.slots + <usize>slot * SPAN.size, SPAN.start));
}

/** True for the stage `"RequestReceived"`. */
function isReceived(record: usize): bool {
  const span = record + RECORD.slots + SLOT.stage * SPAN.size;
  const from = <usize>load<u32>(span, SPAN.start);
  if (<usize>load<u32>(span, SPAN.end) - from != 17 || load<u8>(from, 16) != 0x22) return false;
  // "Request, Received
  return load<u64>(from) == 0x7473657571655222 && load<u64>(from, 8) == 0x6465766965636552;
}

/** False for a response code that is neither three digits nor a text of three: it may be `201.0` (convert/plain-numbers.ts). */
function isPlainCode(record: usize, present: u64): bool {
  const first = firstByte(record, present, SLOT.responseStatusCode);
  if (first == 0) return true;
  const span = record + RECORD.slots + SLOT.responseStatusCode * SPAN.size;
  return load<u32>(span, SPAN.end) - load<u32>(span, SPAN.start) == <u32>(first == 0x22 ? 5 : 3);
}

/**
 * True for an event that has all that the API server writes, but for bodies, in the shape in which it writes it.
 * Others are for the decoder: it restores what a shipper changed (src/events/convert/restore.ts), and the rules
 * that need what is lost are counted as undecided (src/engine/evidence.ts).
 */
export function isWhole(record: usize, present: u64): bool {
  if ((present & ALWAYS) != ALWAYS) return false;
  if ((present & ANSWERED) != ANSWERED) {
    // Nothing is answered yet at the first stage. Annotations without the decision may be spelled otherwise.
    if ((present & (ANNOTATIONS | DECISION)) == ANNOTATIONS || !isReceived(record)) return false;
  }
  return (
    isPlainCode(record, present) &&
    firstByte(record, present, SLOT.requestObject) != 0x22 &&
    firstByte(record, present, SLOT.responseObject) != 0x22
  );
}
