import type { EventOrigin } from '../../events/event.ts';
import { RECORD_SIZE, type OpenRecord } from '../../fast/fast-scanner.ts';

/** An event that rules leave open, and that was not judged yet. */
export interface OpenEvent {
  /** Bytes of its text; or the text, of an event that only the decoder reads. */
  readonly text: number | string;
  /** Of the former, what is open about it. */
  readonly print: string | undefined;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** Its line counts from the start of its job. */
  readonly origin: EventOrigin;
}

/** Events in the order of their input. */
export interface OpenEvents {
  /** By event that the scanner read, its record and its text. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly events: readonly OpenEvent[];
}

/** Bytes of room for records and texts at first. */
const FIRST_ROOM = 256 * 1024;
/** Assumed bytes of an event beside its text. */
const EVENT_SIZE = 256;

/** Collects events for another thread. */
export class OpenEventList {
  #bytes = new Uint8Array(FIRST_ROOM);
  #used = 0;
  #events: OpenEvent[] = [];
  #size = 0;

  /** About how many bytes of memory the events take. */
  get size(): number {
    return this.#size;
  }

  /** @param open as in `ReaderOutput.open`; it is copied */
  add(open: OpenRecord | string, time: bigint, origin: EventOrigin): void {
    if (typeof open === 'string') {
      this.#size += EVENT_SIZE + open.length;
      this.#events.push({ text: open, print: undefined, time, origin });
      return;
    }
    const { record, text, print } = open;
    const start = this.#used + RECORD_SIZE;
    const end = start + text.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    this.#bytes.set(record, this.#used);
    this.#bytes.set(text, start);
    this.#used = end;
    this.#size += EVENT_SIZE + RECORD_SIZE + text.length;
    this.#events.push({ text: text.length, print, time, origin });
  }

  /** Gives the events away. */
  take(): OpenEvents {
    const taken = { bytes: this.#bytes.slice(0, this.#used), events: this.#events };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#used = 0;
    this.#events = [];
    this.#size = 0;
  }
}
