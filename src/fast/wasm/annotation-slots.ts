import { hasKeyTable } from './key-tables.ts';
import { KIND, MAX, SLOTS, type Slot } from './layout.gen.ts';
import { isSamePath } from './slots.ts';

/**
 * Slots for annotations that rules read. A key gets none if there is no room, or if it collides with another key in
 * the scanner's table: conditions on it are then decided in JavaScript.
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

/** True for a text that JSON spells without escapes. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !/["\\]/.test(text);
}
