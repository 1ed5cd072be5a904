import { errorText } from '../io/error-text.ts';
import { alertOf } from './alert.ts';
import type { Backlog } from './backlog.ts';
import { SinkDown, type SinkPort } from './sink.ts';
import type { Throttle } from './throttle.ts';

/** Milliseconds before a second try; each further wait is twice as long, up to the longest. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/** Time as a delivery knows it; tests put their own in its place. */
export interface DeliveryClock {
  /** Resolves after so many milliseconds, or when the signal comes. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** A number from 0 to 1. */
  random(): number;
}

export interface DeliveryOptions {
  /** Kind and place, for people; no secret is in it. */
  readonly name: string;
  readonly port: SinkPort;
  readonly most: number;
  readonly backlog: Backlog;
  readonly throttle: Throttle;
  readonly clock: DeliveryClock;
  /** Told when the other side goes away and comes back. */
  readonly tell: (text: string) => void;
}

/** What one sink came to. */
export interface DeliveryCounts {
  readonly sent: number;
  readonly held: number;
  readonly dropped: number;
  readonly refused: number;
  readonly waiting: number;
}

/** Sends alerts to one sink in its own time: nobody waits for it. */
export class Delivery {
  readonly name: string;
  readonly #options: DeliveryOptions;
  readonly #hurry = new AbortController();
  #sent = 0;
  #held = 0;
  #dropped = 0;
  #refused = 0;
  #why = '';
  #running: Promise<void> | undefined;
  #isDown = false;
  #isOver = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.name = options.name;
    if (options.backlog.size > 0) this.#start();
  }

  get counts(): DeliveryCounts {
    const { backlog } = this.#options;
    const [sent, held, dropped, refused] = [this.#sent, this.#held, this.#dropped, this.#refused];
    return { sent, held, dropped, refused, waiting: backlog.size };
  }

  /** Why the last alert could not be sent. */
  get why(): string {
    return this.#why;
  }

  /** Takes an alert. @param line as a line of JSON */
  alert(rule: string, line: () => string): void {
    const held = this.#options.throttle.pass(rule);
    if (held === undefined) {
      this.#held++;
      return;
    }
    try {
      if (this.#options.backlog.push({ line: line(), held })) this.#start();
      else this.#dropped++;
    } catch (error) {
      this.#dropped++;
      this.#why = `cannot keep alerts: ${errorText(error)}`;
    }
  }

  /** Resolves when what waits is as durable as it can be. */
  async settle(): Promise<void> {
    try {
      await this.#options.backlog.sync();
    } catch (error) {
      this.#why = `cannot keep alerts: ${errorText(error)}`;
    }
  }

  /** Sends what waits, once more at once, as long as `late` has not resolved; then the sink is over. */
  async end(late: Promise<void>): Promise<void> {
    this.#hurry.abort();
    await Promise.race([this.#running, late]);
    this.#isOver = true;
    this.#options.port.close();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { backlog, port, clock } = this.#options;
    let tries = 0;
    // What is found together is sent together.
    await Promise.resolve();
    while (backlog.size > 0 && !this.#isOver) {
      const batch = backlog.first(this.#options.most);
      // With the end near, one more try is all there is time for.
      const isLast = this.#hurry.signal.aborted;
      try {
        const { refused, why } = await port.send(
          batch.map(({ line, held }) => alertOf(line, held)),
        );
        this.#done(batch.length, refused, why);
        tries = 0;
      } catch (error) {
        this.#failed(error);
        if (isLast) return;
        const most = Math.min(FIRST_WAIT * 2 ** tries++, LONGEST_WAIT);
        const wait = Math.round(most * (0.8 + 0.4 * clock.random()));
        await clock.wait(
          error instanceof SinkDown ? (error.after ?? wait) : wait,
          this.#hurry.signal,
        );
      }
    }
  }

  #done(count: number, refused: number, why: string | undefined): void {
    const { backlog, tell } = this.#options;
    backlog.shift(count);
    this.#sent += count - refused;
    this.#refused += refused;
    if (why !== undefined) this.#why = why;
    if (this.#isDown) tell(`${this.name} takes alerts again`);
    this.#isDown = false;
  }

  #failed(error: unknown): void {
    this.#why = error instanceof Error ? error.message : String(error);
    if (!this.#isDown)
      this.#options.tell(
        `${this.name} takes no alerts: ${this.#why}; they wait, and are sent again`,
      );
    this.#isDown = true;
  }
}
