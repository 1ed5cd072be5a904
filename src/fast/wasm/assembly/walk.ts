// @ts-nocheck AssemblyScript, compiled by asc
/* oxlint-disable no-loss-of-precision -- 64-bit literals are exact here */
import {
  FORECASTS,
  KEY_MULTIPLIERS,
  KEY_TABLES,
  KIND_API_VERSION,
  KIND_EVENT,
  KIND_OBJECT,
  KIND_TIME,
  KIND_UNKNOWN,
  RECORD_SLOTS,
} from './layout';
import { forgetBlanks, quoteOrBackslash, scalarEnd, shortWord, skipBlanks, stringEnd } from './text';
import { parseTime } from './time';
import { validate } from './validate';

/** Slots of the line that were filled. */
export let seen: u64 = 0;
/** Where the line's spans go. */
let slots: usize = 0;

/** An entry of a key table: first and last eight bytes; length, address of the text, and so on. */
const ENTRY_LAST: usize = 8;
const ENTRY_LENGTH: usize = 16;
const ENTRY_TEXT: usize = 20;
const ENTRY_KIND: usize = 24;
const ENTRY_SLOT: usize = 25;
const ENTRY_LEVEL: usize = 26;
const NO_ENTRY: usize = 3584;

/**
 * What is expected behind a key: the text of the next one from its quote to its colon, bytes of it that
 * may be any (255), its length, its entry, and the forecast of what follows that. One of zeros fits no key.
 */
const FORECAST_BITS: usize = 7;
const FORECAST_ANY: usize = 32;
const FORECAST_LENGTH: usize = 64;
const FORECAST_ENTRY: usize = 68;
const FORECAST_NEXT: usize = 72;
const LONGEST_FORECAST: usize = 32;
/** Of each level, the one for its first key; behind those by hash. */
const FIRST_FORECASTS: usize = FORECASTS + ((8 << 6) << FORECAST_BITS) - (8 << FORECAST_BITS);

/** 32 bytes of 0, then 32 of 255. */
const ANY_BEHIND = memory.data<u64>([0, 0, 0, 0, -1, -1, -1, -1], 16);

/** Whether the text at `p` is what a forecast expects. */
// @ts-ignore: decorator
@inline
function isExpected(forecast: usize, p: usize): bool {
  const low = v128.or(
    i8x16.eq(v128.load(p), v128.load(forecast)),
    v128.load(forecast, FORECAST_ANY),
  );
  const high = v128.or(
    i8x16.eq(v128.load(p, 16), v128.load(forecast, 16)),
    v128.load(forecast, FORECAST_ANY + 16),
  );
  return i8x16.all_true(v128.and(low, high));
}

/** Expects the same text the next time. */
function expect(forecast: usize, p: usize, length: usize, entry: usize, next: usize): void {
  v128.store(forecast, v128.load(p));
  v128.store(forecast, v128.load(p, 16), 16);
  const any = ANY_BEHIND + LONGEST_FORECAST - length;
  v128.store(forecast, v128.load(any), FORECAST_ANY);
  v128.store(forecast, v128.load(any, 16), FORECAST_ANY + 16);
  store<u32>(forecast, <u32>length, FORECAST_LENGTH);
  store<u32>(forecast, <u32>entry, FORECAST_ENTRY);
  store<u32>(forecast, <u32>next, FORECAST_NEXT);
}

/** Place of a key in tables of 64 entries a level. */
let keyPlace: usize = 0;

/** The wanted key with this text; an entry of kind 0 when there is none. */
function findKey(level: usize, p: usize, length: usize): usize {
  const first = length < 8 ? shortWord(p, length) : load<u64>(p);
  const last = length < 8 ? first : load<u64>(p + length - 8);
  const mixed = (first ^ rotl<u64>(last, 23)) * load<u64>(KEY_MULTIPLIERS + (level << 3));
  keyPlace = (level << 6) | <usize>(mixed >> 58);
  if (length == 0) return NO_ENTRY;
  const entry = KEY_TABLES + (keyPlace << 6);
  if (load<u64>(entry) != first || load<u64>(entry, ENTRY_LAST) != last) return NO_ENTRY;
  if (<usize>load<u32>(entry, ENTRY_LENGTH) != length) return NO_ENTRY;
  if (length > 16) {
    const text = <usize>load<u32>(entry, ENTRY_TEXT);
    for (let i: usize = 8; i < length - 8; i += 8) {
      if (i + 8 <= length && load<u64>(p + i) != load<u64>(text + i)) return NO_ENTRY;
    }
  }
  return entry;
}

