import { isObject, type JsonObject, type JsonValue } from '../../json/value.ts';

/** The value that a program printed as text. */
interface Printed<Value> {
  readonly value: Value;
  /** False if texts are not quoted: then their type and their end are guessed from what is around them. */
  readonly isExact: boolean;
}

/** Longest text that is read, and how deep. */
const MAX_LENGTH = 1 << 20;
const MAX_DEPTH = 64;

/**
 * The object that a text stands for, in the notation of programs that do not print JSON: `{'a': 'b'}` (Python, and CSV that
 * pandas writes), `{'a': b}` (DuckDB), `{a=b}` (Athena, Trino, Hive).
 *
 * @returns undefined for any other text
 */
export function printedObject(text: string): Printed<JsonObject> | undefined {
  const printed = /^\s*\{\s*(?:'|"|[A-Za-z_][\w./-]{0,255}=)/.test(text) ? read(text) : undefined;
  return isObject(printed?.value) ? { value: printed.value, isExact: printed.isExact } : undefined;
}

/** The list that such a text stands for. @param exactly leaves out lists that had to be guessed */
export function printedList(text: string, exactly = false): readonly JsonValue[] | undefined {
  const printed = text.startsWith('[') ? read(text) : undefined;
  if (printed === undefined || (exactly && !printed.isExact)) return undefined;
  return Array.isArray(printed.value) ? printed.value : undefined;
}

function read(text: string): Printed<JsonValue> | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const reader = new Reader(text.trim());
  const value = reader.value(0, '');
  return value !== undefined && reader.isAtEnd ? { value, isExact: reader.isExact } : undefined;
}

const KEY = /(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([A-Za-z_][\w./-]{0,255}))\s?([:=])\s?/y;
const QUOTED = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;
const NEXT = /\s*(,?)\s*/y;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;
/** What stands behind a text without quotes in an object: another key. */
const NEXT_KEY = /,\s(?:'[^']{1,255}':|[A-Za-z_][\w./-]{0,255}=)/y;
const WORDS = new Map<string, JsonValue>([
  ['None', null],
  ['NULL', null],
  ['null', null],
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
]);

class Reader {
  isExact = true;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** @param end the bracket that ends what the value is in */
  value(depth: number, end: string, key = ''): JsonValue | undefined {
    const char = this.#text[this.#at];
    if (depth > MAX_DEPTH) return undefined;
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#list(depth);
    const quoted = this.#match(QUOTED);
    return quoted === undefined ? this.#bare(end, key) : plain(quoted[1] ?? quoted[2] ?? '');
  }

  #object(depth: number): JsonObject | undefined {
    const members = new Map<string, JsonValue>();
    this.#at++;
    while (this.#text[this.#at] !== '}') {
      const key = this.#match(KEY);
      if (key === undefined) return undefined;
      const name = plain(key[1] ?? key[2] ?? key[3]!);
      const value = this.value(depth + 1, '}', name);
      if (value === undefined) return undefined;
      // Of two members of one name the first counts: what texts without quotes hold comes behind their own.
      if (!members.has(name)) members.set(name, value);
      if (this.#match(NEXT)![1] === '' && this.#text[this.#at] !== '}') return undefined;
    }
    this.#at++;
    return Object.fromEntries(members);
  }

  #list(depth: number): JsonValue[] | undefined {
    const list: JsonValue[] = [];
    this.#at++;
    while (this.#text[this.#at] !== ']') {
      const value = this.value(depth + 1, ']');
      if (value === undefined) return undefined;
      list.push(value);
      if (this.#match(NEXT)![1] === '' && this.#text[this.#at] !== ']') return undefined;
    }
    this.#at++;
    return list;
  }

  /** A number, a word such as `None`, or a text without quotes. */
  #bare(end: string, key: string): JsonValue | undefined {
    const from = this.#at;
    for (let at = from, open = 0; at <= this.#text.length; at++) {
      const char = this.#text[at];
      if (char === undefined || (open === 0 && this.#ends(at, end))) {
        if (end !== '' && char === undefined) return undefined;
        this.#at = at;
        return this.#word(this.#text.slice(from, at), key);
      }
      if (char === '{' || char === '[') open++;
      else if (char === '}' || char === ']') open--;
    }
    return undefined;
  }

  #ends(at: number, end: string): boolean {
    if (this.#text[at] === end) return true;
    if (this.#text[at] !== ',') return false;
    if (end === ']') return true;
    NEXT_KEY.lastIndex = at;
    return NEXT_KEY.test(this.#text);
  }

  #word(text: string, key: string): JsonValue {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
    if (NUMBER.test(text) && (this.isExact || key === 'code')) return Number(text);
    this.isExact = false;
    return text;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    if (match[4] === '=') this.isExact = false;
    return match;
  }
}

const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|(.))/gis;
const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A text without the escapes that Python writes. */
function plain(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    ESCAPE,
    (all: string, byte?: string, short?: string, long?: string, char?: string) => {
      const hex = byte ?? short ?? long;
      if (hex === undefined) return NAMED[char!] ?? (/[\\'"]/.test(char!) ? char! : all);
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
