import { decodeString, stringEnd } from './quoted-text.ts';
import type { JsonObject, JsonValue } from './value.ts';
import { MAX_WEIGHT } from './weight.ts';

/** Deepest nesting of arrays and objects that is read; Falco's parser stops at 300. */
export const MAX_DEPTH = 1000;

export type JsonErrorKind = 'truncated' | 'invalid' | 'depth' | 'weight';

/** Text that is not JSON, with the index at which that became clear. */
export class JsonSyntaxError extends Error {
  readonly kind: JsonErrorKind;
  readonly position: number;

  constructor(kind: JsonErrorKind, message: string, position: number) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.kind = kind;
    this.position = position;
  }
}

/**
 * Parses one JSON value; the last of duplicate keys wins.
 *
 * `JSON.parse` decides first. What it refuses is read once more the way Falco's parser (fastjson)
 * reads it: unknown escapes and lone surrogates stay as text, `NaN`, `inf` and odd number
 * spellings are numbers.
 *
 * @throws JsonSyntaxError when that fails too, when nesting exceeds {@link MAX_DEPTH}, or when there is more in it than
 *   {@link MAX_WEIGHT}.
 */
export function parseJson(text: string): JsonValue {
  // Two brackets a level: a shorter text cannot be nested too deeply.
  if (text.length > 2 * MAX_DEPTH && !checkBounds(text)) return new LenientParser(text).parse();
  return parseShallowJson(text);
}

/**
 * {@link parseJson} for text that may well be no JSON: the error is returned, and costs no more than reading it did.
 */
export function tryParse(text: string): JsonValue | JsonSyntaxError {
  // An error looks up where it was made, which takes longer than parsing a line.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const isOpen = text.length > 2 * MAX_DEPTH && !checkBounds(text);
    if (isOpen || !JSON_START.test(text)) return new LenientParser(text).parse();
    return parseShallowJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** How every text starts that `JSON.parse` takes: it need not be asked about others. */
const JSON_START =
  /^[ \t\n\r]*(?:\{[ \t\n\r]*["}]|\[[ \t\n\r]*["\d{[\]\-tfn]|"|-?\d|true|false|null)/;

/** {@link parseJson} for a text that is known to be within the bounds. */
export function parseShallowJson(text: string): JsonValue {
  if (!text.includes('\\ud') && !text.includes('\\uD')) {
    try {
      return JSON.parse(text) as JsonValue;
    } catch {
      // Read again below: leniently, and with a position for the error.
    }
  }
  return new LenientParser(text).parse();
}

/**
 * Checks nesting and weight.
 *
 * @returns false for a text that is not at its end: `JSON.parse` need not build what is there, to throw it away
 */
function checkBounds(text: string): boolean {
  let depth = 0;
  let weight = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i = stringEnd(text, i) - 1;
      if (i < 0) return false;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw new JsonSyntaxError('depth', 'nested too deeply', i);
      weight += 2;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    } else if (code === 0x2c || code === 0x3a) {
      weight++;
    }
    if (weight > MAX_WEIGHT) throw new JsonSyntaxError('weight', 'too many values', i);
  }
  return depth === 0;
}

class LenientParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonValue {
    const value = this.#value(0);
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#error('unexpected text behind the JSON value');
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) {
      throw new JsonSyntaxError('depth', 'nested too deeply', this.#at);
    }
    this.#blanks();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    this.#blanks();
    if (this.#take('}')) return object;
    for (;;) {
      this.#blanks();
      if (this.#text[this.#at] !== '"') throw this.#error('expected a key');
      const key = this.#string();
      this.#blanks();
      if (!this.#take(':')) throw this.#error("expected ':'");
      const value = this.#value(depth + 1);
      // A plain assignment to `__proto__` would set the prototype.
      Object.defineProperty(object, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      this.#blanks();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#error("expected ',' or '}'");
    }
  }

  #array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.#at++;
    this.#blanks();
    if (this.#take(']')) return array;
    for (;;) {
      array.push(this.#value(depth + 1));
      this.#blanks();
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#error("expected ',' or ']'");
    }
  }

  #string(): string {
    const end = stringEnd(this.#text, this.#at);
    if (end === -1) {
      this.#at = this.#text.length;
      throw this.#error('the text ends inside a string');
    }
    const raw = this.#text.slice(this.#at + 1, end - 1);
    const newline = raw.indexOf('\n');
    if (newline !== -1) {
      this.#at += newline + 1;
      throw this.#error('line break inside a string');
    }
    this.#at = end;
    return decodeString(raw);
  }

  #scalar(): JsonValue {
    SCALAR.lastIndex = this.#at;
    const word = SCALAR.exec(this.#text)?.[0];
    if (word === undefined) throw this.#error('expected a JSON value');
    this.#at += word.length;
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    return Number(word);
  }

  #blanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return;
      this.#at++;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #error(message: string): JsonSyntaxError {
    const truncated = this.#at >= this.#text.length;
    return new JsonSyntaxError(
      truncated ? 'truncated' : 'invalid',
      truncated && !message.startsWith('the text') ? `the text ends: ${message}` : message,
      this.#at,
    );
  }
}

// fastjson's parseValue and parseRawNumber: any run of number characters, and NaN or inf in any case.
const SCALAR = /true|false|null|[+-]?(?:[nN][aA][nN]|[iI][nN][fF])|[-+0-9.eE]+/y;
