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
