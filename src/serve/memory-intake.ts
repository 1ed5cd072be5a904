import { Bell, Room, type Intake, type Received, type Taken, type Waiting } from './intake.ts';

/** A queue in memory: what is in it when the process is killed is lost. */
export class MemoryIntake implements Intake {
  readonly lost = 0;
  closed = false;
  readonly #room: Room;
  readonly #bell = new Bell();
  #queue: Received[] = [];
  #next = 0;
  #bytes = 0;
  #taken: Received | undefined;

  /** @param capacity bytes of bodies, those that are still coming included */
  constructor(capacity: number) {
    this.#room = new Room(capacity);
  }

  get waiting(): Waiting {
    const oldest = this.#taken ?? this.#queue[this.#next];
    const bodies = this.#queue.length - this.#next + (this.#taken === undefined ? 0 : 1);
    return { bodies, bytes: this.#bytes, since: oldest?.at };
  }

  reserve(bytes: number): boolean {
    return this.#room.reserve(bytes);
  }

  release(bytes: number): void {
    this.#room.release(bytes);
  }

  put(body: Received): Promise<string | undefined> {
    this.#queue.push(body);
    this.#bytes += body.bytes.length;
    this.#bell.ring();
    return Promise.resolve(undefined);
  }

  take(): Taken | undefined {
    const body = this.#queue[this.#next];
    if (body === undefined) return undefined;
    this.#next++;
    // Shifting each time would move a long queue again and again.
    if (this.#next === this.#queue.length || this.#next > 1000) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    this.#taken = body;
    return { ...body, replayed: false };
  }

  done(): void {
    if (this.#taken === undefined) return;
    const { length } = this.#taken.bytes;
    this.#taken = undefined;
    this.#bytes -= length;
    this.#room.release(length);
  }

  changed(): Promise<void> {
    return this.#bell.heard();
  }

  wake(): void {
    this.#bell.ring();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }
}
