import { tryParse, type JsonSyntaxError } from '../../json/parse.ts';
import { parseLeaving } from '../../json/unread.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { matches } from './envelope.ts';
import { ENVELOPES } from './envelopes.ts';
import type { Envelope } from './envelope.ts';

/**
 * Indexes of wrappers by a key that their objects have: a log of another kind has millions of objects that no wrapper
 * fits, and few of them share a key with one.
 */
const BY_KEY = new Map<string, number[]>();
for (const [index, { keys, oneOf = keys.slice(0, 1) }] of ENVELOPES.entries()) {
  for (const key of oneOf) BY_KEY.set(key, [...(BY_KEY.get(key) ?? []), index]);
}
const NONE: readonly number[] = [];

/**
 * Finds the wrapper of an object, the one that fitted last at the same depth first.
 *
 * Generic wrappers are never tried first: what is found must not depend on the lines before.
 */
export class EnvelopeFinder {
  readonly #last: (Envelope | undefined)[] = [];
  #memory: readonly number[];

  /** @param memory state of the finder of the earlier lines */
  constructor(memory: readonly number[] = []) {
    this.#last = memory.map((index) => ENVELOPES[index]);
    this.#memory = memory;
  }

  /**
   * State for the finder of the lines that follow: the index of the last wrapper at each depth, -1 for none. The same
   * array as before when nothing changed.
   */
  get memory(): readonly number[] {
    return this.#memory;
  }

  find(object: JsonObject, depth: number): Envelope | undefined {
    const last = this.#last[depth];
    if (last !== undefined && matches(last, object)) return last;
    let first = ENVELOPES.length;
    for (const key of Object.keys(object)) {
      for (const index of BY_KEY.get(key) ?? NONE) {
        if (index < first && matches(ENVELOPES[index]!, object)) first = index;
      }
    }
    return ENVELOPES[first];
  }

  /** Parses a record: quickly, if it is wrapped like the last one. The same as `tryParse`. */
  parse(text: string): JsonValue | JsonSyntaxError {
    const bodies = this.#last[0]?.bodies;
    return (bodies && parseLeaving(text, bodies)) ?? tryParse(text);
  }

  /** Takes note of a wrapper in which there was an event. */
  remember(envelope: Envelope, depth: number): void {
    const last = envelope.generic === true ? undefined : envelope;
    if (depth < this.#last.length && this.#last[depth] === last) return;
    this.#last[depth] = last;
    this.#memory = Array.from(this.#last, (known) =>
      known === undefined ? -1 : ENVELOPES.indexOf(known),
    );
  }
}
