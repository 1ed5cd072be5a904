import {
  isObject,
  member,
  stringMember,
  type JsonObject,
  type JsonValue,
} from '../../json/value.ts';
import { escapeJsonForTerminal } from '../../outputs/encode/escape.ts';
import { shownMessage } from '../../outputs/encode/shown-message.ts';
import { redact, redactField, redactJson, redactWords, type About } from '../../redact/redact.ts';

/** JSON characters of a row at most: then several fit one answer. */
export const ROW_CHARACTERS = 16 * 1024;
/** How far texts and lists are cut, until a row fits: the first one that does is taken. */
const CUTS = [
  { text: 4000, items: 200 },
  { text: 1000, items: 60 },
  { text: 300, items: 20 },
  { text: 100, items: 6 },
  { text: 40, items: 3 },
] as const;
/** What is looked at to redact it: more than is told, since a credential may go on behind a cut. */
const READ = { text: 32 * 1024, items: 1000 };
/** Deeper values are left out: no row of ours has them but in what was logged. */
const MAX_DEPTH = 40;

/**
 * The JSON text of a row as it is told: credentials redacted, long texts and lists cut with a remark, and
 * characters that nobody sees as JSON escapes.
 *
 * @param limit characters that it may have
 */
export function shownText(row: JsonValue, limit = ROW_CHARACTERS): string {
  const shown = redactRow(cutValue(row, READ.text, READ.items, 0));
  for (const { text, items } of CUTS) {
    const json = escapeJsonForTerminal(JSON.stringify(cutValue(shown, text, items, 0)));
    if (json.length <= limit) return json;
  }
  const start = JSON.stringify(shown).slice(0, Math.floor(limit / 8));
  return escapeJsonForTerminal(JSON.stringify({ cut: `${start}…` }));
}

/** A row with its credentials replaced. Rows of findings know of each value which field it is. */
function redactRow(row: JsonValue): JsonValue {
  if (!isObject(row)) return redactJson(words(row));
  const fields = member(row, 'output_fields');
  const resource = isObject(fields)
    ? stringMember(fields, 'ka.target.resource')
    : stringMember(row, 'resource');
  const about: About = { resource };
  const own = isObject(fields) ? redactFinding(row, fields, about) : row;
  return redactJson(words(own), about);
}

function redactFinding(row: JsonObject, fields: JsonObject, about: About): JsonObject {
  const output = stringMember(row, 'output') ?? '';
  const texts = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return {
    ...row,
    output: shownMessage({ message: output, outputFields: texts, subject: about }, redact),
    output_fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, fieldValue(name, value, about)]),
    ),
  };
}

function fieldValue(name: string, value: JsonValue, about: About): JsonValue {
  if (typeof value === 'string') return redactField(name, value, about);
  if (!Array.isArray(value)) return value;
  return value.map((each) => (typeof each === 'string' ? redactField(name, each, about) : each));
}

/** Lists of texts may be the words of a command. */
function words(value: JsonValue, depth = 0): JsonValue {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.every((each) => typeof each === 'string')
      ? redactWords(value)
      : value.map((each) => words(each, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, words(each, depth + 1)]),
  );
}

function cutValue(value: JsonValue, text: number, items: number, depth: number): JsonValue {
  if (typeof value === 'string') return cutText(value, text);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, items).map((each) => cutValue(each, text, items, depth + 1));
    return value.length > items ? [...kept, `… (${value.length - items} more)`] : kept;
  }
  const members = Object.entries(value);
  const kept = members
    .slice(0, items)
    .map(([key, each]) => [cutText(key, text), cutValue(each, text, items, depth + 1)]);
  if (members.length > items) kept.push(['…', `${members.length - items} more members`]);
  return Object.fromEntries(kept) as JsonObject;
}

function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length)}… (${text.length - length} more characters)`;
}
