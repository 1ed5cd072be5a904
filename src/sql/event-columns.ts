import { quoted } from './sql-text.ts';

/** A value that is worked out of the JSON text of an event. */
export interface EventColumn {
  readonly name: string;
  readonly type: string;
  /** Uses `line` and columns before it. */
  readonly sql: string;
  /**
   * How a table has it: `stored`; `computed` when it is asked for, because it is large; or a `step`, which no query
   * sees.
   */
  readonly kept: 'stored' | 'computed' | 'step';
  /** Computed ones: the same from `line` alone. */
  readonly fromLine?: string;
  /** What it is, for people who read the table's definition. */
  readonly about: string;
}

const MAP = 'Map(String, String)';

/** The members of an object by their names, each value as JSON text; both of two equal names are there. */
function members(raw: string): string {
  return `CAST(JSONExtractKeysAndValuesRaw(${raw}), ${quoted(MAP)})`;
}

/** The content of a JSON string; empty for everything else. */
function textOf(raw: string): string {
  return `if(startsWith(${raw}, '"'), JSONExtractString(${raw}), '')`;
}

/** The values that are text in every event an API server writes, with the object that holds them. */
const TEXTS = [
  ['audit_id', 'event', 'auditID', 'String', 'ID of the request'],
  ['level', 'event', 'level', 'LowCardinality(String)', 'how much was logged of the request'],
  ['stage', 'event', 'stage', 'LowCardinality(String)', 'stage of the request'],
  ['verb', 'event', 'verb', 'LowCardinality(String)', 'what was done'],
  ['uri', 'event', 'requestURI', 'String', 'request URI'],
  ['user_agent', 'event', 'userAgent', 'LowCardinality(String)', 'client program'],
  ['received', 'event', 'requestReceivedTimestamp', 'String', 'when the request came, as text'],
  ['staged', 'event', 'stageTimestamp', 'String', 'when the stage was reached, as text'],
  ['user_name', 'user', 'username', 'LowCardinality(String)', 'who made the request'],
  ['user_uid', 'user', 'uid', 'String', 'UID of the user'],
  ['impersonated_user', 'impersonated', 'username', 'LowCardinality(String)', 'acted as this user'],
  ['resource', 'target', 'resource', 'LowCardinality(String)', 'kind of object, in the plural'],
  ['subresource', 'target', 'subresource', 'LowCardinality(String)', 'part of it, such as exec'],
  ['namespace', 'target', 'namespace', 'LowCardinality(String)', 'namespace of the object'],
  ['object_name', 'target', 'name', 'String', 'name of the object'],
  ['api_group', 'target', 'apiGroup', 'LowCardinality(String)', 'API group of the object'],
  ['api_version', 'target', 'apiVersion', 'LowCardinality(String)', 'API version of the object'],
  ['response_status', 'status', 'status', 'LowCardinality(String)', 'Failure or empty'],
  ['response_reason', 'status', 'reason', 'LowCardinality(String)', 'why it failed, in one word'],
  ['response_message', 'status', 'message', 'String', 'why it failed, for people'],
] as const;

const OBJECTS = [
  ['user', 'user'],
  ['impersonated', 'impersonatedUser'],
  ['target', 'objectRef'],
  ['status', 'responseStatus'],
  ['notes', 'annotations'],
  ['extra', 'user'],
] as const;

const JSON_NAMES = new Map<string, string>(OBJECTS.map(([step, name]) => [step, name]));

/** The path in an event of each text column. */
export const TEXT_PATHS: ReadonlyMap<string, string> = new Map([
  ...TEXTS.map(([column, step, key]): [string, string] => [
    step === 'event' ? key : `${JSON_NAMES.get(step)!}/${key}`,
    column,
  ]),
  ['responseStatus/code', 'response_code'],
]);

/** Written with escapes or blanks that could hide a text from a search in the line. */
const HIDES = String.raw`\\(?:/|u00(?:2[0-57-9a-fA-F]|3[0-9abdfABDF]|[4-7]))|":\s|"\s+:`;
/** What Go's net/url refuses, or reads in a way of its own. */
const ODD_URI = String.raw`^(?:[^/]|//)|[#;\x00-\x1f\x7f]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)|%00`;

const isUnique = (map: string): string => `length(${map}) = length(arrayDistinct(mapKeys(${map})))`;
const isAbsentOr = (start: string, raws: readonly string[]): string =>
  `arrayAll(raw -> raw = '' OR startsWith(raw, ${quoted(start)}), [${raws.join(', ')}])`;
const areTexts = (raw: string): string =>
  `arrayAll(raw -> startsWith(raw, '"'), JSONExtractArrayRaw(${raw}))`;
const raw = (step: string, key: string): string => `${step}[${quoted(key)}]`;

