import { fromByteString, toByteString } from '../../util/bytes.ts';
import { ConditionError } from '../condition-error.ts';

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '/': '/',
  // Falco's escaping.cpp: a backslash before a blank stays, the blank goes.
  ' ': '\\',
};

/**
 * Decodes the inside of a quoted string (Falco escaping.cpp: unescape_str).
 *
 * @param raw the text between the quotes
 * @param quote the quote it stands in
 * @param position index of `raw` in the condition, for errors
 */
export function unescapeString(raw: string, quote: string, position: number): string {
  if (!raw.includes('\\')) return raw;
  let out = '';
  let bytes = false;
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i]!;
    if (char !== '\\') {
      out += char;
      continue;
    }
    const escape = raw[++i] ?? '';
    if (escape === 'x') {
      const byte = hexByte(raw, i, position);
      bytes ||= byte > 0x7f;
      // Marked as a surrogate until the whole string is known.
      out += byte > 0x7f ? String.fromCharCode(0xdc00 + byte) : String.fromCharCode(byte);
      i += 2;
    } else if (escape === '"' || escape === "'") {
      if (escape !== quote) {
        throw new ConditionError(
          `invalid \\${escape} escape in ${quote}-quoted string`,
          position + i,
        );
      }
      out += escape;
    } else {
      const plain = ESCAPES[escape];
      if (plain === undefined) {
        throw new ConditionError(
          `unsupported string escape sequence: \\${escape}`,
          position + i,
          'write a backslash as \\\\ inside quotes, or leave the quotes out',
        );
      }
      out += plain;
    }
  }
  return bytes ? fromByteString(toByteString(out)) : out;
}

function hexByte(raw: string, at: number, position: number): number {
  const digits = raw.slice(at + 1, at + 3);
  if (digits.length < 2) {
    throw new ConditionError('truncated hex char escape sequence', position + at);
  }
  if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
    throw new ConditionError(`invalid hex char escape sequence: ${digits}`, position + at);
  }
  return Number.parseInt(digits, 16);
}

/** Writes a value so that the parser reads it back: bare where possible, else double-quoted. */
export function quoteValue(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are among what is quoted
  return /^[^()"'\s=,\\\0-\x1f\x7f-\x9f\ud800-\udfff]+$/u.test(value) ? value : quoteString(value);
}

/** Characters that Falco's printer (escaping.cpp: escape_str) writes with a letter. */
const NAMED: Readonly<Partial<Record<string, string>>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** Writes a value as a double-quoted string with escapes. */
export function quoteString(value: string): string {
  let out = '"';
  for (const char of value) {
    const code = char.codePointAt(0)!;
    const named = NAMED[char];
    if (named !== undefined) out += named;
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${(code - 0xdc00).toString(16)}`;
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += char;
  }
  return `${out}"`;
}
