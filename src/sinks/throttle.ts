/** Rules that are told apart; there are some hundreds. */
const MOST_RULES = 5000;

interface Held {
  /** When the next alert of the rule may go: milliseconds since the epoch. */
  next: number;
  held: number;
}

/** Lets one alert of a rule through in a while, and counts the others. */
export class Throttle {
  readonly #every: number;
  readonly #now: () => number;
  readonly #rules = new Map<string, Held>();

  /** @param every milliseconds between two alerts of a rule; 0 lets all through */
  constructor(every: number, now: () => number) {
    this.#every = every;
    this.#now = now;
  }

  /** @returns how many were held back before this one; undefined when this one is to be held back too */
  pass(rule: string): number | undefined {
    if (this.#every === 0) return 0;
    const now = this.#now();
    const found = this.#rules.get(rule);
    // A clock that was set back would hold a rule for as long as it went back.
    if (found !== undefined && now < found.next && found.next - now <= this.#every) {
      found.held++;
      return undefined;
    }
    if (found === undefined && this.#rules.size >= MOST_RULES) this.#rules.clear();
    this.#rules.set(rule, { next: now + this.#every, held: 0 });
    return found?.held ?? 0;
  }
}
