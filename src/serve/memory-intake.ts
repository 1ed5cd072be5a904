import type { Buffer } from 'node:buffer';
import { ArrivingParts, Pieces } from './arriving-parts.ts';
import {
  Bell,
  Room,
  type Arriving,
  type BodyHead,
  type Intake,
  type Taken,
  type Waiting,
} from './intake.ts';

/** A body that is there whole. */
interface Queued extends BodyHead {
  readonly body: ArrivingParts;
  /** Bytes of room. */
  readonly room: number;
}

/** A queue in memory: what is in it when the process is killed is lost. */
export class MemoryIntake implements Intake {
  readonly lost = 0;
  closed = false;
  readonly #pieces: Pieces;
  readonly #room: Room;
  readonly #bell = new Bell();
  #queue: Queued[] = [];
  #next = 0;
  #bytes = 0;
  #taken: Queued | undefined;

  /**
   * @param capacity bytes of bodies, those that are still coming included
   * @param pieces memory for large bodies
   */
  constructor(capacity: number, pieces = new Pieces()) {
    this.#room = new Room(capacity);
    this.#pieces = pieces;
  }

  get waiting(): Waiting {
    const oldest = this.#taken ?? this.#queue[this.#next];
    const bodies = this.#queue.length - this.#next + (this.#taken === undefined ? 0 : 1);
    return { bodies, bytes: this.#bytes, since: oldest?.at };
  }

  get memory(): number {
    return this.#room.used;
  }

  begin(head: BodyHead, size = 0): Arriving | undefined {
    const body = new ArrivingParts(this.#pieces);
    const roomFor = (bytes: number): number => ArrivingParts.memoryFor(bytes, this.#pieces);
    let room = roomFor(size);
    if (!this.#room.reserve(room)) return undefined;
    return {
      write: (bytes: Buffer): Promise<boolean> => {
        const more = roomFor(body.size + bytes.length) - room;
        if (more > 0) {
          if (!this.#room.grow(room, more)) return Promise.resolve(false);
          room += more;
        }
        body.add(bytes);
        return Promise.resolve(true);
      },
      finish: (): Promise<undefined> => {
        this.#queue.push({ ...head, body, room });
        this.#bytes += body.size;
        this.#bell.ring();
        return Promise.resolve(undefined);
      },
      drop: (): Promise<void> => {
        body.free();
        this.#room.release(room);
        return Promise.resolve();
      },
    };
  }

  take(): Taken | undefined {
    const queued = this.#queue[this.#next];
    if (queued === undefined) return undefined;
    this.#next++;
    // Shifting each time would move a long queue again and again.
    if (this.#next === this.#queue.length || this.#next > 1000) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    this.#taken = queued;
    const { body, file, cluster, at } = queued;
    return { source: { parts: body.parts() }, file, cluster, at, replayed: false };
  }

  done(): void {
    if (this.#taken === undefined) return;
    const { body, room } = this.#taken;
    this.#taken = undefined;
    this.#bytes -= body.size;
    body.free();
    this.#room.release(room);
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
