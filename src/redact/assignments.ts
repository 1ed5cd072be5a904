/** Credentials behind their names: `password=x`, `"token": "x"`, `Authorization: Bearer x`, files of settings. */
import { base64Text } from './encodings.ts';
import { COOKIE_HEADER, cookiesEnd } from './cookies.ts';
import { sensitivity } from './secret-names.ts';
import type { Mark } from './marks.ts';
import { isKept, valueAt } from './secret-values.ts';

/** Part of a name that may ask for a credential. What stands before it is looked at when it is found. */
const KEYWORD =
  /(?:passw|passp|passc|pass|pwd|pw|psk|token|secret|key|auth|cred|cookie|sig|otp|bearer|jwt|headervalue)[\w.-]{0,60}/gi;
const NAME_CHARACTER = /[\w.\-/]/;
const MAX_NAME = 80;
/** Between a name and its value: in files and languages of all sorts. */
const BETWEEN =
  /(?:\\{0,7}["'`])?\]?[ \t]{0,16}(?:=>|:=|\?=|[=:]|%3[AD]|%253[AD])\s{0,16}|\\{0,7}["'`]?[,\s][\s,]{0,16}\\{0,7}["'`]?value\\{0,7}["'`]?[ \t]{0,8}[=:]\s{0,8}|["']\s{0,4},\s{0,4}(?=["'])|[^\S\n]{0,4}>(?!=)\s{0,20}|["']>\s{0,20}/iy;
/** Between a flag and its value; also between elements of a list. */
const BEHIND_FLAG = /[ \t]{1,8}|,[ \t]?|\s{1,4}-\s{1,4}|%20|\+|\\{0,7}["'],\s?(?=\\{0,7}["'])/y;
/** The scheme of an Authorization header, whatever its name. */
const SCHEME = /[A-Za-z][A-Za-z-]{1,24}(?: {1,4}|%20|\+)/y;
/** What an API server says of a field, `spec.password: Invalid value: "x"`: the value comes behind, or there is none. */
const FIELD_VALUE = /(?:Invalid|Unsupported|Duplicate) value: /y;
const FIELD_ERROR = /(?:Required value|Forbidden|Too long|Internal error): /y;
const BLOCK_BELOW = /^[\w.-]{1,80}:[ \t]{1,4}[|>][+-]?\d?$/;
const BLOCK = /[|>][+-]?\d?[ \t]*\n/y;

/** False for a text in which no name asks for a credential. */
export function mayHoldNames(text: string): boolean {
  KEYWORD.lastIndex = 0;
  return KEYWORD.test(text);
}

/** Marks values behind names. The lines of a text with several are settings of their own. */
export function markAssignments(text: string, mark: Mark): void {
  const lines = text.includes('\n');
  let done = 0;
  KEYWORD.lastIndex = 0;
  for (let match = KEYWORD.exec(text); match !== null; match = KEYWORD.exec(text)) {
    const end = match.index + match[0].length;
    let start = match.index;
    const least = Math.max(done, start - MAX_NAME);
    while (start > least && NAME_CHARACTER.test(text[start - 1]!)) start--;
    const next = markNamed(text, start, end, lines, mark);
    if (next <= end) continue;
    done = next;
    KEYWORD.lastIndex = next;
  }
  if (lines) markBefore(text, mark);
  markBearer(text, mark);
  markNetrc(text, mark);
  markManifests(text, mark);
}

/** Marks the value of a name. @returns where reading continues, 0 when there is none */
function markNamed(
  text: string,
  start: number,
  nameEnd: number,
  lines: boolean,
  mark: Mark,
): number {
  // A name ends before a dot or dash that ends a sentence or a list.
  const name = text.slice(start, nameEnd).replace(/[.-]+$/, '');
  const end = start + name.length;
  const before = text[start - 1] ?? '';
  const quoted = before === '"' || before === "'" || before === '`' || before === '<';
  const flag = name.startsWith('-');
  const query = before === '?' || before === '&';
  BETWEEN.lastIndex = end;
  const between = BETWEEN.exec(text)?.[0];
  if (between === undefined && !flag) return 0;
  const sure = sensitivity(name);
  if (sure === undefined) return 0;
  if (between?.trim() === '>' && before !== '<') return 0;
  if (between === ':' && isImage(name, text.slice(end + 1, end + 100))) return 0;
  if (between !== undefined) {
    if (sure === 'quoted' && !quoted && !query && !flag && !atLineStart(text, start, lines))
      return 0;
    return markValue(
      text,
      name,
      end + between.length,
      lines && atLineStart(text, start, lines),
      mark,
    );
  }
  BEHIND_FLAG.lastIndex = end;
  const gap = BEHIND_FLAG.exec(text)?.[0];
  if (gap === undefined || text[end + gap.length] === '-') return 0;
  return markValue(text, name, end + gap.length, false, mark);
}

/** `registry.example.com/token:1.4`, `token:1.4@sha256:…`: a name of an image with its tag. */
function isImage(name: string, behind: string): boolean {
  if (name.includes('/')) return true;
  return (
    !/pass\w{0,5}$|pwd$/i.test(name) &&
    /^(?:v?\d{1,4}(?:\.\d{1,8}){1,3}|latest)(?![\w])/.test(behind)
  );
}

function atLineStart(text: string, start: number, lines: boolean): boolean {
  if (!lines) return false;
  let index = start;
  while (index > 0 && start - index < 40 && /[ \t\-"']/.test(text[index - 1]!)) index--;
  if (text.slice(Math.max(0, index - 7), index) === 'export ') index -= 7;
  return index === 0 || text[index - 1] === '\n';
}

function markValue(
  text: string,
  name: string,
  start: number,
  wholeLine: boolean,
  mark: Mark,
): number {
  FIELD_ERROR.lastIndex = start;
  if (FIELD_ERROR.test(text)) return FIELD_ERROR.lastIndex;
  FIELD_VALUE.lastIndex = start;
  const from = FIELD_VALUE.test(text) ? FIELD_VALUE.lastIndex : start;
  BLOCK.lastIndex = from;
  if (BLOCK.test(text)) return markBlock(text, BLOCK.lastIndex, mark);
  if (COOKIE_HEADER.test(name)) {
    const end = cookiesEnd(text, from);
    if (end > from && !isKept(text.slice(from, end))) {
      mark(from, end);
      return end;
    }
  }
  if (/authorization$/i.test(name)) {
    SCHEME.lastIndex = from;
    const scheme = SCHEME.exec(text)?.[0];
    if (scheme !== undefined && !isKept(scheme.trimEnd())) {
      const credential = valueAt(text, from + scheme.length);
      if (credential !== undefined) {
        mark(from, credential.end);
        return credential.next;
      }
    }
  }
  const value = valueAt(text, from, wholeLine);
  if (value === undefined) return 0;
  // The name of a block in the place of a value: `chpasswd:`, then `list: |`.
  if (wholeLine && BLOCK_BELOW.test(text.slice(value.start, value.end)) && text[value.end] === '\n')
    return markBlock(text, value.end + 1, mark);
  if (!isKept(text.slice(value.start, value.end))) mark(value.start, value.end);
  return value.next;
}

/** The lines of a block scalar: those that are indented as the first one. */
function markBlock(text: string, from: number, mark: Mark): number {
  const indent = /[ \t]*/y;
  indent.lastIndex = from;
  const width = indent.exec(text)?.[0].length ?? 0;
  let end = from;
  while (end < text.length) {
    indent.lastIndex = end;
    const here = indent.exec(text)?.[0].length ?? 0;
    const lineEnd = text.indexOf('\n', end);
    if (here < Math.max(1, width) && text[end + here] !== '\n') break;
    end = lineEnd === -1 ? text.length : lineEnd + 1;
  }
  mark(from + width, text[end - 1] === '\n' ? end - 1 : end);
  return end;
}

const SCHEMES = /(?:bearer|negotiate|apikey|basic)[ %+]/i;
const BEARER = /\b(?:bearer|negotiate|apikey)(?: {1,4}|%20|\+)([\w.~+/=-]{8}[\w.~+/=-]*)/gi;
const BASIC = /\bbasic(?: {1,4}|%20|\+)([A-Za-z0-9+/]{6}[A-Za-z0-9+/]*(?:={0,2}|(?:%3D){0,2}))/gi;

/** `Bearer x` without the header's name; `Basic x` when it is a user and a password. */
function markBearer(text: string, mark: Mark): void {
  if (!SCHEMES.test(text)) return;
  for (const match of text.matchAll(BEARER)) {
    if (/\d|[a-z][A-Z]/.test(match[1]!))
      mark(match.index + match[0].length - match[1]!.length, match.index + match[0].length);
  }
  for (const match of text.matchAll(BASIC)) {
    if (base64Text(match[1]!.replaceAll('%3D', '='))?.includes(':') !== true) continue;
    mark(match.index + match[0].length - match[1]!.length, match.index + match[0].length);
  }
}

/** An environment variable in YAML: any, as everywhere. */
const VARIABLE =
  /\bname:[ \t]{1,4}["']?[A-Z][A-Z0-9_]{0,80}["']?\n[ \t]{1,40}value:[ \t]{1,4}([^\s][^\n]{0,1024})/g;
/** `value: x` on the line before `name: X_PASSWORD`, in YAML. */
const VALUE_BEFORE =
  /\bvalue:[ \t]{1,4}([^\s][^\n]{0,1024})\n[ \t]{1,40}name:[ \t]{1,4}["']?([\w.-]{1,80})/g;

function markBefore(text: string, mark: Mark): void {
  if (!text.includes('value:')) return;
  for (const match of text.matchAll(VALUE_BEFORE)) {
    const value = match[1]!;
    if (sensitivity(match[2]!) === undefined || isKept(value)) continue;
    const start = match.index + match[0].indexOf(value, 'value:'.length);
    mark(start, start + value.length);
  }
  for (const match of text.matchAll(VARIABLE)) {
    const value = match[1]!;
    const end = match.index + match[0].length;
    if (!isKept(value)) mark(end - value.length, end);
  }
}

/** `machine h login u password x`; the words may stand on lines of their own. */
const NETRC = /\b(?:login|machine|default)\s[^"']{0,256}?\b(?:password|passwd)\s{1,8}(\S{1,256})/g;

function markNetrc(text: string, mark: Mark): void {
  if (!text.includes('login') && !text.includes('machine')) return;
  for (const match of text.matchAll(NETRC)) {
    const length = match[1]!.replace(/["'\\].*$/, '').length;
    const start = match.index + match[0].length - match[1]!.length;
    mark(start, start + length);
  }
}

const SECRET_MANIFEST = /\bkind:\s{0,4}["']?Secret\b/;
const DATA_KEY = /^([ \t]*)(?:data|stringData):[ \t]*$/;

/** Values of a Secret that is written as YAML. */
function markManifests(text: string, mark: Mark): void {
  if (!text.includes('kind:') || !SECRET_MANIFEST.test(text)) return;
  let index = 0;
  /** Indentation of the `data:` whose lines follow; -1 outside. */
  let inside = -1;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const key = DATA_KEY.exec(line);
    if (key !== null) inside = indent;
    else if (inside >= 0 && line.trim() !== '') {
      if (indent <= inside) inside = -1;
      else {
        const colon = line.indexOf(': ');
        const from = colon === -1 ? indent : colon + 2;
        if (!/^[|>][+-]?\d?$/.test(line.slice(from).trim()) && !line.trimEnd().endsWith(':')) {
          mark(index + from, index + line.length);
        }
      }
    }
    index += line.length + 1;
  }
}
