import { SLOTS } from '../wasm/layout.gen.ts';

/** Places of a table. */
const TABLE_SIZE = 64;

interface SlotEntry {
  readonly slot: number;
  readonly inner: KeyTable<number>;
}

/** Values by key, for few keys that are looked up millions of times: faster than a Map. */
class KeyTable<T> {
  readonly #keys: (string | undefined)[] = Array.from({ length: TABLE_SIZE });
  readonly #values: (T | undefined)[] = Array.from({ length: TABLE_SIZE });

  get(key: string): T | undefined {
    return this.#values[this.#place(key)];
  }

  /** At most half as many keys as there are places. */
  set(key: string, value: T): void {
    const place = this.#place(key);
    this.#keys[place] = key;
    this.#values[place] = value;
  }

  /** Of the key, or a free one. */
  #place(key: string): number {
    const { length } = key;
    // NaN, of an empty key, counts as 0.
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

/** What may say where an event was logged: shippers merge it into the event. */
export const CONTEXT_PATHS = [['hostname'], ['kubernetes'], ['openshift']] as const;
/** The slots of these as bits: of the first 32 slots, and of those behind them. */
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

/** By slot: true where few values make up most of a log. */
export const REPEATED_SLOTS: readonly boolean[] = SLOTS.map(({ path }) =>
  REPEATED.has(path.join(' ')),
);
