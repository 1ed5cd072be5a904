import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import { stringEnd } from '../../json/quoted-text.ts';
import type { JsonValue } from '../../json/value.ts';
import { MAX_LIST_HEAD, MAX_RESYNCS, MAX_WALKS } from '../limits.ts';
import { StructureScanner } from './structure.ts';

type Accept = (value: JsonValue) => boolean;

/** Finds the start of the next acceptable element of a list behind a broken one; -1 when there is none. */
export function nextElement(text: string, broken: number, accept: Accept): number {
  let at = broken;
  for (let i = 0; i < MAX_RESYNCS; i++) {
    at = text.indexOf(',{"', at + 1);
    if (at === -1) return -1;
    if (wholeEnd(text, at + 1, accept) > 0) return at + 1;
  }
  return -1;
}

/**
 * Looks for records behind what is none, in one text: what it walks in all is bounded, however often it is asked.
 */
export class RecordSearch {
  readonly #text: string;
  readonly #accept: Accept;
  #left: number;

  constructor(text: string, accept: Accept) {
    this.#text = text;
    this.#accept = accept;
    this.#left = MAX_WALKS * text.length;
  }

  /**
   * The start of an acceptable record behind the rest of one that was never finished: what a writer that died in the
   * middle of a line leaves before the first line of the next one. Objects at the place of a value do not count, so
   * that nothing inside a cut event passes for an event.
   *
   * @returns -1 when there is none
   */
  behindTorn(torn: number): number {
    return this.#next(torn, -1);
  }

  /**
   * The start of an acceptable record in the text behind a whole value. A colon before it is none of JSON when no
   * quoted key stands there: loggers write one behind their name.
   *
   * @returns -1 when there is none
   */
  behindValue(behind: number): number {
    if (this.#left < 0) return -1;
    const start = this.#text.indexOf('{"', behind);
    const quote = this.#text.indexOf('"', behind);
    const isLoggers =
      start !== -1 && quote > start && /:\s*$/.test(this.#text.slice(behind, start));
    return this.#next(behind, isLoggers ? start : -1);
  }

  #next(from: number, sure: number): number {
    if (this.#left < 0) return -1;
    const text = this.#text;
    let [outside, walked] = [from, from];
    for (let at = text.indexOf('{"', from + 1); at !== -1; at = text.indexOf('{"', at + 1)) {
      this.#left -= at - walked;
      walked = at;
      if (this.#left < 0) return -1;
      outside = behindStrings(text, outside, at);
      if (at !== sure && outside <= at && isValuePlace(text, at)) continue;
      const end = wholeEnd(text, at, this.#accept);
      this.#left -= Math.abs(end) - at;
      if (end > 0) return at;
    }
    this.#left -= text.length - walked;
    return -1;
  }
}

/** The end of the last string that starts before an index; behind the index, or Infinity, when it lies in a string. */
function behindStrings(text: string, from: number, until: number): number {
  let at = from;
  while (at < until) {
    const quote = text.indexOf('"', at);
    if (quote === -1 || quote >= until) return until;
    const end = stringEnd(text, quote);
    if (end === -1) return Infinity;
    at = end;
  }
  return at;
}

/** True where JSON has a value: behind a colon, a comma or an opening bracket. */
function isValuePlace(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return before >= 0 && ':,['.includes(text[before]!);
}

/** The end of the acceptable value that starts at an index of a text; where it was seen to be none, negative. */
export function wholeEnd(text: string, at: number, accept: Accept): number {
  const scanner = new StructureScanner();
  const whole = scanner.next(text, at, MAX_LIST_HEAD + 1) === 'value' && !scanner.wasBad;
  const value = whole ? tryParse(text.slice(at, scanner.at)) : undefined;
  const isFound = value !== undefined && !(value instanceof JsonSyntaxError) && accept(value);
  return isFound ? scanner.at : -scanner.at;
}
