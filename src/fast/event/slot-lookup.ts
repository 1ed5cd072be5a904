import { SLOTS } from '../wasm/layout.gen.ts';

/** Places of a table: more than twice as many as there are slots. */
const TABLE_SIZE = 64;

interface SlotEntry {
  readonly slot: number;
  readonly inner: KeyTable<number>;
}

/** A small hash table for keys that are looked up millions of times; faster than a Map. */
class KeyTable<T> {
  readonly #keys: (string | undefined)[] = Array.from({ length: TABLE_SIZE });
  readonly #values: (T | undefined)[] = Array.from({ length: TABLE_SIZE });

  get(key: string): T | undefined {
    return this.#values[this.#place(key)];
  }

  /** Fill at most half of the places. */
  set(key: string, value: T): void {
    const place = this.#place(key);
    this.#keys[place] = key;
    this.#values[place] = value;
  }

  /** The place of a key, or the free place where it belongs. */
  #place(key: string): number {
    const { length } = key;
    // An empty key gives NaN, which `&` turns into 0.
    let place =
      (length + 3 * key.charCodeAt(0) + 7 * key.charCodeAt(length - 1)) & (TABLE_SIZE - 1);
    for (;;) {
      const found = this.#keys[place];
      if (found === undefined || found === key) return place;
      place = (place + 1) & (TABLE_SIZE - 1);
    }
  }
}

/** Slots by first key, then by second. */
export const SLOT_TREE = slotTree();

function slotTree(): Pick<KeyTable<SlotEntry>, 'get'> {
  const tree = new KeyTable<SlotEntry>();
  const byDepth = SLOTS.toSorted((a, b) => a.path.length - b.path.length);
  for (const { index, path } of byDepth) {
    const [head = '', inner] = path;
    if (inner === undefined) tree.set(head, { slot: index, inner: new KeyTable() });
    else tree.get(head)!.inner.set(inner, index);
  }
  return tree;
}

/** Members with the node or cluster that logged an event; shippers add them to the event. */
export const CONTEXT_PATHS = [['hostname'], ['kubernetes'], ['openshift']] as const;
/** Bits of these slots, in the two words of RECORD.seenLow and RECORD.seenHigh. */
export const CONTEXT_BITS = {
  low: contextBits((slot) => slot < 32),
  high: contextBits((slot) => slot >= 32),
};

function contextBits(isWanted: (slot: number) => boolean): number {
  return CONTEXT_PATHS.map(([key]) => SLOT_TREE.get(key)!.slot)
    .filter(isWanted)
    .reduce((bits, slot) => bits | (1 << (slot & 31)), 0);
}

const REPEATED = new Set([
  'level',
  'stage',
  'verb',
  'user username',
  'user groups',
  'impersonatedUser username',
  'impersonatedUser groups',
  'userAgent',
  'objectRef resource',
  'objectRef subresource',
  'objectRef namespace',
  'objectRef apiGroup',
  'responseStatus code',
  'responseStatus reason',
  'annotations authorization.k8s.io/decision',
]);

/** By slot: true if few different values make up most of a log. */
export const REPEATED_SLOTS: readonly boolean[] = SLOTS.map(({ path }) =>
  REPEATED.has(path.join(' ')),
);
