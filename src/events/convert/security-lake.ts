import { isObject, lookup, member } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { requestTarget } from './request-uri.ts';
import { NOT_WHOLE } from './respell.ts';

/**
 * Where the record of Amazon Security Lake for an audit event of EKS has its members: class API Activity of OCSF.
 * Mapping: ocsf/examples, AWS, EKS Audit Logs, 1.1.0 and 1.2.0.
 */
const PLACES: readonly (readonly [field: string, ...paths: string[]])[] = [
  ['apiVersion', 'metadata.product.version'],
  ['level', 'metadata.log_level'],
  ['auditID', 'api.request.uid'],
  ['stage', 'message'],
  ['requestURI', 'http_request.url.path'],
  ['verb', 'api.operation'],
  ['userAgent', 'http_request.user_agent'],
  ['requestReceivedTimestamp', 'start_time_dt', 'start_time'],
  ['stageTimestamp', 'time_dt', 'time'],
];
const USER = [
  ['username', 'actor.user.name'],
  ['uid', 'actor.user.uid'],
] as const;
const STATUS = [
  ['code', 'api.response.code'],
  ['message', 'api.response.message'],
  ['reason', 'api.response.error'],
  ['status', 'api.response.error_message'],
] as const;
/** What a request to a collection does not name. Version and group are in the request URI, too. */
const OBJECT = [
  ['resource', 'resources.0.type'],
  ['namespace', 'resources.0.namespace'],
  ['name', 'resources.0.name'],
  ['uid', 'resources.0.uid'],
  ['resourceVersion', 'resources.0.version'],
] as const;

/** True for an audit event of a Kubernetes API server; records of other sources have the same class. */
export function isOcsfEvent(record: JsonObject): boolean {
  const version = at(record, 'metadata.product.version');
  return typeof version === 'string' && version.startsWith('audit.k8s.io/');
}

/** The audit event of such a record. Bodies are in it in parts, which do not tell what they were: they count as not logged. */
export function convertOcsf(record: JsonObject): JsonObject {
  const event: JsonObject = { kind: 'Event', ...taken(record, PLACES) };
  const rest = member(record, 'unmapped');
  const { requestURI } = event;
  const named = taken(record, OBJECT);
  const target = typeof requestURI === 'string' ? requestTarget(requestURI)?.objectRef : undefined;
  const objectRef = { ...named, ...target };
  return present({
    ...event,
    user: present({ ...taken(record, USER), groups: names(at(record, 'actor.user.groups')) }),
    impersonatedUser: impersonated(rest),
    sourceIPs: addresses(record),
    objectRef: Object.keys(objectRef).length === 0 ? undefined : objectRef,
    responseStatus: status(record),
    requestObject: hasBody(record, 'request') ? NOT_WHOLE : undefined,
    responseObject: hasBody(record, 'response') ? NOT_WHOLE : undefined,
    annotations: members(rest, 'annotations'),
  });
}

function at(record: JsonObject, path: string): JsonValue | undefined {
  return lookup(record, path.split('.'));
}

/** Columns of a table are there in each row; where there was nothing, they are null or empty. */
function isThere(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== '';
}

function present(object: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, JsonValue] => isThere(entry[1])),
  );
}

function taken(
  record: JsonObject,
  places: readonly (readonly [field: string, ...paths: string[]])[],
): JsonObject {
  return present(
    Object.fromEntries(
      places.map(([field, ...paths]) => [
        field,
        paths.map((path) => at(record, path)).find((value) => isThere(value)),
      ]),
    ),
  );
}

function names(groups: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(groups)) return undefined;
  return groups.flatMap((group) => (isObject(group) ? (member(group, 'name') ?? []) : group));
}

function addresses(record: JsonObject): JsonValue | undefined {
  const first = at(record, 'src_endpoint.ip');
  const others = at(record, 'src_endpoint.intermediate_ips');
  const all = [first, ...(Array.isArray(others) ? others : [others])].filter((ip) => isThere(ip));
  return all.length === 0 ? undefined : [...new Set(all)];
}

function status(record: JsonObject): JsonObject | undefined {
  const found = taken(record, STATUS);
  return Object.keys(found).length === 0 ? undefined : { metadata: {}, ...found };
}

/** Members of an object that no member of the schema is for: an object there, or keys that begin with its name. */
function members(rest: JsonValue | undefined, name: string): JsonObject | undefined {
  if (!isObject(rest)) return undefined;
  const whole = member(rest, name);
  if (isObject(whole)) return whole;
  const prefix = `${name}.`;
  const flat = Object.entries(rest).filter(([key]) => key.startsWith(prefix));
  if (flat.length === 0) return undefined;
  return Object.fromEntries(flat.map(([key, value]) => [key.slice(prefix.length), value]));
}

/** Flattened, the groups are a text with commas between. */
function impersonated(rest: JsonValue | undefined): JsonObject | undefined {
  const user = members(rest, 'impersonatedUser');
  const groups = user === undefined ? undefined : member(user, 'groups[]');
  return typeof groups === 'string' ? { ...user, groups: groups.split(',') } : user;
}

function hasBody(record: JsonObject, side: 'request' | 'response'): boolean {
  const containers = at(record, `api.${side}.containers`);
  if (Array.isArray(containers) ? containers.length > 0 : isThere(containers)) return true;
  return members(member(record, 'unmapped'), `${side}Object`) !== undefined;
}
