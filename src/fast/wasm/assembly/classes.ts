import { classify } from './env';
import { BITS, MAX, MEMORY, STATUS, VALUE } from './layout.gen';
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
  if (length > LONGEST_VALUE) return classify(<u32>field, p, <u32>length);
  const h = hash(p, length);
  const table = MEMORY.values + field * ((1 << BITS.values) * VALUE.size);
  const mask: usize = (1 << BITS.values) - 1;
  let index = <usize>(h >> (64 - BITS.values));
  let entry = table + index * VALUE.size;
  while (load<u32>(entry, VALUE.text) != 0) {
    if (
      load<u32>(entry, VALUE.hash) == <u32>h &&
      <usize>load<u32>(entry, VALUE.length) == length &&
      equal(<usize>load<u32>(entry, VALUE.text), p, length)
    ) {
      return load<u32>(entry, VALUE.valueClass);
    }
    index = (index + 1) & mask;
    entry = table + index * VALUE.size;
  }
  const cls = classify(<u32>field, p, <u32>length);
  const fill = MEMORY.fieldValues + (field << 2);
  const used = <usize>load<u32>(STATUS.valuesUsed);
  const text = MEMORY.valueTexts + used;
  if (load<u32>(fill) >= MAX.values || text + length + 8 > MEMORY.valueTextsEnd) return cls;
  memory.copy(text, p, length);
  store<u32>(STATUS.valuesUsed, <u32>(used + ((length + 8) & ~7)));
  store<u32>(fill, load<u32>(fill) + 1);
  store<u32>(entry, <u32>h, VALUE.hash);
  store<u32>(entry, <u32>length, VALUE.length);
  store<u32>(entry, <u32>text, VALUE.text);
  store<u32>(entry, cls, VALUE.valueClass);
  return cls;
}
