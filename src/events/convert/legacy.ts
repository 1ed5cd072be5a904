import type { JsonObject, JsonValue } from '../../json/value.ts';
import { requestTarget, verbOf } from './request-uri.ts';

/** Longest line looked at: its fields are names and a URI. */
const MAX_LENGTH = 256 * 1024;

const LINE = /^(?<time>\d{4}-\d\d-\d\dT[\d:.,]{8,19}(?:Z|[+-]\d\d:\d\d)) AUDIT: (?=id=")/;

/**
 * The event of one line of `--audit-log-format=legacy` (apiserver audit EventString), or undefined
 * when the text is none. Such events have no level and no bodies.
 */
export function parseLegacy(text: string): JsonObject | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const time = match.groups!['time']!;
  const pairs = readPairs(text, match[0].length);
  if (!pairs.has('id')) return undefined;
  const uri = given(pairs.get('uri'));
  const method = given(pairs.get('method'));
  const target = uri === undefined ? undefined : requestTarget(uri);
  const event: Record<string, JsonValue | undefined> = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: pairs.get('id'),
    stage: pairs.get('stage') ?? 'ResponseComplete',
    requestURI: uri,
    verb: method === undefined ? undefined : verbOf(method, target),
    user: user(pairs.get('user'), pairs.get('groups')),
    impersonatedUser: user(pairs.get('as'), pairs.get('asgroups')),
    sourceIPs: list(pairs.get('ip')),
    userAgent: given(pairs.get('user-agent')),
    objectRef: target?.objectRef,
    responseStatus: status(pairs.get('response')),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
  const present = Object.entries(event).filter((entry): entry is [string, JsonValue] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(present);
}

/** `key="value"` pairs; values are quoted as Go's `%q` does. */
function readPairs(text: string, from: number): Map<string, string> {
  const pairs = new Map<string, string>();
  const pattern = /([\w-]{1,32})="((?:[^"\\]|\\.)*)" ?/y;
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    pairs.set(match[1]!, unquote(match[2]!));
  }
  return pairs;
}

function unquote(raw: string): string {
  return raw.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/g, (_whole, escape: string) => {
    if (escape.startsWith('u')) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    if (escape === 'n') return '\n';
    return escape === 't' ? '\t' : escape;
  });
}

/** The API server writes `<none>`, `<self>`, `<lookup>` and `<deferred>` for values that are not set. */
function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' || /^<\w+>$/.test(value) ? undefined : value;
}

/** `"a","b"` with the quotes, or plain `a,b`. */
function list(value: string | undefined): string[] | undefined {
  const text = given(value);
  return text?.split(',').map((part) => part.trim().replaceAll(/^"|"$/g, ''));
}

function user(name: string | undefined, groups: string | undefined): JsonObject | undefined {
  const username = given(name);
  if (username === undefined) return undefined;
  const names = list(groups);
  return names === undefined ? { username } : { username, groups: names };
}

function status(code: string | undefined): JsonObject | undefined {
  return code !== undefined && /^\d{3}$/.test(code)
    ? { metadata: {}, code: Number(code) }
    : undefined;
}
