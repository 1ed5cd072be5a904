// Room events/convert: requests that were logged in another schema, rewritten as audit events.
// Door: one function pair a schema (is it one? convert it), imported by name.
// Neighbours: uses json and util; called by the wrappers of a product and, for legacy lines, by text.
// Inside: request-uri.ts tells object and verb from a request line where the schema has no others; restore.ts
// undoes what shippers do to an event.

import { parseJson } from '../../json/parse.ts';
import { leaveUnread, unreadText, type InnerMembers } from '../../json/unread.ts';
import { isObject, lookup, member, stringMember } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';

/** google.rpc.Code to HTTP status, as Google's API gateways map it. */
const HTTP_STATUS: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

/** Bodies of a request, and what they are in an event. */
const BODIES = [
  ['request', 'requestObject'],
  ['response', 'responseObject'],
] as const;

/** How Cloud Logging begins a body. */
const TYPE = /^\{\s*"@type"\s*:\s*"[^"\\]*"\s*,/;

const STREAMING = new Set(['exec', 'attach', 'portforward']);

/** True for a LogEntry of the Kubernetes API server; other services log in the same form. */
export function isKubernetesEntry(entry: JsonObject): boolean {
  return lookup(entry, ['protoPayload', 'serviceName']) === 'k8s.io';
}

/** Members of an entry that conversion seldom looks into, and that are most of its text. */
export const GKE_BODIES: InnerMembers = { parent: 'protoPayload', keys: ['request', 'response'] };

/** An event that was made of something else: its text has the bodies as they were written. */
export interface Converted {
  readonly event: JsonObject;
  readonly text: string;
}

/**
 * The audit event of a Cloud Logging LogEntry (compat: k8saudit-gke convert.go, but with the real
 * response status). GKE logs no groups, and no command for exec. Undefined without a method name.
 *
 * @param written gives the text of a member of the payload, where it has one of its own
 */
export function convertGke(
  entry: JsonObject,
  written?: (key: string) => string,
): Converted | undefined {
  const payload = member(entry, 'protoPayload');
  if (!isObject(payload)) return undefined;
  const verb = stringMember(payload, 'methodName')?.split('.').at(-1);
  if (verb === undefined) return undefined;
  const resourceName = stringMember(payload, 'resourceName');
  const objectRef = resourceName === undefined ? undefined : splitResource(resourceName);
  const subresource = objectRef === undefined ? '' : (stringMember(objectRef, 'subresource') ?? '');
  const time = stringMember(entry, 'timestamp') ?? stringMember(entry, 'receiveTimestamp');
  const event = present({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: isExec(subresource) ? 'Request' : 'RequestResponse',
    auditID: text(lookup(entry, ['operation', 'id'])) ?? stringMember(entry, 'insertId'),
    stage: stage(entry, subresource),
    requestURI: resourceName === undefined ? undefined : `/${resourceName}`,
    verb,
    user: user(payload),
    sourceIPs: callerIp(payload),
    userAgent: text(lookup(payload, ['requestMetadata', 'callerSuppliedUserAgent'])),
    objectRef,
    responseStatus: responseStatus(entry, payload, verb, subresource),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: annotations(entry),
  });
  let head = JSON.stringify(event).slice(0, -1);
  for (const [key, as] of BODIES) {
    if (!Object.hasOwn(payload, key)) continue;
    const body = withoutType(
      unreadText(payload, key) ?? written?.(key) ?? JSON.stringify(payload[key]),
    );
    if (body === undefined) continue;
    if (body.startsWith('{')) leaveUnread(event, as, body);
    else event[as] = parseJson(body);
    head += `,"${as}":${body}`;
  }
  return { event, text: `${head}}` };
}

/** The members that there are. The keys are those of a literal here: none is `__proto__`. */
function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const object: JsonObject = {};
  for (const key in members) {
    const value = members[key];
    if (value !== undefined) object[key] = value;
  }
  return object;
}

