// Room activity: what people and programs did, without rules: requests, sessions, identities, objects.
// Door: none; each command of cli/commands/activity takes what it shows.
// Neighbours: uses events, fields, and outputs for its lists; cli/commands shows it.
// Inside: request.ts joins the stages of one request; count/, request/, identity/ and object/ look at requests.

import { shortUsers } from '../outputs/card/short-name.ts';
import type { AuditEvent, EventOrigin } from '../events/event.ts';
import { lastAddress } from '../engine/event-subject.ts';
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

const STAGE = ['stage'];
const RECEIVED = ['requestReceivedTimestamp'];
const GROUPS = ['user', 'groups'];
const IMPERSONATED_GROUPS = ['impersonatedUser', 'groups'];

/** How each value of a request is read from an event. One array per path, made once. */
const READERS: { readonly [Key in keyof Request]: (event: AuditEvent) => Request[Key] } = {
  auditId: textAt('auditID'),
  time: (event) => receivedTime(event) ?? event.time,
  started: (event) => (event.text(STAGE) === 'ResponseStarted' ? event.time : undefined),
  ended: (event) => (isEarlyStage(event.text(STAGE)) ? undefined : event.time),
  stage: textAt('stage'),
  level: textAt('level'),
  user: textAt('user', 'username'),
  groups: groupsOf,
  impersonatedUser: textAt('impersonatedUser', 'username'),
  verb: textAt('verb'),
  apiGroup: textAt('objectRef', 'apiGroup'),
  resource: textAt('objectRef', 'resource'),
  subresource: textAt('objectRef', 'subresource'),
  namespace: textAt('objectRef', 'namespace'),
  name: textAt('objectRef', 'name'),
  uri: textAt('requestURI'),
  code: textAt('responseStatus', 'code'),
  result: requestOutcome,
  reason: textAt('annotations', 'authorization.k8s.io/reason'),
  sourceIp: (event) => bounded(lastAddress(event)),
  userAgent: textAt('userAgent'),
  origin: (event) => event.origin,
};

/** The request as one event shows it. */
export function requestOf(event: AuditEvent): Request {
  return {
    auditId: READERS.auditId(event),
    time: READERS.time(event),
    started: READERS.started(event),
    ended: READERS.ended(event),
    stage: READERS.stage(event),
    level: READERS.level(event),
    user: READERS.user(event),
    groups: READERS.groups(event),
    impersonatedUser: READERS.impersonatedUser(event),
    verb: READERS.verb(event),
    apiGroup: READERS.apiGroup(event),
    resource: READERS.resource(event),
    subresource: READERS.subresource(event),
    namespace: READERS.namespace(event),
    name: READERS.name(event),
    uri: READERS.uri(event),
    code: READERS.code(event),
    result: READERS.result(event),
    reason: READERS.reason(event),
    sourceIp: READERS.sourceIp(event),
    userAgent: READERS.userAgent(event),
    origin: READERS.origin(event),
  };
}

/** The same, for whoever reads a few values at once: each is read from the event when it is asked for. */
export function glimpseOf(event: AuditEvent): Request {
  return new Glimpse(event) as unknown as Request;
}

class Glimpse {
  readonly event: AuditEvent;

  constructor(event: AuditEvent) {
    this.event = event;
  }
}
for (const [key, read] of Object.entries(READERS)) {
  Object.defineProperty(Glimpse.prototype, key, {
    get(this: Glimpse) {
      return read(this.event);
    },
  });
}

function textAt(...path: readonly string[]): (event: AuditEvent) => string | undefined {
  return (event) => bounded(event.text(path));
}

/** When the API server received the request; undefined when the event does not tell. */
function receivedTime(event: AuditEvent): bigint | undefined {
  return parseRfc3339(bounded(event.text(RECEIVED)) ?? '');
}

function groupsOf(event: AuditEvent): readonly string[] {
  return groupsAt(event, GROUPS);
}

/** The groups asked for by impersonation. */
export function impersonatedGroups(event: AuditEvent | undefined): readonly string[] {
  return event === undefined ? [] : groupsAt(event, IMPERSONATED_GROUPS);
}

function groupsAt(event: AuditEvent, path: readonly string[]): readonly string[] {
  const groups = event.get(path);
  if (!Array.isArray(groups)) return [];
  return groups
    .filter((group) => typeof group === 'string')
    .slice(0, MAX_ITEMS)
    .map((group) => bounded(group, 256) ?? '');
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

/**
 * The user in short, for a table: the address stands behind the name where it has no column of its own.
 *
 * @param wide where it has one
 */
export function shownUser(request: Request, wide: boolean): string {
  const name = shortUsers(requestUser(request));
  return wide || request.sourceIp === undefined ? name : `${name} ${request.sourceIp}`;
}

/** The result in one word; `open` when neither a result nor the last stage is in the log. */
export function resultWord({ result, ended }: Pick<Request, 'result' | 'ended'>): string {
  return ended === undefined && result === 'unknown' ? 'open' : result;
}

/** The result with its code: `denied 403`; `open` while no last stage was seen. */
export function requestResult(request: Request): string {
  const { code, ended } = request;
  const word = resultWord(request);
  const state = ended === undefined && word !== 'open' ? `${word}, open` : word;
  return code === undefined ? state : `${state} ${code}`;
}

function pathOf(uri: string | undefined): string {
  return uri?.split('?', 1)[0] ?? '';
}
