import { isObject, type JsonObject, type JsonValue } from '../../json/value.ts';
import { lettersOf } from './letters.ts';
import { listOf } from './list-text.ts';

const USER = ['username', 'uid', 'groups', 'extra'];

/** The members of an event, and of the objects in it whose members have names of their own. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  kind: [],
  apiVersion: [],
  level: [],
  auditID: [],
  stage: [],
  requestURI: [],
  verb: [],
  user: USER,
  impersonatedUser: USER,
  sourceIPs: [],
  userAgent: [],
  objectRef: [
    'resource',
    'namespace',
    'name',
    'uid',
    'apiGroup',
    'apiVersion',
    'resourceVersion',
    'subresource',
  ],
  responseStatus: ['metadata', 'status', 'message', 'reason', 'code'],
  requestObject: [],
  responseObject: [],
  requestReceivedTimestamp: [],
  stageTimestamp: [],
  annotations: [],
};

/** Members of an event by the letters and digits of their names. */
const TOP = byLetters(Object.keys(MEMBERS));
const INNER = new Map(Object.entries(MEMBERS).map(([key, names]) => [key, byLetters(names)]));
/** Members of its objects by those of both names, for keys that were flattened: `object_ref_resource`. */
const FLAT = new Map(
  Object.entries(MEMBERS).flatMap(([key, names]) =>
    names.map((name) => [lettersOf(key + name), [key, name]] as const),
  ),
);

/** Annotations, whose keys are not known: `annotations_authorization_k8s_io_decision`. */
const ANNOTATION = /^annotations[._](.+)$/i;

/** A value of a body, whose keys cannot be told from their small letters. */
const BODY = /^(request|response)_?object[._]/i;

/** What stands in place of a body that cannot be put together: it counts as not logged. */
export const NOT_WHOLE = 'flattened';

/** Whose object a value was in, and under what name. */
function flattened(key: string, letters: string): readonly [string, string] | undefined {
  const [, annotation] = ANNOTATION.exec(key) ?? [];
  return annotation === undefined ? FLAT.get(letters) : ['annotations', annotation];
}

function byLetters(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [lettersOf(name), name]));
}

/**
 * The event under the names that the API server uses, where a store wrote them in its own way: in small letters
 * (Athena, Hive, Postgres), in capitals (Snowflake), or with underscores (BigQuery, `audit_id`).
 *
 * Only events without `requestURI` and `auditID` are looked at, which the API server always writes. Names inside
 * bodies stay as they are.
 *
 * @returns undefined when nothing was changed
 */
export function respelled(event: JsonObject): JsonObject | undefined {
  if (Object.hasOwn(event, 'requestURI') || Object.hasOwn(event, 'auditID')) return undefined;
  const entries = Object.entries(event).map(([key, value]) => ({ key, value, as: lettersOf(key) }));
  const spelled = new Set(entries.map(({ as }) => as));
  if (!spelled.has('auditid') && !spelled.has('requesturi')) return undefined;
  const result = new Map<string, JsonValue>();
  const flat = new Map<string, Map<string, JsonValue>>();
  for (const { key, value, as } of entries) {
    const name = TOP.get(as) ?? key;
    const [root, inner] = flattened(key, as) ?? [];
    const body = BODY.exec(key)?.[1];
    if (body !== undefined) {
      const isThere = spelled.has(`${body.toLowerCase()}object`);
      if (!isThere) result.set(`${body.toLowerCase()}Object`, NOT_WHOLE);
      continue;
    }
    if (root !== undefined && inner !== undefined && !spelled.has(lettersOf(root))) {
      flat.set(
        root,
        (flat.get(root) ?? new Map<string, JsonValue>()).set(inner, listIn(inner, value)),
      );
    } else if (name === key || !Object.hasOwn(event, name)) {
      result.set(name, respelledMembers(name, listIn(name, value)));
    }
  }
  for (const [root, members] of flat) result.set(root, Object.fromEntries(members));
  return Object.fromEntries(result);
}

/** The value of a member that is a list, where a store has one text for it. */
function listIn(name: string, value: JsonValue): JsonValue {
  return name === 'sourceIPs' || name === 'groups' ? listOf(value) : value;
}

/** The value of a member of an event, with the members of its own under their usual names. */
function respelledMembers(of: string, value: JsonValue): JsonValue {
  const names = INNER.get(of);
  if (names === undefined || names.size === 0 || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = names.get(lettersOf(key)) ?? key;
      return [name === key || Object.hasOwn(value, name) ? key : name, inner];
    }),
  );
}
