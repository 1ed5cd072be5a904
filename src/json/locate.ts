import { decodeString, stringEnd } from './quoted-text.ts';
import { arrayIndex } from './value.ts';

/** A part of a JSON text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a valid JSON text that holds the value at a path of object keys and array indexes.
 * The last of duplicate keys wins, as in `JSON.parse`. Undefined when there is no such value.
 */
export function locate(text: string, path: readonly string[]): Span | undefined {
  const start = skipBlanks(text, 0);
  // A span of the root that reaches to the end of the text would take blanks in.
  return path.length === 0
    ? { start, end: skipValue(text, start) }
    : within(text, { start, end: text.length }, path);
}

/** {@link locate} inside the value at a span. */
function within(text: string, value: Span, path: readonly string[]): Span | undefined {
  let span: Span | undefined = value;
  for (const key of path) {
    const first = text[span.start];
    if (first === '{') span = locateMember(text, span.start, key);
    else if (first === '[') span = locateElement(text, span.start, arrayIndex(key));
    else return undefined;
    if (span === undefined) return undefined;
  }
  return span;
}

/** Locates several values in the text of one JSON object: it is read once for its members, each of which is kept. */
export class MemberSpans {
  readonly #text: string;
  #members: Map<string, Span> | undefined;

  /** @param text a valid JSON text that holds an object */
  constructor(text: string) {
    this.#text = text;
  }

  /** As {@link locate} has it, for a path that is not empty. */
  locate([key, ...rest]: readonly string[]): Span | undefined {
    if (this.#members === undefined) {
      this.#members = new Map();
      for (const [name, span] of members(this.#text, skipBlanks(this.#text, 0)))
        this.#members.set(name, span);
    }
    const member = this.#members.get(key!);
    return member && within(this.#text, member, rest);
  }
}

/** The spans of an array's elements, in order; nothing when the span holds no array. */
export function* elements(text: string, array: Span): Generator<Span> {
  if (text[array.start] !== '[') return;
  let i = skipBlanks(text, array.start + 1);
  while (i < array.end && text[i] !== ']') {
    const end = skipValue(text, i);
    yield { start: i, end };
    i = skipBlanks(text, end);
    if (text[i] === ',') i = skipBlanks(text, i + 1);
  }
}

function locateElement(text: string, start: number, index: number): Span | undefined {
  if (index < 0) return undefined;
  let at = 0;
  for (const span of elements(text, { start, end: text.length })) {
    if (at++ === index) return span;
  }
  return undefined;
}

function locateMember(text: string, start: number, wanted: string): Span | undefined {
  let found: Span | undefined;
  for (const [key, span] of members(text, start)) if (key === wanted) found = span;
  return found;
}

/** The members of the object that starts at an index, in order, with duplicates. */
function* members(text: string, start: number): Generator<[key: string, value: Span]> {
  let i = skipBlanks(text, start + 1);
  while (i < text.length && text[i] === '"') {
    const keyEnd = stringEnd(text, i);
    if (keyEnd === -1) return;
    const key = decodeString(text.slice(i + 1, keyEnd - 1));
    const valueStart = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const end = skipValue(text, valueStart);
    yield [key, { start: valueStart, end }];
    i = skipBlanks(text, end);
    if (text[i] === ',') i = skipBlanks(text, i + 1);
  }
}

/** The index of the next character that is no blank. */
export function skipBlanks(text: string, from: number): number {
  let i = from;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return i;
    i++;
  }
}

/** The index after the JSON value that starts at `start`; the text's length when it is open. */
export function skipValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') {
    const end = stringEnd(text, start);
    return end === -1 ? text.length : end;
  }
  if (first !== '{' && first !== '[') {
    let i = start;
    while (i < text.length && !/[\s,\]}]/.test(text[i]!)) i++;
    return i;
  }
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = stringEnd(text, i);
      if (end === -1) return text.length;
      i = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
    } else if ((code === 0x7d || code === 0x5d) && --depth === 0) {
      return i + 1;
    }
  }
  return text.length;
}

/** A valid JSON text without blanks between tokens; every token keeps its spelling. */
export function minify(text: string): string {
  let out = '';
  let kept = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = stringEnd(text, i);
      if (end === -1) break;
      i = end - 1;
    } else if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      out += text.slice(kept, i);
      kept = i + 1;
    }
  }
  return kept === 0 ? text : out + text.slice(kept);
}
