// Room activity: what people and programs did, without rules: requests, sessions, identities, objects.
// Door: none; each command of cli/commands/activity takes what it shows.
// Neighbours: uses events, fields, and outputs for its lists; cli/commands shows it.
// Inside: request.ts joins the stages of one request; count/, request/, identity/ and object/ look at requests.

import type { AuditEvent, EventOrigin } from '../events/event.ts';
import { requestOutcome, type Outcome } from '../fields/kx.ts';
import { parseRfc3339 } from '../util/time.ts';

/** Longest text kept of an event; what is longer is cut, so that state has a size. */
const MAX_TEXT = 4096;
/** Longest list kept of an event. */
const MAX_ITEMS = 32;

/** One API request: what its stages say together. Texts are untrusted. */
export interface Request {
  readonly auditId: string | undefined;
  /**
   * Time of receipt by the API server, else of the first log entry; nanoseconds since the epoch, 0 if unknown.
   */
  readonly time: bigint;
  /** Stage time of ResponseStarted, when that was logged. */
  readonly started: bigint | undefined;
  /** Stage time of the last stage; undefined while the request is open. */
  readonly ended: bigint | undefined;
  readonly stage: string | undefined;
  readonly level: string | undefined;
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly impersonatedUser: string | undefined;
  readonly verb: string | undefined;
  readonly apiGroup: string | undefined;
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly uri: string | undefined;
  readonly code: string | undefined;
  readonly result: Outcome;
  /** Why the authorizer allowed or refused it. */
  readonly reason: string | undefined;
  /** The direct peer: earlier addresses come from headers that a client can forge. */
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly origin: EventOrigin;
}

/** Stages after which nothing follows (audit.k8s.io/v1: Stage). */
const LAST_STAGES: ReadonlySet<string | undefined> = new Set(['ResponseComplete', 'Panic']);
const EARLY_STAGES: ReadonlySet<string | undefined> = new Set([
  'RequestReceived',
  'ResponseStarted',
]);

/** The request as one event shows it. */
export function requestOf(event: AuditEvent): Request {
  const text = (...path: readonly string[]): string | undefined => bounded(event.text(path));
  const stage = text('stage');
  const received = parseRfc3339(text('requestReceivedTimestamp') ?? '');
  const addresses = event.get(['sourceIPs']);
  const last = Array.isArray(addresses) ? addresses.length - 1 : -1;
  const groups = event.get(['user', 'groups']);
  return {
    auditId: text('auditID'),
    time: received ?? event.time,
    started: stage === 'ResponseStarted' ? event.time : undefined,
    ended: EARLY_STAGES.has(stage) ? undefined : event.time,
    stage,
    level: text('level'),
    user: text('user', 'username'),
    groups: Array.isArray(groups)
      ? groups
          .filter((group) => typeof group === 'string')
          .slice(0, MAX_ITEMS)
          .map((group) => bounded(group, 256) ?? '')
      : [],
    impersonatedUser: text('impersonatedUser', 'username'),
    verb: text('verb'),
    apiGroup: text('objectRef', 'apiGroup'),
    resource: text('objectRef', 'resource'),
    subresource: text('objectRef', 'subresource'),
    namespace: text('objectRef', 'namespace'),
    name: text('objectRef', 'name'),
    uri: text('requestURI'),
    code: text('responseStatus', 'code'),
    result: requestOutcome(event),
    reason: text('annotations', 'authorization.k8s.io/reason'),
    sourceIp: last < 0 ? undefined : text('sourceIPs', String(last)),
    userAgent: text('userAgent'),
    origin: event.origin,
  };
}

/** True when no further stage can follow. */
export function isLastStage(stage: string | undefined): boolean {
  return LAST_STAGES.has(stage);
}

/** True for stages that another one follows. */
export function isEarlyStage(stage: string | undefined): boolean {
  return EARLY_STAGES.has(stage);
}

/** A text cut to a size that may be remembered. A cut text is a copy, so that the long one can go. */
export function bounded(text: string | undefined, length = MAX_TEXT): string | undefined {
  if (text === undefined || text.length <= length) return text;
  return `${JSON.parse(JSON.stringify(text.slice(0, length)))}…`;
}

/** `pods/exec`: resource and subresource; for other URLs the path. */
export function requestResource({
  resource,
  subresource,
  uri,
}: Pick<Request, 'resource' | 'subresource' | 'uri'>): string {
  if (resource === undefined) return pathOf(uri);
  return subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;
}

/** The object of the request, as `namespace/resource/name/subresource`; the path for other URLs. */
export function requestObject(request: Request): string {
  const { namespace, resource, name, subresource, uri } = request;
  if (resource === undefined) return pathOf(uri);
  return [namespace, resource, name, subresource]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

/** `user`, or `user as impersonated`. */
export function requestUser({ user, impersonatedUser }: Request): string {
  return impersonatedUser === undefined ? (user ?? '') : `${user ?? ''} as ${impersonatedUser}`;
}

/** The result with its code: `denied 403`; `open` while no last stage was seen. */
export function requestResult({ result, code, ended }: Request): string {
  const state = ended === undefined ? (result === 'unknown' ? 'open' : `${result}, open`) : result;
  return code === undefined ? state : `${state} ${code}`;
}

function pathOf(uri: string | undefined): string {
  return uri?.split('?', 1)[0] ?? '';
}
