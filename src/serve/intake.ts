import type { Buffer } from 'node:buffer';
import type { BodySource } from './body-source.ts';

/** What is known of a body before its bytes come. */
export interface BodyHead {
  /** Path of the request: what findings and problems name as their file. */
  readonly file: string;
  readonly cluster: string | undefined;
  /** When it came: milliseconds since the epoch. */
  readonly at: number;
}

/** A body that is handed over to be scanned. */
export interface Taken extends BodyHead {
  readonly source: BodySource;
  /** True when a run that was killed may have reported its findings. */
  readonly replayed: boolean;
}

/** A body while its bytes come. It is finished or dropped, once. */
export interface Arriving {
  /**
   * Takes the next bytes. Resolves when more may come.
   *
   * @returns false when there is no room for them: the body is to be dropped then
   */
  write(bytes: Buffer): Promise<boolean>;
  /**
   * The body is whole. Resolves when it is safe to acknowledge it: in the queue, or on the disk.
   *
   * @returns why it was not taken; nothing stays of it then
   */
  finish(): Promise<string | undefined>;
  /** Forgets the body, and gives its room back. */
  drop(): Promise<void>;
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
  /** Bytes of memory that bodies take now, those that are coming included. */
  readonly memory: number;
  /**
   * Begins to take a body.
   *
   * @param size how many bytes it has, as far as that is known; room is set aside for them at once
   * @returns undefined when there is no room
   */
  begin(head: BodyHead, size: number | undefined): Arriving | undefined;
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
    return this.grow(0, bytes);
  }

  /** Sets more aside for who has some. @returns false when there is not that much left */
  grow(own: number, more: number): boolean {
    if (this.used > own && this.used + more > this.#capacity) return false;
    this.used += more;
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
