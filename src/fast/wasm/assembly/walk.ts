import { isExpected } from './inlined';
import { BITS, FORECAST, KEY, KIND, MAX, MEMORY, RECORD, SPAN } from './layout.gen';
import {
  forgetBlanks,
  quoteOrBackslash,
  scalarEnd,
  shortWord,
  skipBlanks,
  stringEnd,
} from './text';
import { parseTime } from './time';
import { validate } from './validate';

/** Slots of the line that were filled. */
export let seen: u64 = 0;
/** True once the event was found to have a key that is not wanted. */
export let foreign: bool = false;
/** Where the line's spans go. */
let slots: usize = 0;

/** 32 bytes of 0, then 32 of 255. */
const ANY_BEHIND = memory.data<u64>([0, 0, 0, 0, -1, -1, -1, -1], 16);

/** Expects the same text the next time. */
function expect(forecast: usize, p: usize, length: usize, entry: usize, next: usize): void {
  v128.store(forecast, v128.load(p), FORECAST.text);
  v128.store(forecast, v128.load(p, 16), FORECAST.text + 16);
  const any = ANY_BEHIND + MAX.forecast - length;
  v128.store(forecast, v128.load(any), FORECAST.any);
  v128.store(forecast, v128.load(any, 16), FORECAST.any + 16);
  store<u32>(forecast, <u32>length, FORECAST.length);
  store<u32>(forecast, <u32>entry, FORECAST.entry);
  store<u32>(forecast, <u32>next, FORECAST.next);
}

/** Place of a key in the tables of all levels. */
let keyPlace: usize = 0;

/** The wanted key with this text; an entry of kind 0 when there is none. */
export function findKey(level: usize, p: usize, length: usize): usize {
  const first = length < 8 ? shortWord(p, length) : load<u64>(p);
  const last = length < 8 ? first : load<u64>(p + length - 8);
  const mixed =
    (first ^ rotl<u64>(last, BITS.keyRotation)) * load<u64>(MEMORY.keyMultipliers + (level << 3));
  keyPlace = (level << BITS.keys) | <usize>(mixed >> (64 - BITS.keys));
  if (length == 0) return MEMORY.noKey;
  const entry = MEMORY.keys + keyPlace * KEY.size;
  if (load<u64>(entry, KEY.first) != first || load<u64>(entry, KEY.last) != last)
    return MEMORY.noKey;
  if (<usize>load<u32>(entry, KEY.length) != length) return MEMORY.noKey;
  if (length > 16) {
    const text = <usize>load<u32>(entry, KEY.text);
    for (let i: usize = 8; i < length - 8; i += 8) {
      if (i + 8 <= length && load<u64>(p + i) != load<u64>(text + i)) return MEMORY.noKey;
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
  slots = record + RECORD.slots;
  seen = 0;
  foreign = false;
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
  let forecast = MEMORY.firstForecasts + level * FORECAST.size;
  while (true) {
    let entry: usize;
    if (isExpected(forecast, p)) {
      // The next key does not wait for the end of this one to be found.
      p += <usize>load<u32>(forecast, FORECAST.length);
      entry = <usize>load<u32>(forecast, FORECAST.entry);
      forecast = <usize>load<u32>(forecast, FORECAST.next);
    } else {
      if (load<u8>(p) != 0x22) return 0;
      const key = p + 1;
      p = quoteOrBackslash(key);
      // An escaped key may be any key.
      if (load<u8>(p) != 0x22 || p >= end) return 0;
      entry = findKey(level, key, p - key);
      const next = MEMORY.forecasts + keyPlace * FORECAST.size;
      if (load<u8>(++p) != 0x3a) {
        p = skipBlanks(p);
        if (load<u8>(p) != 0x3a) return 0;
      } else if (p - key + 2 <= MAX.forecast) {
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
    const kind = <u32>load<u8>(entry, KEY.kind);
    const start = p;
    if (c == 0x22) {
      p = stringEnd(p + 1) + 1;
      if (p > end) return 0;
    } else if (c == 0x7b) {
      if (kind == KIND.object) p = walk(p, end, <usize>load<u8>(entry, KEY.level));
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
    if (kind != KIND.unknown) {
      const slot = <usize>load<u8>(entry, KEY.slot);
      const flag = (<u64>1) << (<u64>slot);
      if ((seen & flag) != 0) return 0;
      seen |= flag;
      const span = slots + slot * SPAN.size;
      store<u32>(span, <u32>start, SPAN.start);
      store<u32>(span, <u32>p, SPAN.end);
      if (kind >= KIND.object) {
        if (kind == KIND.object) {
          if (c != 0x7b) return 0;
        } else if (c != 0x22) {
          return 0;
        } else if (kind == KIND.event) {
          if (p - start != 7 || load<u32>(start, 1) != 0x6e657645 || load<u8>(start, 5) != 0x74) {
            return 0;
          }
        } else if (kind == KIND.apiVersion) {
          if (!isAuditVersion(start + 1, p - start - 2)) return 0;
        } else if (kind == KIND.time) {
          if (!parseTime(start + 1, p - start - 2)) return 0;
        }
      }
    } else if (level == 0) {
      foreign = true;
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
