import { hash } from './classes';
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

/** Looks up and remembers an event by its hash; counts it when it was there. Or lists the hash. */
function note(h: u64): void {
  if (h == 0) h = 1;
  if (load<u32>(STATUS.seenLimit) == SEEN.listed) {
    const count = load<u32>(STATUS.seenFill);
    store<u64>(MEMORY.seen + ((<usize>count) << 3), h);
    store<u32>(STATUS.seenFill, count + 1);
    return;
  }
  let half = <usize>load<u32>(STATUS.seenHalf);
  let entry = find(MEMORY.seen + half * SIZE, h);
  if (load<u64>(entry) == h || load<u64>(find(MEMORY.seen + (1 - half) * SIZE, h)) == h) {
    store<u32>(STATUS.duplicates, load<u32>(STATUS.duplicates) + 1);
    return;
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
}

/** Events whose hashes are in MEMORY.pending. */
let pending: u32 = 0;

/** Looks up the events that were noted; one after the other, the processor fetches several entries at once. */
export function notePending(): void {
  for (let i: u32 = 0; i < pending; i++) note(load<u64>(MEMORY.pending + ((<usize>i) << 3)));
  pending = 0;
}

function isString(from: usize, to: usize): bool {
  return to > from && load<u8>(from) == 0x22;
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
  if (!isString(id, idEnd) || idEnd - id == 2) return;
  let h = hash(id, idEnd - id);
  if (isString(stage, stageEnd)) h = rotl<u64>(h, 21) ^ hash(stage, stageEnd - stage);
  if (isString(time, timeEnd)) h = rotl<u64>(h, 21) ^ hash(time, timeEnd - time);
  if (pending == MAX.pending) notePending();
  store<u64>(MEMORY.pending + ((<usize>pending) << 3), h * 0x9e3779b97f4a7c15);
  pending++;
}
