// Room events/convert: requests that were logged in another schema, rewritten as audit events.
// Door: one function pair a schema (is it one? convert it), imported by name.
// Neighbours: uses json and util; called by the wrappers of a product and, for legacy lines, by text.
// Inside: request-uri.ts tells object and verb from a request line where the schema has no others; restore.ts
// undoes what shippers do to an event.

import { isObject, lookup, member, stringMember } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';

/** google.rpc.Code to HTTP status, as Google's API gateways map it. */
const HTTP_STATUS: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

const STREAMING = new Set(['exec', 'attach', 'portforward']);

/** True for a LogEntry of the Kubernetes API server; other services log in the same form. */
export function isKubernetesEntry(entry: JsonObject): boolean {
  return lookup(entry, ['protoPayload', 'serviceName']) === 'k8s.io';
}

/**
 * The audit event of a Cloud Logging LogEntry (compat: k8saudit-gke convert.go, but with the real
 * response status). GKE logs no groups, and no command for exec. Undefined without a method name.
 */
export function convertGke(entry: JsonObject): JsonObject | undefined {
  const payload = member(entry, 'protoPayload');
  if (!isObject(payload)) return undefined;
  const verb = stringMember(payload, 'methodName')?.split('.').at(-1);
  if (verb === undefined) return undefined;
  const resourceName = stringMember(payload, 'resourceName');
  const objectRef = resourceName === undefined ? undefined : splitResource(resourceName);
  const subresource = objectRef === undefined ? '' : (stringMember(objectRef, 'subresource') ?? '');
  const time = stringMember(entry, 'timestamp') ?? stringMember(entry, 'receiveTimestamp');
  return present({
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
    requestObject: body(member(payload, 'request')),
    responseObject: body(member(payload, 'response')),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: annotations(entry),
  });
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
  const answered = failureOf(member(payload, 'response'));
  if (answered !== undefined) return answered;
  if (unknown || STREAMING.has(subresource)) return { metadata: {}, code: 101 };
  return { metadata: {}, code: verb === 'create' ? 201 : 200 };
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

/** A body without the `@type` that Cloud Logging adds. */
function body(value: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(value)) return value;
  const { '@type': _type, ...rest } = value;
  return Object.keys(rest).length === 0 ? undefined : rest;
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
