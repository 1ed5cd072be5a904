import { MemberSpans, minify } from '../json/locate.ts';
import { parseJson } from '../json/parse.ts';
import { lookup, type JsonObject, type JsonValue } from '../json/value.ts';
import { cutAtNul } from '../util/text.ts';
import type { AuditEvent, EventOrigin } from './event.ts';

/** Values that an event gets from its place in the run, not from its JSON. */
export interface EventPlace {
  readonly time: bigint;
  readonly num: number;
  readonly firstTime: bigint;
  readonly origin: EventOrigin;
}

/** An event that was parsed whole: the plain implementation, which the reference engine uses. */
export class ParsedEvent implements AuditEvent {
  readonly time: bigint;
  readonly num: number;
  readonly firstTime: bigint;
  readonly origin: EventOrigin;
  readonly #text: string;
  readonly #value: JsonObject;
  /** Where values are in the text; made when the first is looked for. */
  #spans: MemberSpans | undefined;

  /**
   * @param text the event's own JSON text
   * @param value the same, parsed
   */
  constructor(text: string, value: JsonObject, place: EventPlace) {
    this.#text = text;
    this.#value = value;
    this.time = place.time;
    this.num = place.num;
    this.firstTime = place.firstTime;
    this.origin = place.origin;
  }

  get(path: readonly string[]): JsonValue | undefined {
    return lookup(this.#value, path);
  }

  text(path: readonly string[]): string | undefined {
    const value = this.get(path);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return cutAtNul(value);
    if (typeof value === 'number' || (typeof value === 'object' && value !== null)) {
      // JSON.parse forgets how numbers and escapes were written; rules compare the spelling.
      if (path.length === 0) return this.json;
      const span = (this.#spans ??= new MemberSpans(this.#text)).locate(path);
      if (span !== undefined) return minify(this.#text.slice(span.start, span.end));
    }
    return JSON.stringify(value);
  }

  get json(): string {
    return minify(this.#text.trim());
  }
}

/** An event for later: events of the fast engine are valid during a call only, so they are parsed whole. */
export function keptEvent(event: AuditEvent): AuditEvent {
  if (event instanceof ParsedEvent) return event;
  const { json, time, num, firstTime, origin } = event;
  return eventOfText(json, { time, num, firstTime, origin });
}

/** An event of its own JSON text, which is known to be an object. */
export function eventOfText(json: string, place: EventPlace): AuditEvent {
  return new ParsedEvent(json, parseJson(json) as JsonObject, place);
}