/** `group/version[/namespaces/ns]/resource[/name[/subresource]]`, group `core` being the empty one. */
function splitResource(resourceName: string): JsonObject | undefined {
  const [group, apiVersion, ...rest] = resourceName.split('/', 12);
  if (apiVersion === undefined || rest.length === 0) return undefined;
  // `namespaces/x` on its own is the namespace object.
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name, subresource] = namespaced ? rest.slice(2) : rest;
  const namespace = namespaced ? rest[1] : undefined;
  const apiGroup = group === 'core' ? undefined : group;
  const given = (part: string | undefined): string | undefined => (part === '' ? undefined : part);
  return present({
    resource: given(resource),
    namespace: given(namespace),
    name: given(name),
    apiGroup: given(apiGroup),
    apiVersion: given(apiVersion),
    subresource: given(subresource),
  });
}

function isExec(subresource: string): boolean {
  return subresource === 'exec' || subresource === 'attach';
}

/** A streaming request is logged when it starts, and once more when it ends. */
function stage(entry: JsonObject, subresource: string): string {
  if (!STREAMING.has(subresource)) return 'ResponseComplete';
  const first = lookup(entry, ['operation', 'first']) === true;
  const last = lookup(entry, ['operation', 'last']) === true;
  if (last && !first) return 'ResponseComplete';
  return first || isExec(subresource) ? 'ResponseStarted' : 'ResponseComplete';
}

function responseStatus(
  entry: JsonObject,
  payload: JsonObject,
  verb: string,
  subresource: string,
): JsonObject {
  const code = lookup(payload, ['status', 'code']);
  const message = text(lookup(payload, ['status', 'message']));
  const started =
    lookup(entry, ['operation', 'first']) === true && lookup(entry, ['operation', 'last']) !== true;
  // A streaming request that has only started is logged as UNKNOWN: nothing has failed.
  const unknown = code === 2 && started && STREAMING.has(subresource);
  if (typeof code === 'number' && code !== 0 && !unknown) {
    const http = code >= 100 ? code : (HTTP_STATUS[code] ?? 500);
    const failed: JsonObject = { metadata: {}, ...(http >= 400 ? { status: 'Failure' } : {}) };
    return { ...failed, ...(message === undefined ? {} : { message }), code: http };
  }
  const answered = mayHaveFailed(payload) ? failureOf(member(payload, 'response')) : undefined;
  if (answered !== undefined) return answered;
  if (unknown || STREAMING.has(subresource)) return { metadata: {}, code: 101 };
  return { metadata: {}, code: verb === 'create' ? 201 : 200 };
}

/** False when the text of the answer cannot spell the word. */
function mayHaveFailed(payload: JsonObject): boolean {
  const answer = unreadText(payload, 'response');
  return answer === undefined || answer.includes('Failure') || answer.includes('\\u00');
}

/** The Status object that the API server answered a refused request with. */
function failureOf(response: JsonValue | undefined): JsonObject | undefined {
  if (!isObject(response) || member(response, 'status') !== 'Failure') return undefined;
  const code = member(response, 'code');
  if (typeof code !== 'number') return undefined;
  const message = stringMember(response, 'message');
  const reason = stringMember(response, 'reason');
  return {
    metadata: {},
    status: 'Failure',
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    code,
  };
}

function user(payload: JsonObject): JsonObject | undefined {
  const username = text(lookup(payload, ['authenticationInfo', 'principalEmail']));
  return username === undefined ? undefined : { username };
}

function callerIp(payload: JsonObject): string[] | undefined {
  const ip = text(lookup(payload, ['requestMetadata', 'callerIp']));
  return ip === undefined ? undefined : [ip];
}

/** The text of a body without the `@type` that Cloud Logging adds; undefined for a body that has nothing else. */
function withoutType(body: string): string | undefined {
  const added = TYPE.exec(body)?.[0].length ?? 0;
  if (added > 0 && !body.includes('"@type"', added)) return `{${body.slice(added)}`;
  const value = parseJson(body);
  if (!isObject(value)) return body;
  const { '@type': type, ...rest } = value;
  if (Object.keys(rest).length === 0) return undefined;
  return type === undefined ? body : JSON.stringify(rest);
}

/** The labels of the entry and of its resource; the resource wins. */
function annotations(entry: JsonObject): JsonObject | undefined {
  const own = member(entry, 'labels');
  const resource = lookup(entry, ['resource', 'labels']);
  const merged = { ...(isObject(own) ? own : {}), ...(isObject(resource) ? resource : {}) };
  return Object.keys(merged).length === 0 ? undefined : merged;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
