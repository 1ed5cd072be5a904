import { isObject, stringMember } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { prefixedEvent } from '../convert/prefixed.ts';
import { recognise } from '../text/recognise.ts';
import { isStoredEvent } from './stored-event.ts';

/** Levels below a record that are searched, and values that are looked at. */
const MAX_DEPTH = 9;
const MAX_VALUES = 1000;
/** Elements of a list that are looked at; one with an event makes the list worth reading whole. */
const MAX_ELEMENTS = 8;

/** The ID in a row of Azure's tables. */
const ROW = /"AuditId\\?"/;

/** One of these is in the text of every event, also of one that is text in a JSON string. */
const MARKS = /auditID|audit\.k8s\.io|AUDIT: id=/;

/** The same in base64, where it is `auditID` at any place of three; and how gzip starts. */
const PACKED = /YXVkaXRJ|F1ZGl0SU|hdWRpdEl|"H4sI/;
/** Not `{64,}`: V8 notes each round of it, and has no room for millions of them. */
const BASE64 = /^[A-Za-z\d+/_-]{64}[A-Za-z\d+/_-]*={0,2}\s*$/;

/** A member of an unknown wrapper that holds an event, events, or text with one. */
export interface HiddenEvent {
  readonly path: readonly string[];
  /** Tells the same event in two members apart from two events. */
  readonly id: string;
  /** The event, where it is flattened into an object: the path is that of its audit ID. */
  readonly event?: JsonObject;
}

/** True when a record's text may hold an event somewhere. */
export function mayHideEvent(text: string): boolean {
  return MARKS.test(text);
}

/** The same of one that may be there in base64 only, as in answers of Kafka and queues, or as a row of a table. */
export function mayPackEvent(text: string): boolean {
  return MARKS.test(text) || PACKED.test(text) || ROW.test(text);
}

/** True when a value is an audit event or a list of them, or one is in its members. */
export function holdsEvents(value: JsonValue): boolean {
  return holdsEvent(value) || (isObject(value) && hiddenEvents(value).length > 0);
}

/** Where in an object events are, in the order of its members; a bounded search. */
export function hiddenEvents(object: JsonObject): readonly HiddenEvent[] {
  const search = new Search();
  search.members(object, []);
  return search.found;
}

class Search {
  readonly found: HiddenEvent[] = [];
  readonly #ids = new Set<string>();
  #left = MAX_VALUES;

  members(object: JsonObject, path: readonly string[]): void {
    if (path.length >= MAX_DEPTH) return;
    for (const [key, value] of Object.entries(object)) {
      if (this.#left-- <= 0) return;
      const inner = [...path, key];
      const event = prefixedEvent(object, key);
      if (event !== undefined) this.#add({ path: inner, id: idOf(event), event });
      else if (holdsEvent(value)) this.#add({ path: inner, id: idOf(value) });
      else if (isObject(value)) this.members(value, inner);
      else if (Array.isArray(value) && this.#listHolds(value, inner.length)) {
        this.#add({ path: inner, id: idsOf(value) ?? inner.join('\n') });
      }
    }
  }

  #add(hidden: HiddenEvent): void {
    if (this.#ids.has(hidden.id)) return;
    this.#ids.add(hidden.id);
    this.found.push(hidden);
  }

  #listHolds(list: readonly JsonValue[], depth: number): boolean {
    if (depth >= MAX_DEPTH) return false;
    return list.slice(0, MAX_ELEMENTS).some((element) => {
      if (this.#left-- <= 0) return false;
      if (holdsEvent(element)) return true;
      if (Array.isArray(element)) return this.#listHolds(element, depth + 1);
      if (!isObject(element)) return false;
      return Object.values(element).some(
        (value) =>
          holdsEvent(value) ||
          (isObject(value) && this.#listHolds(Object.values(value), depth + 2)) ||
          (Array.isArray(value) && this.#listHolds(value, depth + 2)),
      );
    });
  }
}

function holdsEvent(value: JsonValue): boolean {
  if (typeof value === 'string') {
    if (mayHideEvent(value) && /[{"]/.test(value)) return true;
    return (value.startsWith('H4sI') || PACKED.test(value)) && BASE64.test(value);
  }
  if (!isObject(value)) return false;
  const kind = recognise(value, false);
  return kind === 'event' || kind === 'list' || isStoredEvent(value);
}

const AUDIT_ID = /auditID\\*"\s*:\s*\\*"([^"\\]{1,64})/g;
const STAGE = /"stage\\*"\s*:\s*\\*"([^"\\]{1,64})/;

/** Those of a list of texts or events: Ansible gives what a command wrote as a text, and as a list of its lines. */
function idsOf(list: readonly JsonValue[]): string | undefined {
  if (list.every((element) => typeof element === 'string')) return idOf(list.join('\n'));
  return list.every(holdsEvent) ? list.map(idOf).join('\n') : undefined;
}

/** Audit ID and stage, of each event that a text holds; the text itself where it does not tell them. */
function idOf(value: JsonValue): string {
  if (typeof value === 'string') {
    const found = [...value.matchAll(AUDIT_ID)];
    if (found.length === 0) return value;
    const parts = found.map(({ index }, i) =>
      found.length === 1 ? value : value.slice(index, found[i + 1]?.index),
    );
    return parts.map((part, i) => `${found[i]![1]!} ${STAGE.exec(part)?.[1] ?? ''}`).join('\n');
  }
  if (!isObject(value)) return '';
  const id = stringMember(value, 'auditID');
  return id === undefined ? JSON.stringify(value) : `${id} ${stringMember(value, 'stage') ?? ''}`;
}

/** The path in words for a message; keys that are no plain names are left out. */
export function pathText(path: readonly string[]): string {
  return path.map((key) => (/^[\w@.-]{1,48}$/.test(key) ? key : '?')).join('.');
}
