import { Buffer } from 'node:buffer';
import { BITS, KEY, MEMORY, type Slot } from './layout.gen.ts';
import { LEVELS } from './slots.ts';

const TABLE_BYTES = (1 << BITS.keys) * KEY.size;
const ROTATION = BigInt(BITS.keyRotation);
const MASK = (1n << 64n) - 1n;
/** How many multipliers to try for one level. 21 keys, the most on a level, take about 50 tries. */
const MAX_TRIES = 4096;

interface KeyEntry {
  readonly bytes: Uint8Array;
  readonly first: bigint;
  readonly last: bigint;
  readonly kind: number;
  readonly slot: number;
  readonly level: number;
}

/**
 * Writes the scanner's tables of wanted keys. Each level has a table without collisions, and the multiplier of its
 * hash (findKey in src/fast/wasm/assembly/walk.ts).
 */
export function writeKeyTables(slots: readonly Slot[], memory: ArrayBuffer): void {
  const view = new DataView(memory);
  let texts: number = MEMORY.keyTexts;
  for (const [level, parent] of LEVELS.entries()) {
    const entries = entriesOf(slots, parent);
    const multiplier = findMultiplier(entries);
    if (multiplier === undefined) throw new Error(`no table holds the keys of '${parent}'`);
    view.setBigUint64(MEMORY.keyMultipliers + level * 8, multiplier, true);
    for (const entry of entries) {
      const at = MEMORY.keys + level * TABLE_BYTES + bucket(entry, multiplier) * KEY.size;
      view.setBigUint64(at + KEY.first, entry.first, true);
      view.setBigUint64(at + KEY.last, entry.last, true);
      view.setUint32(at + KEY.length, entry.bytes.length, true);
      view.setUint32(at + KEY.text, texts, true);
      view.setUint8(at + KEY.kind, entry.kind);
      view.setUint8(at + KEY.slot, entry.slot);
      view.setUint8(at + KEY.level, entry.level);
      new Uint8Array(memory).set(entry.bytes, texts);
      texts += entry.bytes.length;
    }
  }
}

/**
 * True if some table holds the keys of an object of {@link LEVELS} without collisions. Two keys with the same first
 * and last eight bytes collide in every table.
 */
export function hasKeyTable(slots: readonly Slot[], parent: string): boolean {
  return findMultiplier(entriesOf(slots, parent)) !== undefined;
}

function entriesOf(slots: readonly Slot[], parent: string): KeyEntry[] {
  const entries: KeyEntry[] = [];
  for (const slot of slots) {
    const [head = '', inner] = slot.path;
    if ((inner === undefined ? '' : head) !== parent) continue;
    const bytes = Buffer.from(inner ?? head, 'utf8');
    const first = word(bytes, 0);
    const last = bytes.length < 8 ? first : word(bytes, bytes.length - 8);
    const level = inner === undefined ? Math.max(0, LEVELS.indexOf(head)) : 0;
    entries.push({ bytes, first, last, kind: slot.kind, slot: slot.index, level });
  }
  return entries;
}

/** Eight bytes from `start`, little-endian; bytes behind the end are 0. */
function word(bytes: Uint8Array, start: number): bigint {
  let value = 0n;
  for (let i = Math.min(bytes.length, start + 8) - 1; i >= start; i--) {
    value = (value << 8n) | BigInt(bytes[i]!);
  }
  return value;
}

function bucket(entry: KeyEntry, multiplier: bigint): number {
  const rotated = ((entry.last << ROTATION) | (entry.last >> (64n - ROTATION))) & MASK;
  return Number((((entry.first ^ rotated) * multiplier) & MASK) >> BigInt(64 - BITS.keys));
}

/** A multiplier without collisions; undefined if none was found. */
function findMultiplier(entries: readonly KeyEntry[]): bigint | undefined {
  let multiplier = 0x9e3779b97f4a7c15n;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const odd = multiplier | 1n;
    if (new Set(entries.map((entry) => bucket(entry, odd))).size === entries.length) return odd;
    multiplier = (multiplier * 0x5851f42d4c957f2dn + 0x14057b7ef767814fn) & MASK;
  }
  return undefined;
}
