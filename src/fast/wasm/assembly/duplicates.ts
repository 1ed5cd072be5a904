import { BITS, MAX, MEMORY, SEEN, STATUS } from './layout.gen';

const SIZE: usize = ((<usize>1) << BITS.seen) << 3;
const MASK: usize = ((<usize>1) << BITS.seen) - 1;

/** Address of a hash in a table, or of the free entry where it belongs. */
function find(table: usize, h: u64): usize {
  let index = <usize>(h >> (64 - BITS.seen));
  while (true) {
    const entry = table + (index << 3);
    const other = load<u64>(entry);
    if (other == h || other == 0) return entry;
    index = (index + 1) & MASK;
  }
}

/** Looks up and remembers an event by its hash; counts it, and is true, when it was there. Or lists the hash. */
function note(h: u64): bool {
  if (h == 0) h = 1;
  if (load<u32>(STATUS.seenLimit) == SEEN.listed) {
    const count = load<u32>(STATUS.seenFill);
    store<u64>(MEMORY.seen + ((<usize>count) << 3), h);
    store<u32>(STATUS.seenFill, count + 1);
    return false;
  }
  let half = <usize>load<u32>(STATUS.seenHalf);
  let entry = find(MEMORY.seen + half * SIZE, h);
  if (load<u64>(entry) == h || load<u64>(find(MEMORY.seen + (1 - half) * SIZE, h)) == h) {
    store<u32>(STATUS.duplicates, load<u32>(STATUS.duplicates) + 1);
    return true;
  }
  let fill = load<u32>(STATUS.seenFill);
  if (fill >= load<u32>(STATUS.seenLimit)) {
    half = 1 - half;
    store<u32>(STATUS.seenHalf, <u32>half);
    memory.fill(MEMORY.seen + half * SIZE, 0, SIZE);
    entry = find(MEMORY.seen + half * SIZE, h);
    fill = 0;
  }
  store<u64>(entry, h);
  store<u32>(STATUS.seenFill, fill + 1);
  return false;
}

/** Events whose hashes are in MEMORY.pending. */
let pending: u32 = 0;

/** Looks up the events that were noted; one after the other, the processor fetches several entries at once. */
export function notePending(): void {
  for (let i: u32 = 0; i < pending; i++) note(load<u64>(MEMORY.pending + ((<usize>i) << 3)));
  pending = 0;
}

/**
 * SipHash-2-4 of whole words, with the key in STATUS: who does not know the key cannot make two texts with one
 * hash, and so cannot pass an event off as another.
 */
export function keyedHash(p: usize, words: u32): u64 {
  const k0 = load<u64>(STATUS.hashKey);
  const k1 = load<u64>(STATUS.hashKey, 8);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  for (let i: u32 = 0; i <= words; i++) {
    const isOver = i == words;
    let word: u64 = 0;
    if (isOver) v2 ^= 0xff;
    else word = load<u64>(p + ((<usize>i) << 3));
    v3 ^= word;
    for (let round = isOver ? 4 : 2; round > 0; round--) {
      v0 += v1;
      v1 = rotl<u64>(v1, 13) ^ v0;
      v0 = rotl<u64>(v0, 32);
      v2 += v3;
      v3 = rotl<u64>(v3, 16) ^ v2;
      v0 += v3;
      v3 = rotl<u64>(v3, 21) ^ v0;
      v2 += v1;
      v1 = rotl<u64>(v1, 17) ^ v2;
      v2 = rotl<u64>(v2, 32);
    }
    v0 ^= word;
  }
  return v0 ^ v1 ^ v2 ^ v3;
}

/** Puts the text of a string behind another at `at`; returns the address behind it. */
function append(at: usize, from: usize, to: usize): usize {
  if (to < from + 2 || load<u8>(from) != 0x22) return at;
  const length = to - from - 2;
  memory.copy(at, from + 1, length);
  return at + length;
}

/** Hash of an event; their lengths keep the texts apart. 0 for one without an audit ID. */
function hashOf(
  id: usize,
  idEnd: usize,
  stage: usize,
  stageEnd: usize,
  time: usize,
  timeEnd: usize,
): u64 {
  const start = MEMORY.eventKey + 8;
  const a = append(start, id, idEnd);
  if (a == start) return 0;
  const b = append(a, stage, stageEnd);
  const c = append(b, time, timeEnd);
  store<u64>(c, 0);
  const lengths = <u64>(a - start) | ((<u64>(b - a)) << 20) | ((<u64>(c - b)) << 40);
  store<u64>(MEMORY.eventKey, lengths);
  const h = keyedHash(MEMORY.eventKey, <u32>((c + 7 - MEMORY.eventKey) >> 3));
  return h == 0 ? 1 : h;
}

/**
 * True for a text, in quotes, that stands for itself in the key of an event; others are for JavaScript, which
 * decodes them first.
 */
export function isKeyText(from: usize, to: usize): bool {
  if (to > from + MAX.noted + 2) return false;
  for (let p = from; p < to; p++) {
    const c = load<u8>(p);
    if (c == 0x5c || c >= 0x80) return false;
  }
  return true;
}

/**
 * Notes the event with this audit ID, stage and stage time, each the JSON text of a string, for
 * {@link notePending}; one without an audit ID is never a duplicate.
 */
export function noteLater(
  id: usize,
  idEnd: usize,
  stage: usize,
  stageEnd: usize,
  time: usize,
  timeEnd: usize,
): void {
  const h = hashOf(id, idEnd, stage, stageEnd, time, timeEnd);
  if (h == 0) return;
  if (pending == MAX.pending) notePending();
  store<u64>(MEMORY.pending + ((<usize>pending) << 3), h);
  pending++;
}

/** Notes such an event at once; true when it was there before. */
export function noteNow(
  id: usize,
  idEnd: usize,
  stage: usize,
  stageEnd: usize,
  time: usize,
  timeEnd: usize,
): bool {
  const h = hashOf(id, idEnd, stage, stageEnd, time, timeEnd);
  return h != 0 && note(h);
}
