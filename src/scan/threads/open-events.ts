import { isSameContext } from '../../events/context.ts';
import type { EventOrigin } from '../../events/event.ts';
import { RECORD_SIZE, type OpenRecord } from '../../fast/fast-scanner.ts';

/** An event that rules leave open, and that was not judged yet. */
export interface OpenEvent {
  /** As the scanner read it; or the text, of an event that only the decoder reads. */
  readonly text: OpenRecord | string;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly origin: EventOrigin;
}

/**
 * Events in the order of their input, in few objects: they wait, and V8 would copy each several times. Whoever
 * takes them makes them again, one at a time ({@link forEachOpen}).
 */
export interface OpenEvents {
  /** By event that the scanner read, its record and its text. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Texts of events that only the decoder reads. */
  readonly texts: readonly string[];
  /** What is open about the others; each once. */
  readonly prints: readonly string[];
  /** Where events were read, without lines. */
  readonly places: readonly EventOrigin[];
  /** By event, FIELD.count numbers. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** By event, as in {@link OpenEvent}. Of the year 9999 they take more than 64 bits. */
  readonly times: readonly bigint[];
}

/** Numbers of an event. */
const FIELD = {
  /** Bytes of its text; IN_TEXTS when it is the next one of `texts`. */
  size: 0,
  /** Index of what is open. */
  print: 1,
  /** Index of its place. */
  place: 2,
  /** From the start of its job. */
  line: 3,
  count: 4,
} as const;
const IN_TEXTS = -1;

/** Bytes of room for records and texts at first. */
const FIRST_ROOM = 256 * 1024;
/** Assumed bytes of an event beside its text. */
const EVENT_SIZE = 256;

/** Collects events for another thread. */
export class OpenEventList {
  #bytes = new Uint8Array(FIRST_ROOM);
  #used = 0;
  #texts: string[] = [];
  readonly #prints = new Map<string, number>();
  #places: EventOrigin[] = [];
  #numbers: number[] = [];
  #times: bigint[] = [];
  #size = 0;

  /** About how many bytes of memory the events take. */
  get size(): number {
    return this.#size;
  }

  /** @param open as in `ReaderOutput.open`; it is copied */
  add(open: OpenRecord | string, time: bigint, origin: EventOrigin): void {
    const place = this.#placeOf(origin);
    this.#times.push(time);
    if (typeof open === 'string') {
      this.#size += EVENT_SIZE + open.length;
      this.#texts.push(open);
      this.#numbers.push(IN_TEXTS, 0, place, origin.line);
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
    this.#numbers.push(text.length, this.#printOf(print), place, origin.line);
  }

  /** Gives the events away. */
  take(): OpenEvents {
    const taken = {
      bytes: this.#bytes.slice(0, this.#used),
      texts: this.#texts,
      prints: [...this.#prints.keys()],
      places: this.#places,
      numbers: Float64Array.from(this.#numbers),
      times: this.#times,
    };
    this.clear();
    return taken;
  }

  clear(): void {
    this.#used = 0;
    this.#texts = [];
    this.#prints.clear();
    this.#places = [];
    this.#numbers = [];
    this.#times = [];
    this.#size = 0;
  }

  #printOf(print: string): number {
    let index = this.#prints.get(print);
    if (index === undefined) {
      index = this.#prints.size;
      this.#prints.set(print, index);
    }
    return index;
  }

  /** Index of a place: events of one place mostly come together. */
  #placeOf(origin: EventOrigin): number {
    const last = this.#places.at(-1);
    if (last === undefined || !isSamePlace(last, origin)) this.#places.push({ ...origin, line: 0 });
    return this.#places.length - 1;
  }
}

/**
 * Calls a function with each event, in their order; its bytes are those of `events`.
 *
 * @param linesBefore lines of their input before those that their job counts
 */
export function forEachOpen(
  events: OpenEvents,
  linesBefore: number,
  take: (event: OpenEvent) => void,
): void {
  const { bytes, texts, prints, places, numbers, times } = events;
  let at = 0;
  let nextText = 0;
  for (const [index, time] of times.entries()) {
    const first = index * FIELD.count;
    const size = numbers[first + FIELD.size]!;
    const origin = {
      ...places[numbers[first + FIELD.place]!]!,
      line: numbers[first + FIELD.line]! + linesBefore,
    };
    if (size === IN_TEXTS) {
      take({ text: texts[nextText++]!, time, origin });
      continue;
    }
    const start = at + RECORD_SIZE;
    const end = start + size;
    const record = bytes.subarray(at, start);
    const print = prints[numbers[first + FIELD.print]!]!;
    take({ text: { record, text: bytes.subarray(start, end), print }, time, origin });
    at = end;
  }
}

function isSamePlace(a: EventOrigin, b: EventOrigin): boolean {
  return a.file === b.file && a.replayed === b.replayed && isSameContext(a, b);
}
