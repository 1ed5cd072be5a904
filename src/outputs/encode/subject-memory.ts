/** Different texts remembered; beyond it all is forgotten, so that memory does not grow with the log. */
const MAX_TEXTS = 32_768;
/** Longer texts are not remembered. */
const MAX_LENGTH = 256;
/** Places in the table, and numbers per place. */
const PLACES = 32_768;
const PARTS = 9;
/** Places that are tried for one subject, one after the other. */
const PROBES = 4;

/**
 * Remembers a text for each of many lists of nine texts. Each different text has a number, so that a list is
 * found and compared without its characters.
 */
export class SubjectMemory {
  readonly #numbers = new Map<string, number>();
  readonly #lists = new Int32Array(PLACES * PARTS);
  readonly #results: (string | undefined)[] = [];
  /** Numbers of the texts of the list that was looked up last. */
  readonly #asked = new Int32Array(PARTS);
  /** Table place of the list found last, or the place where it will be stored. */
  #place = -1;

  constructor() {
    // Filling so many places would take a millisecond of every start.
    this.#results.length = PLACES;
  }

  /** The text remembered for a list, or undefined. */
  find(list: readonly (string | undefined)[]): string | undefined {
    this.#place = this.#find(list);
    return this.#place === -1 ? undefined : this.#results[this.#place];
  }

  /** Remembers a text for the list that {@link find} was asked for last, if it can. */
  keep(result: string): void {
    const at = this.#place;
    if (at === -1) return;
    this.#lists.set(this.#asked, at * PARTS);
    this.#results[at] = result;
  }

  /** The place of a list, or one to put it; -1 when it is not to be remembered. */
  #find(list: readonly (string | undefined)[]): number {
    const asked = this.#asked;
    if (this.#numbers.size > MAX_TEXTS - PARTS) {
      this.#numbers.clear();
      this.#results.fill(undefined);
    }
    let hash = 0;
    for (let i = 0; i < PARTS; i++) {
      const text = list[i];
      const number = text === undefined ? 0 : this.#number(text);
      if (number === -1) return -1;
      asked[i] = number;
      hash = Math.imul(hash ^ number, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const first = hash & (PLACES - 1);
    for (let probe = 0; probe < PROBES; probe++) {
      const at = (first + probe) & (PLACES - 1);
      if (this.#results[at] === undefined || this.#isAt(at)) return at;
    }
    this.#results[first] = undefined;
    return first;
  }

  #isAt(place: number): boolean {
    const asked = this.#asked;
    const lists = this.#lists;
    const from = place * PARTS;
    for (let i = 0; i < PARTS; i++) if (lists[from + i] !== asked[i]) return false;
    return true;
  }

  /** The number of a text, from 1; -1 when it is too long. */
  #number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_LENGTH) return -1;
    const number = this.#numbers.size + 1;
    // A copy: a text may be a piece of a whole event's, which it would keep alive.
    this.#numbers.set(JSON.parse(JSON.stringify(text)) as string, number);
    return number;
  }
}
