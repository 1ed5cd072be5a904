import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import type { JsonObject } from '../../json/value.ts';
import { stringEnd } from '../../json/quoted-text.ts';
import { parseLegacy } from '../convert/legacy.ts';
import { unescapedBetweenTags } from './escaped-text.ts';
import { isKlog, isWordInBrackets, opensWord } from './line-text.ts';
import type { ProblemReason } from '../problems.ts';

/** The kind and content of a text whose prefixes have been stripped. */
export type TextRecord =
  | { readonly kind: 'json'; readonly text: string }
  /** JSON values one after the other, or with other text around them. */
  | { readonly kind: 'values'; readonly text: string }
  | { readonly kind: 'event'; readonly event: JsonObject }
  /** `otherwise` is the problem of a text that only looks like base64. */
  | { readonly kind: 'base64'; readonly text: string; readonly otherwise?: ProblemReason }
  /** The content of a JSON string. */
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'problem'; readonly reason: ProblemReason };

/**
 * Tells what text is: JSON, or one of the few other things that carry events.
 *
 * @param wrapped true for text that was inside a JSON record
 * @param strict true when events are not to be looked for inside other text
 */
export function readText(text: string, wrapped: boolean, strict: boolean): TextRecord {
  const isBracket = text.startsWith('{') || text.startsWith('[');
  if (isBracket && (strict || !isBracketText(text))) return { kind: 'json', text };
  const event = parseLegacy(text);
  if (event !== undefined) return { kind: 'event', event };
  if (isBase64(text)) return { kind: 'base64', text: text.trim() };
  const tagged = strict ? undefined : unescapedBetweenTags(text);
  if (tagged !== undefined) return { kind: 'values', text: tagged };
  const start = strict ? -1 : embeddedEvent(text);
  if (start !== -1) return { kind: 'values', text: text.slice(start) };
  if (isKlog(text)) return { kind: 'problem', reason: 'klog' };
  const quoted = strict ? undefined : quotedEvent(text);
  if (quoted !== undefined) return { kind: 'string', text: quoted };
  const value = mayBeValue(text) ? tryParse(withoutComma(text)) : undefined;
  if (typeof value === 'string') return { kind: 'string', text: value };
  if (value !== undefined && !(value instanceof JsonSyntaxError)) {
    return { kind: 'problem', reason: 'not-object' };
  }
  if (!isBracket && /^["{}[\],:]/.test(text)) return { kind: 'problem', reason: 'malformed-json' };
  if (!wrapped) return { kind: 'problem', reason: 'text' };
  return BASE64.test(text)
    ? { kind: 'base64', text: text.trim(), otherwise: 'wrapped-text' }
    : { kind: 'problem', reason: 'wrapped-text' };
}

/** Not `{64,}`: V8 notes each round of it, and has no room for millions of them. */
const BASE64 = /^[A-Za-z0-9+/]{64}[A-Za-z0-9+/]*={0,2}\s*$/;

/** Numbers and words of JSON, and nothing but blanks behind; dates and the dashes between parts of a text are none. */
const SCALAR = /^(?:true|false|null|-?\d+(?:\.\d*)?(?:e[-+]?\d+)?|-?(?:nan|inf))\s*$/i;

/** False for most texts that are no string, number or word of JSON: parsing them would fail, and failing is expensive. */
function mayBeValue(text: string): boolean {
  return text.startsWith('"') ? stringEnd(text, 0) !== -1 : SCALAR.test(text);
}

/** A string without the comma after it: a line of a list that was printed, as Ansible does with what a command wrote. */
function withoutComma(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = text.trimEnd();
  return end.endsWith('",') ? end.slice(0, -1) : text;
}

/** An element of a list as the only one of its list; `head` is the text of the list's value up to its `[`. */
export function alone(element: string, head: string): string {
  return head.trim() === '[' ? element : `${head}${element}]}`;
}

/** The problem that a whole text is when it cannot be parsed. */
export function reasonOf({ kind }: JsonSyntaxError): ProblemReason {
  if (kind === 'weight') return 'too-many-values';
  return kind === 'depth' ? 'too-deep' : 'malformed-json';
}

/** Base64 of gzip data, or of JSON: the starts that `{` and `[` have with usual second bytes. */
function isBase64(text: string): boolean {
  return /^(?:H4sI|ey[IJA]|ewo|ew0K|W3s|Wwo)[A-Za-z0-9+/]*={0,2}\s*$/.test(text);
}

/** True for text that starts with a bracket and is no JSON: a logger put a word in brackets before it, as in `[main] …`. */
export function isBracketText(text: string): boolean {
  return opensWord(text) && (isWordInBrackets(text) || embeddedEvent(text) > 0);
}

/** Last resort: the start of JSON somewhere in a text that names the audit API group; -1 if none. */
function embeddedEvent(text: string): number {
  const first = text.indexOf('{"');
  if (first === -1 || !text.includes('"audit.k8s.io/', first)) return -1;
  let start = first;
  while (start !== -1 && PRINTED.test(text.slice(start, start + 80))) {
    start = text.indexOf('{"', start + 2);
  }
  return start === -1 ? first : start;
}

/** A record as Fluent Bit prints it, with the event as it is: `{"log"=>"{"kind":…`. */
const PRINTED = /^\{"[\w.-]{1,64}" ?=>/;

/** Where logfmt has what was logged, and an element of a list as redis-cli prints it. In other quotes is what others sent: user agents, paths. */
const QUOTED_MESSAGE = /(?:^|\s)(?:msg|message|log)="\{\\"|^(?: {0,32}\d{1,9}\)){1,8} "\{\\"/i;

/** The message of a logfmt line, as loggers write `level=info msg="{\"kind\":…}"`, that names the audit API group. */
function quotedEvent(text: string): string | undefined {
  const found = QUOTED_MESSAGE.exec(text);
  if (found === null || !text.includes('\\"audit.k8s.io/', found.index)) return undefined;
  const start = text.indexOf('"', found.index);
  const end = stringEnd(text, start);
  const value = end === -1 ? undefined : tryParse(text.slice(start, end));
  return typeof value === 'string' ? value : undefined;
}
