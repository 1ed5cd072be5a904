// Room redact: what people do not get to see of a log: credentials, told by their names, shapes and places.
// Door: redact.ts. Everything else hands its text to it before escaping and cutting.
// Neighbours: outputs, activity, baseline and cli show what it returns; it knows json only.

import { markCommand } from './command-line.ts';
import { Finder } from './finder.ts';
import { isSensitive } from './secret-names.ts';
import type { JsonValue } from '../json/value.ts';
import { MARK, Marks } from './marks.ts';
import { isKept } from './secret-values.ts';

export { MARK };

/** What a text is about, as far as it is known: an event's `objectRef`. */
export interface About {
  readonly resource?: string | undefined;
}

/** Redacts a text. */
export type Redact = (text: string, about?: About) => string;

/** Redacts nothing. */
export const SHOW_ALL: Redact = (text) => text;

/** Texts remembered, since users, objects and clients come again and again. */
const MAX_KNOWN = 4096;
/** Longer ones are not remembered. */
const MAX_LENGTH = 256;
/** Shortest text that can hold a name and a credential. */
const MIN_LENGTH = 6;
/** Audit IDs: different in every line, and no credentials. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A function that redacts, or leaves all as it is when secrets are to be shown. */
export function redactor(showSecrets: boolean): Redact {
  if (showSecrets) return SHOW_ALL;
  const known = new Map<string, string>();
  return (text, about) => {
    if (text.length < MIN_LENGTH || UUID.test(text)) return text;
    if (text.length > MAX_LENGTH || about?.resource === 'secrets') return redact(text, about);
    const found = known.get(text);
    if (found !== undefined) return found;
    const result = redact(text);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, result);
    return result;
  };
}

/** The text with credentials replaced by `[redacted]`. */
export function redact(text: string, about?: About): string {
  const marks = new Marks();
  new Finder(
    (start, end) => marks.add(start, end),
    (start, end) => marks.add(start, end, `"${MARK}"`),
  ).find(text, about?.resource === 'secrets');
  return marks.apply(text);
}

/** Words of a command line with their credentials replaced. */
export function redactWords(words: readonly string[]): string[] {
  const marks = words.map(() => new Marks());
  markCommand(
    words.map((text, index) => ({ text, mark: (start, end) => marks[index]!.add(start, end) })),
  );
  return words.map((text, index) => redact(marks[index]!.apply(text)));
}

/** A parsed JSON value with its credentials replaced; the shape stays. */
export function redactJson(value: JsonValue, about?: About): JsonValue {
  try {
    return JSON.parse(redact(JSON.stringify(value), about)) as JsonValue;
  } catch {
    // Rather too little than a credential.
    return MARK;
  }
}

/** Name of a field in brackets or as a path: its last part says what the value is. */
const PATH_END = /["'\]]{0,4}$/;
const SECRET_DATA = /\/(?:data|stringData)(?:\/|$)/;
const ENVIRONMENT = /\/env\/\d+\/value$/;

/**
 * A field's value with its credentials replaced. The field's name may ask for one, as
 * `ka.uri.param[token]` does; a list is taken for the words of a command.
 */
export function redactField(name: string, value: string, about?: About): string {
  if (isKept(value)) return value;
  return isCredentialField(name, about) ? MARK : redact(value, about);
}

/** Answers by name; names are those of the rules' fields. */
const plainFields = new Map<string, boolean>();
const secretFields = new Map<string, boolean>();
const MAX_FIELDS = 1024;

/** True when the whole value of a field is a credential. */
export function isCredentialField(name: string, about?: About): boolean {
  const known = about?.resource === 'secrets' ? secretFields : plainFields;
  let answer = known.get(name);
  if (answer === undefined) {
    if (known.size >= MAX_FIELDS) known.clear();
    known.set(name, (answer = asksForCredential(name, about)));
  }
  return answer;
}

function asksForCredential(name: string, about: About | undefined): boolean {
  const path = name.replace(PATH_END, '');
  if (about?.resource === 'secrets' && SECRET_DATA.test(path)) return true;
  return ENVIRONMENT.test(path) || isSensitive(path.replace(/^.*[[/]/, ''));
}
