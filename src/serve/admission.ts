import { isObject, member, stringMember, type JsonObject, type JsonValue } from '../json/value.ts';

/** What an AdmissionReview comes to. */
export interface Admission {
  /** The answer: the request is always allowed. */
  readonly answer: string;
  /** The audit event of the request as a line of JSON; undefined when the body is no AdmissionReview. */
  readonly event: string | undefined;
}

const VERBS: ReadonlyMap<string, string> = new Map([
  ['CREATE', 'create'],
  ['UPDATE', 'update'],
  ['DELETE', 'delete'],
  // exec, attach, portforward and proxy: what they ask for is created, as kubectl does.
  ['CONNECT', 'create'],
]);

/** Most objects and lists of a review: etcd takes 1.5 MiB, two bytes for each at least, and a review has an object twice. */
const MOST_VALUES = 1_600_000;
const [BRACE, BRACKET] = [0x7b, 0x5b];

/**
 * True when a body has more objects and lists than any AdmissionReview. Each would take a hundred bytes and more of
 * memory once it is parsed, and who may send reviews is often not known.
 */
export function isOverfull(body: Uint8Array): boolean {
  let count = 0;
  for (const byte of body) if (byte === BRACE || byte === BRACKET) count++;
  return count > MOST_VALUES;
}

/** The API versions of AdmissionReview; the answer has that of the question. */
const VERSIONS = ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1'];

/**
 * Answers the AdmissionReview of a ValidatingWebhook, and makes of its request the audit event that the API server
 * would log, as far as admission knows it. There is no source address, user agent or response in it; the request has
 * passed authentication and authorization, so it is taken for one that succeeds, and an annotation says so.
 *
 * @param text the body
 * @param now when it came: milliseconds since the epoch
 */
export function admit(text: string, now: number): Admission {
  const review = parsed(text);
  const version = review === undefined ? undefined : stringMember(review, 'apiVersion');
  const request = review === undefined ? undefined : member(review, 'request');
  const uid = isObject(request) ? (stringMember(request, 'uid') ?? '') : '';
  const answer = JSON.stringify({
    apiVersion: VERSIONS.find((each) => each === version) ?? VERSIONS[0],
    kind: 'AdmissionReview',
    response: { uid, allowed: true },
  });
  const verb = isObject(request) ? VERBS.get(stringMember(request, 'operation') ?? '') : undefined;
  if (!isObject(request) || verb === undefined) return { answer, event: undefined };
  return { answer, event: JSON.stringify(eventOf(request, verb, now)) };
}

/**
 * What is evaluated in place of a body that is no AdmissionReview: JSON that is no event, which counts as one problem. Who
 * may send reviews is often not known, and millions of short lines would hold up the audit log for a minute.
 */
export function noReview(bytes: number): string {
  return JSON.stringify({ message: 'no AdmissionReview', bytes });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) && stringMember(value, 'kind') === 'AdmissionReview' ? value : undefined;
  } catch {
    return undefined;
  }
}

function eventOf(request: JsonObject, verb: string, now: number): JsonObject {
  const time = new Date(now).toISOString().replace('Z', '000Z');
  const operation = stringMember(request, 'operation')!;
  const body = member(request, operation === 'DELETE' ? 'options' : 'object');
  return present({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: stringMember(request, 'uid'),
    stage: 'ResponseComplete',
    requestURI: uriOf(request, operation),
    verb,
    user: member(request, 'userInfo'),
    objectRef: objectRef(request),
    responseStatus: { metadata: {}, code: codeOf(operation, subresourceOf(request)) },
    requestObject: isObject(body) ? body : undefined,
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'k8s-audit/source': 'admission: the response is assumed',
    },
  });
}

/** The response of a request that succeeds: exec, attach and portforward change the protocol. */
function codeOf(operation: string, subresource: string | undefined): number {
  if (operation === 'CREATE') return 201;
  return operation === 'CONNECT' && subresource !== 'proxy' ? 101 : 200;
}

/** What the user addressed; `resource` is what it was converted to for the webhook. */
function addressed(request: JsonObject): JsonObject {
  const original = member(request, 'requestResource');
  const resource = isObject(original) ? original : member(request, 'resource');
  return isObject(resource) ? resource : {};
}

function subresourceOf(request: JsonObject): string | undefined {
  return (
    stringMember(request, 'requestSubResource') || stringMember(request, 'subResource') || undefined
  );
}

function objectRef(request: JsonObject): JsonObject {
  const resource = addressed(request);
  return present({
    resource: stringMember(resource, 'resource'),
    namespace: namespaceOf(request),
    name: stringMember(request, 'name') || undefined,
    apiGroup: stringMember(resource, 'group') || undefined,
    apiVersion: stringMember(resource, 'version'),
    subresource: subresourceOf(request),
  });
}

function namespaceOf(request: JsonObject): string | undefined {
  return stringMember(request, 'namespace') || undefined;
}

/** The URI of the request, with what exec and the like are asked to do, which the audit log has there only. */
function uriOf(request: JsonObject, operation: string): string {
  const resource = addressed(request);
  const group = stringMember(resource, 'group') ?? '';
  const version = stringMember(resource, 'version') ?? 'v1';
  const kind = stringMember(resource, 'resource') ?? '';
  const namespace = namespaceOf(request);
  const name = stringMember(request, 'name') ?? '';
  const isNamespace = group === '' && kind === 'namespaces';
  const parts = [
    ...(group === '' ? ['api'] : ['apis', group]),
    version,
    ...(namespace === undefined || isNamespace ? [] : ['namespaces', namespace]),
    kind,
    ...(name === '' || (operation === 'CREATE' && subresourceOf(request) === undefined)
      ? []
      : [name]),
    ...(subresourceOf(request) === undefined ? [] : [subresourceOf(request)!]),
  ];
  const query = new URLSearchParams();
  const options = member(request, 'object');
  if (operation === 'CONNECT' && isObject(options)) {
    for (const [key, value] of Object.entries(options)) {
      if (key === 'kind' || key === 'apiVersion') continue;
      for (const each of Array.isArray(value) ? value : [value]) {
        if (typeof each !== 'object') query.append(key, String(each));
      }
    }
  }
  if (member(request, 'dryRun') === true) query.append('dryRun', 'All');
  const text = query.toString();
  return `/${parts.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** Without the members that have no value. */
function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
