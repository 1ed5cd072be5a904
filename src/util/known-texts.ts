type Part = string | undefined;

interface Known {
  readonly parts: readonly (string | null)[];
  readonly text: string;
}

/** A power of two. */
const SLOTS = 8192;
const PRIME = 0x01000193;
/** Characters of a list that is remembered, at most. */
const MAX_LENGTH = 512;

/**
 * Texts that were worked out for lists of parts: the latest for each place that lists share. A list is looked up by
 * a few of its characters and compared part by part, which costs less than to join and hash it.
 */
export class KnownTexts {
  readonly #slots = new Map<number, Known>();

  get(parts: readonly Part[]): string | undefined {
    const known = this.#slots.get(slotOf(parts));
    return known !== undefined && areSame(known.parts, parts) ? known.text : undefined;
  }

  set(parts: readonly Part[], text: string): void {
    let length = 0;
    for (const part of parts) length += part?.length ?? 0;
    // Copies: a part may be a slice that keeps a whole line in memory.
    if (length <= MAX_LENGTH) this.#slots.set(slotOf(parts), { parts: copyOf(parts), text });
  }
}

/** FNV-1a of a few characters: names differ in their end or, where they have a suffix in common, in the middle. */
function slotOf(parts: readonly Part[]): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part === undefined) continue;
    const { length } = part;
    hash = Math.imul(hash ^ (length + (i << 8)), PRIME);
    if (length === 0) continue;
    hash = Math.imul(hash ^ part.charCodeAt(length - 1), PRIME);
    hash = Math.imul(hash ^ part.charCodeAt(length >> 1), PRIME);
    if (length > 2) hash = Math.imul(hash ^ part.charCodeAt(length - 2), PRIME);
    if (length > 8) hash = Math.imul(hash ^ part.charCodeAt(length - 4), PRIME);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function areSame(known: Known['parts'], parts: readonly Part[]): boolean {
  if (known.length !== parts.length) return false;
  for (let i = 0; i < parts.length; i++) {
    if (known[i] !== (parts[i] ?? null)) return false;
  }
  return true;
}

function copyOf(parts: readonly Part[]): Known['parts'] {
  return JSON.parse(JSON.stringify(parts)) as Known['parts'];
}
