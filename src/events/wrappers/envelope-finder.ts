import type { JsonObject } from '../../json/value.ts';
import { matches } from './envelope.ts';
import { ENVELOPES } from './envelopes.ts';
import type { Envelope } from './envelope.ts';

/** Indexes of wrappers by the first of their keys; those without one are asked about each object. */
const BY_KEY = new Map<string | undefined, number[]>();
for (const [index, { keys }] of ENVELOPES.entries()) {
  BY_KEY.set(keys[0], [...(BY_KEY.get(keys[0]) ?? []), index]);
}

/**
 * Finds the wrapper of an object, the one that fitted last at the same depth first.
 *
 * Generic wrappers are never tried first: what is found must not depend on the lines before.
 */
export class EnvelopeFinder {
  readonly #last: (Envelope | undefined)[] = [];

  /** @param memory state of the finder of the earlier lines */
  constructor(memory: readonly number[] = []) {
    this.#last = memory.map((index) => ENVELOPES[index]);
  }

  /**
   * State for the finder of the lines that follow: the index of the last wrapper at each depth, -1 for none.
   */
  get memory(): number[] {
    return Array.from(this.#last, (envelope) =>
      envelope === undefined ? -1 : ENVELOPES.indexOf(envelope),
    );
  }

  find(object: JsonObject, depth: number): Envelope | undefined {
    const last = this.#last[depth];
    if (last !== undefined && matches(last, object)) return last;
    let first = ENVELOPES.length;
    const ask = (key?: string): void => {
      for (const index of BY_KEY.get(key) ?? []) {
        if (index < first && matches(ENVELOPES[index]!, object)) first = index;
      }
    };
    ask();
    // A log of another kind has millions of objects that no wrapper fits: few of them share a key with one.
    for (const key of Object.keys(object)) ask(key);
    return ENVELOPES[first];
  }

  /** Takes note of a wrapper in which there was an event. */
  remember(envelope: Envelope, depth: number): void {
    this.#last[depth] = envelope.generic === true ? undefined : envelope;
  }
}
