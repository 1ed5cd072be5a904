import { SLOTS } from './slots.ts';

interface SlotEntry {
  readonly slot: number;
  readonly inner: Map<string, number>;
}

/** Slots by first key, then by second. */
export const SLOT_TREE: ReadonlyMap<string, SlotEntry> = slotTree();

function slotTree(): Map<string, SlotEntry> {
  const tree = new Map<string, SlotEntry>();
  for (const { index, path } of SLOTS) {
    const [head = '', inner] = path;
    if (inner === undefined) tree.set(head, { slot: index, inner: new Map() });
    else tree.get(head)!.inner.set(inner, index);
  }
  return tree;
}

/** What may say where an event was logged: shippers merge it into the event. */
export const CONTEXT_PATHS = [['hostname'], ['kubernetes'], ['openshift']] as const;
/** The slots of these, all among the first 32, as bits. */
export const CONTEXT_BITS = CONTEXT_PATHS.reduce(
  (bits, [key]) => bits | (1 << SLOT_TREE.get(key)!.slot),
  0,
);

const REPEATED = new Set([
  'level',
  'stage',
  'verb',
  'user username',
  'user groups',
  'impersonatedUser username',
  'impersonatedUser groups',
  'sourceIPs',
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