const REGULAR = [
  `${raw('event', 'kind')} = '"Event"'`,
  `${raw('event', 'apiVersion')} = '"audit.k8s.io/v1"'`,
  `startsWith(${raw('event', 'user')}, '{')`,
  isAbsentOr(
    '{',
    ['impersonatedUser', 'objectRef', 'responseStatus', 'annotations'].map((key) =>
      raw('event', key),
    ),
  ),
  isAbsentOr('[', [raw('event', 'sourceIPs'), raw('user', 'groups')]),
  `NOT startsWith(${raw('event', 'requestObject')}, '"')`,
  `NOT startsWith(${raw('event', 'responseObject')}, '"')`,
  isAbsentOr(
    '"',
    TEXTS.map(([, step, key]) => raw(step, key)),
  ),
  `NOT has([${TEXTS.map(([, step, key]) => raw(step, key)).join(', ')}], '""')`,
  ...['event', 'user', 'impersonated', 'target', 'status', 'notes'].map(isUnique),
  areTexts(raw('event', 'sourceIPs')),
  areTexts(raw('user', 'groups')),
  `arrayAll(value -> startsWith(value, '"'), mapValues(notes))`,
  `(empty(notes) OR mapContains(notes, 'authorization.k8s.io/decision'))`,
  isAbsentOr('{', [raw('user', 'extra')]),
  `arrayAll(list -> startsWith(list, '[') AND ${areTexts('list')}, mapValues(extra))`,
  // A number that is written as a whole one: the text of another is not known.
  `(${raw('status', 'code')} = '' OR (match(${raw('status', 'code')}, '^[1-9][0-9]{0,3}$') AND ` +
    `JSONType(line, 'responseStatus', 'code') = 'Int64'))`,
  `position(line, ${quoted('\\u0000')}) = 0`,
  `(uri = '' OR (NOT match(uri, ${quoted(ODD_URI)}) AND isValidUTF8(decodeURLFormComponent(uri))))`,
].join(' AND ');

/** Where the `=` of a parameter is, or would be. */
const EQUALS = `toUInt64(if(position(part, '=') = 0, length(part) + 1, position(part, '=')))`;
const PARAMETER =
  `part -> (decodeURLFormComponent(left(part, ${EQUALS} - 1)), ` +
  `decodeURLFormComponent(substring(part, ${EQUALS} + 1)))`;
const QUERY = `if(position(uri, '?') = 0, '', substring(uri, position(uri, '?') + 1))`;

/** What is worked out of an event, in the order in which it can be. */
export const EVENT_COLUMNS: readonly EventColumn[] = [
  { name: 'event', type: MAP, sql: members('line'), kept: 'step', about: 'members of the event' },
  ...OBJECTS.map(([name, key]): EventColumn => ({
    name,
    type: MAP,
    sql: members(name === 'extra' ? raw('user', 'extra') : raw('event', key)),
    kept: 'step',
    about: `members of ${name === 'extra' ? 'user.extra' : key}`,
  })),
  ...TEXTS.map(([name, step, key, type, about]): EventColumn => ({
    name,
    type,
    sql: textOf(raw(step, key)),
    kept: 'stored',
    about,
  })),
  {
    name: 'response_code',
    type: 'LowCardinality(String)',
    sql: raw('status', 'code'),
    kept: 'stored',
    about: 'HTTP status of the response, as text',
  },
  {
    name: 'user_groups',
    type: 'Array(String)',
    sql: `JSONExtract(${raw('user', 'groups')}, 'Array(String)')`,
    kept: 'stored',
    about: 'groups of the user',
  },
  {
    name: 'source_ips',
    type: 'Array(String)',
    sql: `JSONExtract(${raw('event', 'sourceIPs')}, 'Array(String)')`,
    kept: 'stored',
    about: 'addresses of the client and of proxies between',
  },
  {
    name: 'user_extra',
    type: 'String',
    sql: raw('user', 'extra'),
    kept: 'stored',
    about: 'further facts about the user, as JSON',
  },
  {
    name: 'annotations',
    type: MAP,
    sql: `mapApply((key, value) -> (key, ${textOf('value')}), notes)`,
    kept: 'stored',
    about: 'annotations of the event',
  },
  {
    name: 'parameters',
    type: 'Array(Tuple(String, String))',
    sql: `arrayMap(${PARAMETER}, arrayFilter(part -> part != '', splitByChar('&', ${QUERY})))`,
    kept: 'stored',
    about: 'parameters of the URI, decoded, in their order',
  },
  {
    name: 'time',
    type: 'DateTime64(6)',
    sql: `parseDateTime64BestEffortOrZero(if(staged = '', received, staged), 6, 'UTC')`,
    kept: 'stored',
    about: 'time of the event',
  },
  {
    name: 'request_object',
    type: 'String',
    sql: raw('event', 'requestObject'),
    kept: 'computed',
    fromLine: `JSONExtractRaw(line, 'requestObject')`,
    about: 'body of the request, as JSON',
  },
  {
    name: 'response_object',
    type: 'String',
    sql: raw('event', 'responseObject'),
    kept: 'computed',
    fromLine: `JSONExtractRaw(line, 'responseObject')`,
    about: 'body of the response, as JSON',
  },
  {
    name: 'plain',
    type: 'Bool',
    sql: `NOT match(line, ${quoted(HIDES)})`,
    kept: 'stored',
    about: 'no escape and no blank hides a text from a search in the line',
  },
  {
    name: 'regular',
    type: 'Bool',
    sql: REGULAR,
    kept: 'stored',
    about: 'one event as an API server writes it: the columns tell what rules read',
  },
];
