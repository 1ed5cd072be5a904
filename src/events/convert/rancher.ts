import { isObject, lookup, member, stringMember } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { requestTarget, verbOf } from './request-uri.ts';

/** True for a record of Rancher's own API audit log, which is not `audit.k8s.io`. */
export function isRancherRecord(object: JsonObject): boolean {
  return (
    typeof member(object, 'method') === 'string' && typeof member(object, 'requestURI') === 'string'
  );
}

/**
 * The Kubernetes request that Rancher passed on to a cluster, or undefined when the record is about
 * Rancher's own API.
 */
export function convertRancher(
  object: JsonObject,
): { readonly event: JsonObject; readonly cluster: string } | undefined {
  const full = stringMember(object, 'requestURI') ?? '';
  const match = /^\/k8s\/clusters\/([^/?]{1,253})(\/.*)$/s.exec(full);
  if (match === null) return undefined;
  const cluster = match[1]!;
  const requestURI = match[2]!;
  const target = requestTarget(requestURI);
  const code = member(object, 'responseCode');
  const event: Record<string, JsonValue | undefined> = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: member(object, 'auditID'),
    stage: 'ResponseComplete',
    requestURI,
    verb: verbOf(stringMember(object, 'method') ?? '', target),
    user: user(object),
    sourceIPs: addresses(stringMember(object, 'remoteAddr')),
    userAgent: userAgent(object),
    objectRef: target?.objectRef,
    responseStatus: code === undefined ? undefined : { metadata: {}, code: Number(code) },
    requestObject: body(member(object, 'requestBody')),
    responseObject: body(member(object, 'responseBody')),
    requestReceivedTimestamp: time(stringMember(object, 'requestTimestamp')),
    stageTimestamp:
      time(stringMember(object, 'responseTimestamp')) ??
      time(stringMember(object, 'requestTimestamp')),
  };
  const present = Object.entries(event).filter((entry): entry is [string, JsonValue] => {
    return entry[1] !== undefined;
  });
  return { event: Object.fromEntries(present), cluster };
}

function user(object: JsonObject): JsonObject | undefined {
  const from = member(object, 'user');
  if (!isObject(from)) return undefined;
  const groups = member(from, 'group');
  const username = stringMember(from, 'name') ?? '';
  return Array.isArray(groups) ? { username, groups } : { username };
}

/** `remoteAddr` is Go's `host:port`. */
function addresses(remote: string | undefined): string[] | undefined {
  return remote === undefined
    ? undefined
    : [remote.replace(/:\d{1,5}$/, '').replaceAll(/^\[|\]$/g, '')];
}

function userAgent(object: JsonObject): string | undefined {
  const value = lookup(object, ['requestHeader', 'User-Agent', '0']);
  return typeof value === 'string' ? value : undefined;
}

function body(value: JsonValue | undefined): JsonValue | undefined {
  return isObject(value) ? value : undefined;
}

/** Rancher writes `2026-01-02 03:04:05 +0000 UTC` in some versions, RFC 3339 in others. */
function time(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(Z|[+-]\d\d:?\d\d)/.exec(
    text,
  );
  if (match === null) return text;
  const zone = match[3]!.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return `${match[1]!}T${match[2]!}${zone}`;
}
