import { parseJson } from '../../json/parse.ts';
import { isObject } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { contentStart, isKlog } from '../text/line-text.ts';
import { foreignJsonText, foreignRecord, KUBECONFIG, objectOf, POLICY } from './foreign-json.ts';
import { foreignText } from './foreign-text.ts';
import { EVENTS_AS_YAML, spoiledText } from './spoiled-text.ts';

/** Lines and characters that are looked at to tell what an input without events is. */
const MAX_LINES = 40;
const MAX_SIZE = 65_536;

/** Keeps the first lines of the first input that has any. */
export class FirstLook {
  #lines: string[] = [];
  #size = 0;
  #isOver = false;

  /** Takes a line that is not known to be an event; blank ones do not count. */
  note(text: string): void {
    if (this.#isOver || text.trim() === '') return;
    const part = text.slice(0, MAX_SIZE - this.#size);
    this.#lines.push(part);
    this.#size += part.length;
    this.#isOver = this.#size >= MAX_SIZE || this.#lines.length >= MAX_LINES;
  }

  /** Another input starts. */
  next(): void {
    if (this.#lines.length > 0) this.#isOver = true;
  }

  /** The lines so far, for {@link describeInput}; undefined without any. */
  get text(): string | undefined {
    return this.#lines.length === 0 ? undefined : this.#lines.join('\n');
  }
}

/** Asked about the first line only. */
const YAML = /^(?:---|- [\w-]{1,64}:|apiVersion:|kind:|[\w-]{1,64}:(?: |$))/;

/** Keys of an event, at any depth: tools sort keys, so that `kind` of a list may stand behind all of its events. */
const EVENT_YAML =
  /^[- ]{0,16}(?:(?:auditID|requestURI|stageTimestamp|AuditId|RequestUri): |serviceName: k8s\.io)/m;

/** Keys whose list holds the records of an export. */
const LISTS = ['Records', 'records', 'items', 'events'];

/** Share of characters that are no UTF-8 from which on text is none, in percent. */
const BINARY_PERCENT = 5;

/**
 * Describes an input without any event in a few words and, where there is one, the next step, for an error
 * message.
 *
 * @param lines its first lines that are not blank, as {@link FirstLook} keeps them
 */
export function describeInput(lines: string): string {
  const text = lines.slice(contentStart(lines)).trimEnd();
  if (text === '') return 'blank lines only';
  if (isKlog(text))
    return 'klog text of a Kubernetes component; is audit logging to stdout enabled?';
  const [first = ''] = text.split('\n', 1);
  const said = spoiledText(text) ?? foreignText(first);
  if (said !== undefined) return said;
  if (text.startsWith('{') || text.startsWith('[')) return describeJson(text);
  const yaml = text.replace(/^(?:#[^\n]*\n)+/, '');
  if (YAML.test(yaml.split('\n', 1)[0]!)) return describeYaml(yaml);
  return isBinary(text) ? 'binary data, not a log' : 'text without JSON';
}

function isBinary(text: string): boolean {
  const wrong = text.split('\u{fffd}').length - 1;
  return wrong * 100 > text.length * BINARY_PERCENT;
}

/** An event as JSON in a text of YAML. */
const EVENT_JSON = /\\?"(?:apiVersion\\?" ?: ?\\?"audit\.k8s\.io\/|auditID\\?" ?:)/;

/** Headers of a message, and the text behind them. */
const MAIL = /^(?:MIME-Version|Content-Transfer-Encoding|Message-ID|Return-Path): /im;

function describeYaml(text: string): string {
  if (MAIL.test(text)) {
    return 'an e-mail message; save the log that is attached to it, or is its text, as a file';
  }
  const apiVersion = /^apiVersion: ?["']?([\w./-]{1,128})/m.exec(text)?.[1];
  const kind = /^kind: ?["']?(\w{1,64})/m.exec(text)?.[1];
  if (EVENT_YAML.test(text) || EVENT_JSON.test(text)) return EVENTS_AS_YAML;
  if (apiVersion?.startsWith('audit.k8s.io/') === true) {
    return kind === 'Event' || kind === 'EventList' ? EVENTS_AS_YAML : `${POLICY} (YAML)`;
  }
  if (kind === 'Config' || /^(?:current-context|clusters):/m.test(text)) return KUBECONFIG;
  if (kind !== undefined) return `${objectOf(kind)} (YAML)`;
  if (/^- (?:rule|macro|list):/m.test(text)) return 'Falco rules (YAML); pass them with --rules';
  if (/^(?:logsource|detection):/m.test(text)) return 'a Sigma rule; pass it with --rules';
  return 'YAML, not an audit log';
}

function describeJson(text: string): string {
  const value = firstValue(text);
  if (value === undefined) return foreignJsonText(text) ?? describeStart(text);
  let first = Array.isArray(value) ? value[0] : value;
  if (isObject(first)) first = firstRecord(first);
  if (!isObject(first)) return 'JSON without objects';
  const foreign = foreignRecord(first);
  if (foreign !== undefined) return foreign;
  if (isByColumns(first)) return BY_COLUMNS;
  const keys = Object.keys(first)
    .slice(0, 6)
    .map((key) => key.slice(0, 32));
  return keys.length === 0 ? 'empty JSON objects' : `JSON objects with the keys ${keys.join(', ')}`;
}

/** JSON of which only the start was kept may be whole. */
function describeStart(text: string): string {
  const isKept = text.length < MAX_SIZE;
  const keys = new Set(
    [...text.slice(0, 4096).matchAll(/"(\w{1,32})"\s?:/g)].map(([, key]) => key),
  );
  if (isKept || keys.size === 0) return 'malformed or unfinished JSON';
  return `JSON with the keys ${[...keys].slice(0, 6).join(', ')}`;
}

const BY_COLUMNS =
  "a table by columns, as pandas writes it; take df.to_json(FILE, orient='records', lines=True)";

/** True for a table whose columns, or whose rows without their names, stand one after the other. */
function isByColumns(first: JsonObject): boolean {
  const has = (key: string): boolean => Object.hasOwn(first, key);
  return isObject(first['auditID']) || (has('columns') && has('index') && has('data'));
}

/** The value on the first line, or on all of them together. */
function firstValue(text: string): JsonValue | undefined {
  for (const part of [text.split('\n', 1)[0]!, text]) {
    try {
      return parseJson(part);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The first record of an export that is an object with a list. */
function firstRecord(object: JsonObject): JsonObject {
  for (const key of LISTS) {
    const list = Object.hasOwn(object, key) ? object[key] : undefined;
    const record = Array.isArray(list) ? list[0] : undefined;
    if (isObject(record) && !Object.hasOwn(object, 'kind')) return record;
  }
  return object;
}
