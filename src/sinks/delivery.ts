import { errorText } from '../io/error-text.ts';
import { alertOf } from './alert.ts';
import type { Backlog, Waiting } from './backlog.ts';
import { LateAlerts } from './late-alerts.ts';
import { SinkDown, type SinkPort } from './sink.ts';
import type { Throttle } from './throttle.ts';
import { waitBefore } from './wait-time.ts';

/** Bytes of alerts in one message: some take few MiB, and answer to more with a fault that does not pass. */
const MOST_BYTES = 1024 * 1024;

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
  /** Holds alerts that the other side does not take, while others go on; undefined where they must come in order. */
  readonly late?: Backlog | undefined;
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
  readonly #told = new Set<'full' | 'refused'>();
  readonly #late: LateAlerts | undefined;
  /** Alerts that are sent one by one, because one of them may be what is not taken. */
  #alone = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.name = options.name;
    const { late } = options;
    if (late !== undefined)
      this.#late = new LateAlerts(
        late,
        (entry) => this.#sendLate(entry),
        (tries) => this.#wait(tries),
        this.#hurry.signal,
      );
    if (options.backlog.size > 0) this.#start();
  }

  get counts(): DeliveryCounts {
    const { backlog } = this.#options;
    const [sent, held, dropped, refused] = [this.#sent, this.#held, this.#dropped, this.#refused];
    return { sent, held, dropped, refused, waiting: backlog.size + (this.#late?.size ?? 0) };
  }

  /** How many of those that wait no later run has. */
  get unkept(): number {
    return this.#options.backlog.unkept + (this.#late?.unkept ?? 0);
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
    if (this.#options.backlog.push({ line: line(), held })) return this.#start();
    this.#dropped++;
    this.#tellOnce(
      'full',
      'more alerts wait than it may keep: further ones are dropped, and counted',
    );
  }

  /** Resolves when what waits is as durable as it can be. */
  async settle(): Promise<void> {
    try {
      await this.#options.backlog.sync();
      await this.#late?.sync();
    } catch (error) {
      this.#why = `cannot keep alerts: ${errorText(error)}`;
    }
  }

  /** Sends what waits, once more at once, as long as `late` has not resolved; then the sink is over. */
  async end(late: Promise<void>): Promise<void> {
    this.#hurry.abort();
    const lastTries = async (): Promise<void> => {
      await this.#running;
      await this.#late?.end();
    };
    await Promise.race([lastTries(), late]);
    this.#isOver = true;
    this.#options.port.close();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { backlog, most } = this.#options;
    let tries = 0;
    /** The last failure put an alert aside: the next one is tried at once, as it may be taken. */
    let hasPassed = false;
    // What is found together is sent together.
    await Promise.resolve();
    while (backlog.size > 0 && !this.#isOver) {
      const batch = backlog.first(this.#alone > 0 ? 1 : most, MOST_BYTES);
      // With the end near, one more try is all there is time for.
      const isLast = this.#hurry.signal.aborted;
      try {
        const { refused, why, count = batch.length } = await this.#send(batch);
        this.#forget(count);
        this.#done(count, refused, why);
        this.#alone = Math.max(0, this.#alone - 1);
        [tries, hasPassed] = [0, false];
      } catch (error) {
        this.#failed(error);
        const passes: boolean = (tries > 0 || isLast) && !hasPassed && this.#pass(batch, error);
        if (isLast && !passes) return;
        hasPassed = passes;
        if (!passes) await this.#wait(tries, error);
        tries++;
      }
    }
  }

  /** What is sent waits no more. A disk that fails is no failure of the other side. */
  #forget(count: number): void {
    try {
      this.#options.backlog.shift(count);
    } catch (error) {
      this.#why = `cannot keep alerts: ${errorText(error)}`;
    }
  }

  /** Lets others go on, where one alert may be what is not taken. @returns false when they have to wait */
  #pass(batch: readonly Waiting[], error: unknown): boolean {
    if (this.#late === undefined || !(error instanceof SinkDown) || !error.mayBeOne) return false;
    if (batch.length > 1) {
      this.#alone = batch.length;
      return true;
    }
    const [entry] = batch;
    try {
      if (!this.#late.take(entry!)) return false;
      this.#options.backlog.shift(1);
    } catch (disk) {
      this.#why = `cannot keep alerts: ${errorText(disk)}`;
      return false;
    }
    this.#alone = Math.max(0, this.#alone - 1);
    return true;
  }

  async #sendLate(entry: Waiting): Promise<boolean> {
    if (this.#isOver) return false;
    try {
      const { refused, why } = await this.#send([entry]);
      this.#done(1, refused, why);
      return true;
    } catch (error) {
      this.#why = whyOf(error);
      return false;
    }
  }

  #send(batch: readonly Waiting[]): ReturnType<SinkPort['send']> {
    return this.#options.port.send(batch.map(({ line, held }) => alertOf(line, held)));
  }

  /** Waits before a try. @param tries that failed before */
  #wait(tries: number, error?: unknown): Promise<void> {
    const { clock } = this.#options;
    const asked = error instanceof SinkDown ? error.after : undefined;
    return clock.wait(waitBefore(tries, clock.random(), asked), this.#hurry.signal);
  }

  #done(count: number, refused: number, why: string | undefined): void {
    const { tell } = this.#options;
    this.#sent += count - refused;
    this.#refused += refused;
    if (why !== undefined) this.#why = why;
    if (refused > 0)
      this.#tellOnce(
        'refused',
        `an alert is refused for good: ${this.#why}; further ones are counted`,
      );
    else this.#told.delete('full');
    if (this.#isDown) tell(`${this.name} takes alerts again`);
    this.#isDown = false;
  }

  /** Tells of a loss when it begins: a run may go on for months. */
  #tellOnce(kind: 'full' | 'refused', text: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#options.tell(`${this.name}: ${text}`);
  }

  #failed(error: unknown): void {
    this.#why = whyOf(error);
    if (!this.#isDown)
      this.#options.tell(
        `${this.name} takes no alerts: ${this.#why}; they wait, and are sent again`,
      );
    this.#isDown = true;
  }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
