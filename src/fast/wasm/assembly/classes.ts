// @ts-nocheck AssemblyScript, compiled by asc
/* oxlint-disable no-loss-of-precision -- 64-bit literals are exact here */
import { classify } from './env';
import {
  ARENA_USED,
  CLASS_TABLES,
  CLASS_TABLE_BITS,
  FIELD_FILL,
  MAX_VALUES,
  VALUE_ARENA,
  VALUE_ARENA_END,
} from './layout';
import { shortWord } from './text';

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;
const LONGEST_VALUE: usize = 4096;

export function hash(p: usize, length: usize): u64 {
  let h = <u64>length * MULTIPLIER;
  while (length >= 8) {
    h = (h ^ load<u64>(p)) * MULTIPLIER;
    h ^= h >> 29;
    p += 8;
    length -= 8;
  }
  if (length > 0) {
    h = (h ^ shortWord(p, length)) * MULTIPLIER;
    h ^= h >> 29;
  }
  return h * MULTIPLIER;
}

function equal(a: usize, b: usize, length: usize): bool {
  while (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  return length == 0 || shortWord(a, length) == shortWord(b, length);
}

/** Class of a value of the header field with this index; asks JavaScript about new values. */
export function classOf(field: usize, p: usize, length: usize): u32 {
  if (length > LONGEST_VALUE) return classify(<u32>field, p, <u32>length) & 0xff;
  const h = hash(p, length);
  const table = CLASS_TABLES + (field << (CLASS_TABLE_BITS + 4));
  const mask: usize = (1 << CLASS_TABLE_BITS) - 1;
  let index = <usize>(h >> (64 - CLASS_TABLE_BITS));
  let entry = table + (index << 4);
  while (load<u32>(entry, 8) != 0) {
    if (
      load<u32>(entry) == <u32>h &&
      <usize>load<u32>(entry, 4) == length &&
      equal(<usize>load<u32>(entry, 8), p, length)
    ) {
      return load<u32>(entry, 12);
    }
    index = (index + 1) & mask;
    entry = table + (index << 4);
  }
  const cls = classify(<u32>field, p, <u32>length) & 0xff;
  const fill = FIELD_FILL + (field << 2);
  const used = <usize>load<u32>(ARENA_USED);
  if (load<u32>(fill) >= MAX_VALUES || VALUE_ARENA + used + length + 8 > VALUE_ARENA_END)
    return cls;
  memory.copy(VALUE_ARENA + used, p, length);
  store<u32>(ARENA_USED, <u32>(used + ((length + 8) & ~7)));
  store<u32>(fill, load<u32>(fill) + 1);
  store<u32>(entry, <u32>h);
  store<u32>(entry, <u32>length, 4);
  store<u32>(entry, <u32>(VALUE_ARENA + used), 8);
  store<u32>(entry, cls, 12);
  return cls;
}
