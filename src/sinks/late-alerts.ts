import type { Backlog, Waiting } from './backlog.ts';

/** Sends one alert. @returns false when it is to be sent again */
type SendOne = (entry: Waiting) => Promise<boolean>;

/**
 * Alerts to which the other side answered with a fault, while it may take others. They are sent again one by one, after
 * waits of their own, so that none of them holds up another one.
 */
export class LateAlerts {
  readonly #backlog: Backlog;
  readonly #send: SendOne;
  readonly #wait: (tries: number) => Promise<void>;
  readonly #hurry: AbortSignal;
  #running: Promise<void> | undefined;

  /**
   * @param wait resolves when the next try is due
   * @param hurry comes when the end of the run is near: each alert has one more try then
   */
  constructor(
    backlog: Backlog,
    send: SendOne,
    wait: (tries: number) => Promise<void>,
    hurry: AbortSignal,
  ) {
    this.#backlog = backlog;
    this.#send = send;
    this.#wait = wait;
    this.#hurry = hurry;
    if (backlog.size > 0) this.#start();
  }

  get size(): number {
    return this.#backlog.size;
  }

  get unkept(): number {
    return this.#backlog.unkept;
  }

  /** Takes an alert. @returns false when there is no room */
  take(entry: Waiting): boolean {
    if (!this.#backlog.push(entry)) return false;
    this.#start();
    return true;
  }

  sync(): Promise<void> {
    return this.#backlog.sync();
  }

  /** Resolves when no more tries are made. */
  async end(): Promise<void> {
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    let tries = 0;
    /** Alerts that had no try since the end is near. */
    let left: number | undefined;
    let isDue = false;
    while (this.#backlog.size > 0 && left !== 0) {
      if (left === undefined && !isDue) await this.#wait(tries);
      if (this.#hurry.aborted) left = (left ?? this.#backlog.size) - 1;
      const [entry] = this.#backlog.first(1);
      isDue = await this.#send(entry!);
      tries = isDue ? 0 : tries + 1;
      this.#next(entry!, isDue);
    }
  }

  /** The next one has its try before this one has another. One that finds no room behind, or no disk, stays first. */
  #next(entry: Waiting, isSent: boolean): void {
    try {
      if (isSent || (this.#backlog.size > 1 && this.#backlog.push(entry))) this.#backlog.shift(1);
    } catch {
      // The disk is full: what was sent may be sent again by the next run.
    }
  }
}
