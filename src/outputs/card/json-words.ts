import {
  isObject,
  member,
  stringMember,
  type JsonObject,
  type JsonValue,
} from '../../json/value.ts';
import { quoteWords } from '../../util/quote-words.ts';
import { shortUser } from './short-name.ts';

// JSON of the Kubernetes API in words: subjects of bindings, rules of roles, containers, and any other value as
// names with their values. Texts are those of the log.

/** Longer texts are not parsed: a card shows a few hundred characters. */
const MAX_JSON = 64 * 1024;
const MAX_DEPTH = 12;
const MAX_PARTS = 12;

/** A value of an event in words; a text that is no JSON is itself, with its line ends as blanks. */
export function valueWords(text: string): string {
  const value = parsed(text);
  return value === undefined ? text.replace(/\s+/g, ' ').trim() : jsonWords(value);
}

function parsed(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text) || text.length > MAX_JSON) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function jsonWords(value: JsonValue): string {
  const known: string[] = [];
  collectKnown(value, known, 0);
  if (known.length > 0) return limited([...new Set(known)], '; ');
  const leaves: string[] = [];
  collectLeaves(value, '', leaves, 0);
  return limited(leaves, ', ');
}

function limited(parts: readonly string[], separator: string): string {
  const shown = parts.slice(0, MAX_PARTS).join(separator);
  return parts.length > MAX_PARTS ? `${shown}${separator}…` : shown;
}

/** Collects what has words of its own, wherever it is inside a value. */
function collectKnown(value: JsonValue, found: string[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (found.length > MAX_PARTS) return;
  if (isObject(value)) {
    const words = subjectWords(value) ?? ruleWords(value) ?? containerWords(value);
    if (words !== undefined) {
      found.push(words);
      return;
    }
  }
  for (const each of Object.values<JsonValue>(value)) collectKnown(each, found, depth + 1);
}

/** A subject of a binding: `group system:masters`, `sa shop/web`. */
function subjectWords(value: JsonObject): string | undefined {
  const name = stringMember(value, 'name');
  if (name === undefined) return undefined;
  switch (stringMember(value, 'kind')) {
    case 'ServiceAccount': {
      const namespace = stringMember(value, 'namespace');
      return namespace === undefined ? `sa ${name}` : `sa ${namespace}/${name}`;
    }
    case 'Group':
      return `group ${name}`;
    case 'User':
      return `user ${shortUser(name)}`;
    default:
      return undefined;
  }
}

/** A rule of a role: `get, list on secrets`. */
function ruleWords(value: JsonObject): string | undefined {
  const verbs = texts(member(value, 'verbs'));
  const groups = texts(member(value, 'apiGroups'));
  const resources = [
    ...texts(member(value, 'resources')),
    ...texts(member(value, 'nonResourceURLs')),
  ];
  if (verbs.length === 0 || resources.length === 0) return undefined;
  const named = texts(member(value, 'resourceNames'));
  const group = groups.filter((each) => each !== '' && each !== '*').join(', ');
  return (
    `${verbs.join(', ')} on ${resources.join(', ')}` +
    (group === '' ? '' : ` (${group})`) +
    (named.length === 0 ? '' : ` named ${named.join(', ')}`)
  );
}

/** A container: its image and what it runs. */
function containerWords(value: JsonObject): string | undefined {
  const image = stringMember(value, 'image');
  if (image === undefined) return undefined;
  const command = [...texts(member(value, 'command')), ...texts(member(value, 'args'))];
  return command.length === 0 ? `image ${image}` : `image ${image} runs ${quoteWords(command)}`;
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Collects values with the last name that leads to each. */
function collectLeaves(value: JsonValue, name: string, found: string[], depth: number): void {
  if (found.length > MAX_PARTS) return;
  if (typeof value !== 'object' || value === null) {
    const text = String(value).replace(/\s+/g, ' ').trim();
    if (text !== '') found.push(name === '' ? text : `${name} ${text}`);
    return;
  }
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each !== 'object')) {
      if (value.length > 0) collectLeaves(value.join(' '), name, found, depth);
      return;
    }
    for (const each of value) collectLeaves(each, name, found, depth + 1);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    collectLeaves(each, key, found, depth + 1);
  }
}
