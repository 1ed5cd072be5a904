/** Texts of one generation, at most. */
const MANY = 4096;
/** Characters of a key that is remembered, at most. */
const MAX_LENGTH = 512;

/** A cache of texts computed for keys: it keeps the latest ones, a few thousand at most. */
export class KnownTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  get(key: string): string | undefined {
    const text = this.#young.get(key);
    if (text !== undefined) return text;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, text: string): void {
    if (key.length > MAX_LENGTH) return;
    if (this.#young.size >= MANY) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, text);
  }
}
