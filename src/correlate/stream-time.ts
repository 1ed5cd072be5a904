/** Nanoseconds for which the clock that is least ahead is remembered, once or twice as long. */
const REMEMBERED = 600_000_000_000n;

/**
 * How far a live stream has come, where its senders have different clocks: one that is minutes ahead must not make the
 * events of all others late. So no event tells a later time than now, unless the clocks of all senders are ahead of ours.
 */
export class StreamTime {
  readonly #now: () => bigint;
  /** By how much the time of events was ahead at least: lately, and before that. */
  #least: bigint | undefined;
  #before: bigint | undefined;
  #since = 0n;

  /** @param now wall clock, in nanoseconds since the epoch */
  constructor(now: () => bigint) {
    this.#now = now;
  }

  /** The time that the stream has come to with an event. @param time of the event */
  after(time: bigint): bigint {
    const now = this.#now();
    const ahead = time - now;
    // A clock of ours that is set back begins anew, too.
    if (this.#least === undefined || now - this.#since > REMEMBERED || now < this.#since) {
      this.#before = this.#least;
      this.#least = ahead;
      this.#since = now;
    } else if (ahead < this.#least) {
      this.#least = ahead;
    }
    const before = this.#before ?? this.#least;
    const least = before < this.#least ? before : this.#least;
    const latest = now + (least > 0n ? least : 0n);
    return time < latest ? time : latest;
  }
}
