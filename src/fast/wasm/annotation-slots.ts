import { hasKeyTable } from './key-tables.ts';
import { KIND, MAX, SLOTS, type Slot } from './layout.gen.ts';
import { isSamePath } from './slots.ts';

/**
 * Slots for annotations that rules ask for: most events lack them. Keys without room, and keys that share their
 * place in the scanner's table with another, get none: conditions on them stay open until an event is evaluated.
 */
export function annotationSlots(keys: Iterable<string>): Slot[] {
  const slots: Slot[] = [];
  for (const key of keys) {
    const path = ['annotations', key];
    const index = SLOTS.length + slots.length;
    const slot = { index, path, kind: KIND.any };
    const fits =
      index < MAX.slots &&
      key.length > 0 &&
      key.length <= MAX.keyLength &&
      isPlain(key) &&
      !SLOTS.some((one) => isSamePath(one.path, path)) &&
      hasKeyTable([...SLOTS, ...slots, slot], 'annotations');
    if (fits) slots.push(slot);
  }
  return slots;
}

/** True for a text that JSON has no escape for. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["\\]/.test(text);
}
