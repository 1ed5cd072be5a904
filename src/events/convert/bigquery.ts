import { parseJson } from '../../json/parse.ts';
import { isObject, member } from '../../json/value.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';

/** Names of the column with the payload: log sinks to BigQuery, and datasets linked to Log Analytics. */
export const BIGQUERY_PAYLOADS = ['protopayload_auditlog', 'proto_payload', 'protopayload'];

/** Members of an entry and its payload that hold members of Google, not of the request. */
const PARTS = [
  'status',
  'authenticationInfo',
  'requestMetadata',
  'operation',
  'resource',
  'authorizationInfo',
];

/** Ends of the domains in the keys of labels, whose dots and slash BigQuery replaced. */
const DOMAIN_ENDS = ['_k8s_io_', '_kubernetes_io_'];

/** True for a row of a BigQuery table with audit logs of Google Cloud. */
export function isBigQueryRow(row: JsonObject): boolean {
  return payloadOf(row) !== undefined;
}

/** The LogEntry that a row was made from: `snake_case` members in camel case, and bodies that are text parsed. */
export function bigQueryEntry(row: JsonObject): JsonObject {
  const entry = withParts(camelCased(row));
  const payload = withParts(camelCased(payloadOf(row) ?? {}));
  for (const body of ['request', 'response']) {
    const value = member(payload, body) ?? member(payload, `${body}Json`);
    if (value !== undefined) payload[body] = parsed(value);
  }
  return { ...entry, labels: labels(parsed(member(row, 'labels') ?? null)), protoPayload: payload };
}

function payloadOf(row: JsonObject): JsonObject | undefined {
  for (const key of BIGQUERY_PAYLOADS) {
    const payload = parsed(member(row, key) ?? null);
    if (!isObject(payload)) continue;
    const inner = parsed(member(payload, 'audit_log') ?? member(payload, 'auditLog') ?? null);
    return isObject(inner) ? inner : payload;
  }
  return undefined;
}

function withParts(object: JsonObject): JsonObject {
  for (const part of PARTS) {
    const value = parsed(member(object, part) ?? null);
    if (isObject(value)) object[part] = camelCased(value);
  }
  return object;
}

function camelCased(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** Labels are an object, or a list of `key` and `value`. */
function labels(value: JsonValue): JsonObject {
  const entries = isObject(value) ? Object.entries(value) : [];
  for (const pair of Array.isArray(value) ? value : []) {
    const key = isObject(pair) ? member(pair, 'key') : undefined;
    if (typeof key === 'string' && isObject(pair)) entries.push([key, member(pair, 'value') ?? '']);
  }
  return Object.fromEntries(
    entries.filter(([, text]) => text !== null).map(([key, text]) => [dotted(key), text]),
  );
}

/** `authorization_k8s_io_decision` was `authorization.k8s.io/decision`. */
function dotted(key: string): string {
  for (const end of DOMAIN_ENDS) {
    const at = key.indexOf(end);
    if (at === -1) continue;
    const split = at + end.length - 1;
    return `${key.slice(0, split).replaceAll('_', '.')}/${key.slice(split + 1)}`;
  }
  return key;
}

function parsed(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}
