import type { Buffer } from 'node:buffer';

/** The body of a request, as it is to be scanned. */
export interface Received {
  readonly bytes: Buffer;
  /** Path of the request: what findings and problems name as their file. */
  readonly file: string;
  readonly cluster: string | undefined;
  /** When it came: milliseconds since the epoch. */
  readonly at: number;
}

/** A body that is handed over to be scanned. */
export interface Taken extends Received {
  /** True when a run that was killed may have reported its findings. */
  readonly replayed: boolean;
}

/** What waits to be scanned, or is being scanned. */
export interface Waiting {
  readonly bodies: number;
  readonly bytes: number;
  /** When the oldest of them came: milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** Holds bodies between the answer to their request and their evaluation, within a bound. */
export interface Intake {
  readonly waiting: Waiting;
  /** Bodies that were acknowledged and cannot be read again, such as those on a damaged disk. */
  readonly lost: number;
  /** Sets room aside for bytes that are still to come. @returns false when there is none */
  reserve(bytes: number): boolean;
  /** Gives room back that no body came for. */
  release(bytes: number): void;
  /**
   * Takes a body for which room was reserved, which becomes room of the intake. Resolves when it is safe to
   * acknowledge it: in the queue, or on the disk.
   *
   * @returns why it was not taken; the room is given back then
   */
  put(body: Received): Promise<string | undefined>;
  /** The oldest body that was not handed over yet. */
  take(): Taken | undefined;
  /** What was taken is evaluated, and what was found is written out. */
  done(): void;
  /** Resolves when there may be something to take, or the intake was closed. */
  changed(): Promise<void>;
  /** Lets who waits for a change look again. */
  wake(): void;
  /** No body comes any more. */
  close(): void;
  readonly closed: boolean;
}

/** A number of bytes, and who has how much of it. */
export class Room {
  readonly #capacity: number;
  used = 0;

  /** @param capacity bytes that all may have together; one body alone may have more */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @returns false when there is not that much left */
  reserve(bytes: number): boolean {
    if (this.used > 0 && this.used + bytes > this.#capacity) return false;
    this.used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.used -= bytes;
  }
}

/** Lets several wait for one thing to happen. */
export class Bell {
  #wake: (() => void)[] = [];

  /** Resolves with the next {@link ring}. */
  heard(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
    });
  }

  ring(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
