/** Values behind names that ask for credentials. */
import { MARK } from './marks.ts';

/** What says that there is no value, a reference to one kept elsewhere, and what is masked already. */
const KEPT =
  /^(?:<[^<>]{0,60}>|null|nil|none|true|false|yes|no|on|off|undefined|string|optional|required|\*+|x{3,}|\|-?|>-?|\[redacted\]|\[\]|\{\}|\$\([^()]{1,200}\)|\$\{[^{}]{1,200}\}|\$[A-Z_][A-Z0-9_]{0,60}|\d{1,12}(?:\.\d{1,12})?(?:ns|us|µs|ms|s|m|h|d)|\{\{.{1,200}\}\}|%[A-Z_]{1,60}%|%\([a-z_]{1,60}\)s)$/i;
/** A path of files and not a password that begins with a slash. */
const PATH =
  /^(?:@|file:\/{0,2})?(?:~|\.{1,2}|\/(?:var|etc|run|tmp|opt|usr|home|root|mnt|dev|proc|srv|secrets?|config|conf|certs?|vault|data|app|host|rootfs|kubernetes|bootstrap|tokens?|keys?|credentials?|pki|tls|ssl))(?:\/[\w.@%+-]{1,128}){1,20}\/?$/;

/** True for a value that is no credential, whatever its name says. */
export function isKept(value: string): boolean {
  return value === '' || KEPT.test(value) || PATH.test(value);
}

/** Part of a text: the value without its quotes. */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** Where reading continues. */
  readonly next: number;
}

const REFERENCE = /\$[({][^(){}\n]{0,200}[)}]|\{\{[^{}\n]{0,200}\}\}|`[^`\n]{0,200}`/y;
/** An Authorization header's scheme belongs to the value. */
const RUN =
  /(?:(?:bearer|basic|digest|negotiate|token|apikey)(?: {1,4}|%20|\+))?[^\s"'`\\&,;()<>|{}[\]][^\s"'`\\&,;)<>|}\]]*/iy;
const LINE = /[^\n]*/y;

/** The value that begins at an index: a quoted string, or all up to a blank or delimiter. */
export function valueAt(text: string, from: number, wholeLine = false): Part | undefined {
  if (text.startsWith(MARK, from)) return undefined;
  const quoted = quotedAt(text, from);
  if (quoted !== undefined) return quoted;
  REFERENCE.lastIndex = from;
  const reference = REFERENCE.exec(text);
  if (reference !== null) return undefined;
  const pattern = wholeLine ? LINE : RUN;
  pattern.lastIndex = from;
  const value = pattern.exec(text)?.[0] ?? '';
  if (value === '') return undefined;
  const length = wholeLine ? value.replace(/\s+#.*$|[\s,;]+$/, '').length : value.length;
  return { start: from, end: from + length, next: from + value.length };
}

/**
 * A string in quotes, possibly of JSON inside JSON: its end is the first quote that has as many
 * backslashes as the first one; more of them belong to a quote inside. Without an end it is cut off.
 */
function quotedAt(text: string, from: number): Part | undefined {
  let index = from;
  while (text[index] === '\\') index++;
  const quote = text[index];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  const level = index - from;
  const start = index + 1;
  let backslashes = 0;
  for (index = start; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') backslashes++;
    else if (character === quote && backslashes % (2 * (level + 1)) === level) {
      return { start, end: index - level, next: index + 1 };
    } else backslashes = 0;
  }
  return { start, end: text.length, next: text.length };
}