function isAuditVersion(p: usize, length: usize): bool {
  // audit.k8s.io/
  return (
    length >= 13 &&
    load<u64>(p) == 0x386b2e7469647561 &&
    load<u32>(p, 8) == 0x6f692e73 &&
    load<u8>(p, 12) == 0x2f
  );
}

/** Address behind a compact array of strings; 0 for any other value. Quicker for a few than `validate`. */
function stringsEnd(p: usize, end: usize): usize {
  while (load<u8>(++p) == 0x22) {
    p = stringEnd(p + 1) + 1;
    if (p >= end) return 0;
    const c = load<u8>(p);
    if (c == 0x5d) return p + 1;
    if (c != 0x2c) return 0;
  }
  return 0;
}

/** Walks one line's object; spans go to the record at `record`. 0 when the line is odd. */
export function walkLine(p: usize, end: usize, record: usize): usize {
  slots = record + RECORD_SLOTS;
  seen = 0;
  forgetBlanks();
  return walk(p, end, 0);
}

/**
 * Walks the keys of an object of a wanted level, in any order, to its closing brace.
 *
 * @returns the address behind it, 0 when something is odd
 */
function walk(p: usize, end: usize, level: usize): usize {
  p = skipBlanks(p + 1);
  if (load<u8>(p) == 0x7d) return p + 1;
  let forecast = FIRST_FORECASTS + (level << FORECAST_BITS);
  while (true) {
    let entry: usize;
    if (isExpected(forecast, p)) {
      // The next key does not wait for the end of this one to be found.
      p += <usize>load<u32>(forecast, FORECAST_LENGTH);
      entry = <usize>load<u32>(forecast, FORECAST_ENTRY);
      forecast = <usize>load<u32>(forecast, FORECAST_NEXT);
    } else {
      if (load<u8>(p) != 0x22) return 0;
      const key = p + 1;
      p = quoteOrBackslash(key);
      // An escaped key may be any key.
      if (load<u8>(p) != 0x22 || p >= end) return 0;
      entry = findKey(level, key, p - key);
      const next = FORECASTS + (keyPlace << FORECAST_BITS);
      if (load<u8>(++p) != 0x3a) {
        p = skipBlanks(p);
        if (load<u8>(p) != 0x3a) return 0;
      } else if (p - key + 2 <= LONGEST_FORECAST) {
        expect(forecast, key - 1, p - key + 2, entry, next);
      }
      p++;
      forecast = next;
    }
    let c = <u32>load<u8>(p);
    if (c <= 0x20) {
      p = skipBlanks(p);
      c = load<u8>(p);
    }
    const kind = <u32>load<u8>(entry, ENTRY_KIND);
    const start = p;
    if (c == 0x22) {
      p = stringEnd(p + 1) + 1;
      if (p > end) return 0;
    } else if (c == 0x7b) {
      if (kind == KIND_OBJECT) p = walk(p, end, <usize>load<u8>(entry, ENTRY_LEVEL));
      else p = load<u8>(p, 1) == 0x7d ? p + 2 : validate(p, end);
      if (p == 0) return 0;
    } else if (c == 0x5b) {
      const behind = stringsEnd(p, end);
      p = behind == 0 ? validate(p, end) : behind;
      if (p == 0) return 0;
    } else {
      p = scalarEnd(p);
      if (p == 0) return 0;
    }
    if (kind != KIND_UNKNOWN) {
      const slot = <usize>load<u8>(entry, ENTRY_SLOT);
      const flag = (<u64>1) << (<u64>slot);
      if ((seen & flag) != 0) return 0;
      seen |= flag;
      store<u32>(slots + (slot << 3), <u32>start);
      store<u32>(slots + (slot << 3), <u32>p, 4);
      if (kind >= KIND_OBJECT) {
        if (kind == KIND_OBJECT) {
          if (c != 0x7b) return 0;
        } else if (c != 0x22) {
          return 0;
        } else if (kind == KIND_EVENT) {
          if (p - start != 7 || load<u32>(start, 1) != 0x6e657645 || load<u8>(start, 5) != 0x74) {
            return 0;
          }
        } else if (kind == KIND_API_VERSION) {
          if (!isAuditVersion(start + 1, p - start - 2)) return 0;
        } else if (kind == KIND_TIME) {
          if (!parseTime(start + 1, p - start - 2)) return 0;
        }
      }
    }
    c = load<u8>(p);
    if (c <= 0x20) {
      p = skipBlanks(p);
      c = load<u8>(p);
    }
    if (c == 0x7d) return p + 1;
    if (c != 0x2c) return 0;
    p++;
    if (load<u8>(p) != 0x22) p = skipBlanks(p);
  }
}
