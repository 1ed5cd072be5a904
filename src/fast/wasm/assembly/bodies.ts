// @ts-nocheck AssemblyScript, compiled by asc
/* oxlint-disable no-loss-of-precision -- 64-bit literals are exact here */
import { PATTERNS_FOUND, RECORD_SLOTS } from './layout';
import { findPatterns } from './patterns';
import { isPlainText, spaced } from './text';

/** Slots (src/fast/wasm/slots.ts). */
const VERB: usize = 5;
const LEVEL: usize = 6;
const REQUEST: usize = 15;
const TRUNCATED: u64 = (<u64>1) << 32;
const VERB_AND_LEVEL: u64 = ((<u64>1) << VERB) | ((<u64>1) << LEVEL);

/** Where the patterns are noted that are found: the last of four areas, which nobody else uses. */
const FOUND: usize = PATTERNS_FOUND + 192;

/** Whether bytes hold a pattern of a table, or an escape that may hide one. */
export function holdsAny(table: usize, from: usize, end: usize): bool {
  memory.fill(FOUND, 0, 64);
  return findPatterns(table, FOUND, from, end);
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
  const slots = record + RECORD_SLOTS;
  if (spaced || (present & TRUNCATED) != 0 || (present & VERB_AND_LEVEL) != VERB_AND_LEVEL) {
    return true;
  }
  const level = slots + (LEVEL << 3);
  if (!hasBodies(<usize>load<u32>(level), <usize>load<u32>(level, 4))) return true;
  const verb = slots + (VERB << 3);
  if (mayBePatch(<usize>load<u32>(verb), <usize>load<u32>(verb, 4))) return true;
  if (((present >> <u64>REQUEST) & 1) == 0) return false;
  const body = slots + (REQUEST << 3);
  const from = <usize>load<u32>(body);
  // A text may hold anything, escaped.
  if (load<u8>(from) == 0x22) return true;
  return holdsAny(table, from, <usize>load<u32>(body, 4));
}
