import type { JsonObject, JsonValue } from './value.ts';

/** Deepest nesting of arrays and objects that is read; Falco's parser stops at 300. */
export const MAX_DEPTH = 1000;

export type JsonErrorKind = 'truncated' | 'invalid' | 'depth';

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
 * @throws JsonSyntaxError when that fails too, or when nesting exceeds {@link MAX_DEPTH}.
 */
export function parseJson(text: string): JsonValue {
  // Two brackets a level: a shorter text cannot be nested too deeply.
  if (text.length > 2 * MAX_DEPTH) checkDepth(text);
  return parseShallowJson(text);
}

/** {@link parseJson} for a text that is known not to be nested too deeply. */
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

function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i = stringEnd(text, i) - 1;
      if (i < 0) return;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw new JsonSyntaxError('depth', 'nested too deeply', i);
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
}

/** The index behind the closing quote of the string that starts at `start`; -1 when it is open. */
export function stringEnd(text: string, start: number): number {
  let i = text.indexOf('"', start + 1);
  while (i !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(i - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return i + 1;
    i = text.indexOf('"', i + 1);
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Decodes the inside of a JSON string as fastjson does (`unescapeStringBestEffort`). */
export function decodeString(raw: string): string {
  if (!raw.includes('\\')) return raw;
  let out = '';
  let i = 0;
  while (i < raw.length) {
    const next = raw.indexOf('\\', i);
    if (next === -1) return out + raw.slice(i);
    out += raw.slice(i, next);
    const escape = raw[next + 1] ?? '';
    if (escape === 'u') {
      const [text, end] = decodeUnicode(raw, next);
      out += text;
      i = end;
    } else {
      out += ESCAPES[escape] ?? `\\${escape}`;
      i = next + 2;
    }
  }
  return out;
}

/** Decodes `\uXXXX` at `start`; returns the text and the index behind what was consumed. */
function decodeUnicode(raw: string, start: number): [string, number] {
  const unit = hexUnit(raw, start);
  if (unit === undefined) return ['\\u', start + 2];
  if (unit < 0xd800 || unit > 0xdfff) return [String.fromCharCode(unit), start + 6];
  const second = raw.startsWith('\\u', start + 6) ? hexUnit(raw, start + 6) : undefined;
  // A lone surrogate stays as it is written: it is no character that text could hold.
  if (second === undefined) return [raw.slice(start, start + 6), start + 6];
  const paired = unit < 0xdc00 && second >= 0xdc00 && second <= 0xdfff;
  return [paired ? String.fromCharCode(unit, second) : '\ufffd', start + 12];
}

function hexUnit(raw: string, start: number): number | undefined {
  const digits = raw.slice(start + 2, start + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
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
