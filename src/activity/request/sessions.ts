import type { AuditEvent } from '../../events/event.ts';
import type { Outcome } from '../../fields/kx.ts';
import { queryValues } from '../../fields/uri.ts';
import { isObject, member, stringMember } from '../../json/value.ts';
import { WIDE, type RecordColumn, type RecordList } from '../../outputs/table/record-list.ts';
import { requestResult, requestUser, resultWord, shownUser, type Request } from '../request.ts';
import { idColumn, resultPaint } from './request-list.ts';
import { quoteWords } from '../../util/quote-words.ts';

type SessionKind = 'exec' | 'attach' | 'port-forward' | 'debug' | 'kubelet';

/** One interactive access to a container or node. Texts are untrusted. */
export interface Session {
  readonly kind: SessionKind;
  readonly request: Request;
  /** Time at which the connection was set up, else of the request; nanoseconds since the epoch. */
  readonly start: bigint;
  /** Undefined while it is open. */
  readonly end: bigint | undefined;
  readonly pod: string | undefined;
  readonly container: string | undefined;
  /** The whole decoded command; empty for attach and port-forward. */
  readonly command: readonly string[];
  readonly ports: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly result: Outcome;
}

const SUBRESOURCES: ReadonlyMap<string | undefined, SessionKind> = new Map([
  ['exec', 'exec'],
  ['attach', 'attach'],
  ['portforward', 'port-forward'],
  ['ephemeralcontainers', 'debug'],
]);

/** Commands that the kubelet's own API runs, reached through nodes/proxy. */
const KUBELET =
  /^\/api\/v1\/nodes\/[^/?]{1,253}\/proxy\/(?:exec|run|attach|portForward)\/([^/?]{1,253})\/([^/?]{1,253})(?:\/(?:[^/?]{36}\/)?([^/?]{1,253}))?(?:\?|$)/i;

/** The session a request opens; undefined for other requests. */
export function sessionOf(request: Request, event: AuditEvent | undefined): Session | undefined {
  const { resource, subresource, uri = '' } = request;
  if (resource === 'nodes' && subresource === 'proxy') return kubeletSession(request);
  const kind = resource === 'pods' ? SUBRESOURCES.get(subresource) : undefined;
  if (kind === undefined) return nodeDebugSession(request, event);
  if (kind === 'debug') return debugSession(request, event);
  return session(kind, request, {
    pod: request.name,
    container: queryValues(uri, 'container')?.[0],
    command: queryValues(uri, 'command') ?? [],
    ports: queryValues(uri, 'ports') ?? [],
  });
}

type Target = Pick<Session, 'pod' | 'container' | 'command' | 'ports'> &
  Partial<Pick<Session, 'tty' | 'stdin'>>;

function session(kind: SessionKind, request: Request, target: Target): Session {
  const flag = (name: string): boolean => {
    const value = queryValues(request.uri ?? '', name)?.[0];
    return value === 'true' || value === '1';
  };
  return {
    kind,
    request,
    start: request.started ?? request.time,
    end: request.ended,
    tty: flag('tty'),
    stdin: flag('stdin'),
    result: request.result,
    ...target,
  };
}

function kubeletSession(request: Request): Session | undefined {
  const { uri = '' } = request;
  const match = KUBELET.exec(uri);
  if (match === null) return undefined;
  const [, namespace, pod, container] = match;
  return session('kubelet', request, {
    pod: `${namespace}/${pod}`,
    container,
    command: [...(queryValues(uri, 'command') ?? []), ...(queryValues(uri, 'cmd') ?? [])],
    ports: [],
  });
}

/** kubectl debug adds an ephemeral container: what runs stands in the request body, if that was logged. */
function debugSession(request: Request, event: AuditEvent | undefined): Session | undefined {
  if (request.verb !== 'patch' && request.verb !== 'update') return undefined;
  const containers = event?.get(['requestObject', 'spec', 'ephemeralContainers']);
  const last = Array.isArray(containers) ? containers.at(-1) : undefined;
  const added = isObject(last) ? last : undefined;
  const words = (key: string): string[] => {
    const value = added === undefined ? undefined : member(added, key);
    return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
  };
  const image = added === undefined ? undefined : stringMember(added, 'image');
  const name = added === undefined ? undefined : stringMember(added, 'name');
  return session('debug', request, {
    pod: request.name,
    container: image === undefined ? name : `${name ?? '?'} (${image})`,
    command: [...words('command'), ...words('args')],
    ports: [],
    tty: added !== undefined && member(added, 'tty') === true,
    stdin: added !== undefined && member(added, 'stdin') === true,
  });
}

/** kubectl debug node/NAME makes a pod of this name and attaches to it. */
const NODE_DEBUGGER = 'node-debugger-';

function nodeDebugSession(request: Request, event: AuditEvent | undefined): Session | undefined {
  const { resource, subresource, verb, name } = request;
  if (resource !== 'pods' || subresource !== undefined || verb !== 'create') return undefined;
  if (name?.startsWith(NODE_DEBUGGER) !== true) return undefined;
  const path = ['requestObject', 'spec'];
  const image = event?.text([...path, 'containers', '0', 'image']);
  const node = event?.text([...path, 'nodeName']);
  return session('debug', request, {
    pod: name,
    container:
      node === undefined ? image : `on node ${node}${image === undefined ? '' : ` (${image})`}`,
    command: [],
    ports: [],
  });
}

/** `1.2 s`, `3 min 20 s`, `2 h 5 min`: how long a session was open. */
export function durationText(nanoseconds: bigint): string {
  const seconds = secondsOf(nanoseconds);
  if (seconds < 1) return `${Math.floor(seconds * 1000)} ms`;
  const tenths = seconds.toFixed(1);
  if (tenths !== '60.0' && seconds < 60) return `${tenths} s`;
  const minutes = Math.max(1, Math.floor(seconds / 60));
  if (minutes < 60) return `${minutes} min ${Math.max(0, Math.floor(seconds) - minutes * 60)} s`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A clock that was set back makes no length less than none. */
function secondsOf(nanoseconds: bigint): number {
  return Math.max(0, Number(nanoseconds) / 1e9);
}

/** How long it lasted; `open` while its end is not logged. */
export function lengthText({ start, end, result }: Session): string {
  if (end === undefined) return 'open';
  return result === 'allowed' ? durationText(end - start) : '-';
}

/** What ran, or what else tells what it was for. */
export function commandText({ kind, command, ports }: Session): string {
  if (command.length > 0) return quoteWords(command);
  if (ports.length > 0) return `ports ${ports.join(', ')}`;
  return kind === 'attach' ? '(attached)' : '';
}

/** `namespace/pod container`. */
export function targetText({ request, pod, container, kind }: Session): string {
  const { namespace, name } = request;
  const of =
    kind === 'kubelet' ? `node ${name ?? ''}: ${pod ?? ''}` : `${namespace ?? ''}/${pod ?? ''}`;
  return container === undefined ? of : `${of} ${container}`;
}

const COLUMNS: readonly RecordColumn<Session>[] = [
  { title: 'START', key: 'start', value: () => undefined, time: ({ start }) => start, minimum: 8 },
  { title: 'KIND', key: 'kind', value: ({ kind }) => kind, minimum: 7, maximum: 12 },
  {
    title: 'USER',
    key: 'user',
    value: ({ request }) => request.user,
    text: ({ request }) => requestUser(request),
    shown: ({ request }, wide) => shownUser(request, wide),
    minimum: 8,
    maximum: 50,
  },
  { title: '', key: 'target', value: targetText },
  {
    title: 'LASTED',
    key: 'duration_seconds',
    value: ({ start, end }) => (end === undefined ? null : secondsOf(end - start)),
    text: lengthText,
    minimum: 6,
    maximum: 11,
    from: 68,
  },
  {
    title: 'RESULT',
    key: 'result',
    value: ({ request }) => resultWord(request),
    text: ({ request }) => requestResult(request),
    minimum: 7,
    maximum: 17,
    paint: ({ result }, paint) => resultPaint(result, paint),
  },
  {
    title: 'SOURCE IP',
    key: 'source_ip',
    value: ({ request }) => request.sourceIp,
    minimum: 9,
    maximum: 39,
    from: WIDE,
  },
  idColumn(({ request }) => request.auditId),
  { title: '', key: 'end', value: () => undefined, time: ({ end }) => end },
  { title: '', key: 'open', value: ({ end }) => end === undefined },
  { title: '', key: 'impersonated_user', value: ({ request }) => request.impersonatedUser },
  { title: '', key: 'namespace', value: ({ request }) => request.namespace },
  { title: '', key: 'pod', value: ({ pod }) => pod },
  { title: '', key: 'container', value: ({ container }) => container },
  { title: '', key: 'command', value: ({ command }) => command },
  { title: '', key: 'ports', value: ({ ports }) => ports },
  { title: '', key: 'tty', value: ({ tty }) => tty },
  { title: '', key: 'stdin', value: ({ stdin }) => stdin },
  { title: '', key: 'code', value: ({ request }) => request.code },
  { title: '', key: 'user_agent', value: ({ request }) => request.userAgent },
  { title: '', key: 'file', value: ({ request }) => request.origin.file },
  { title: '', key: 'line', value: ({ request }) => request.origin.line },
];

/** One row per session, pod, container and command below it. */
export const SESSION_LIST: RecordList<Session> = {
  name: 'sessions',
  columns: COLUMNS,
  byDay: true,
  below: (each) => {
    const command = commandText(each);
    return command === '' ? targetText(each) : `${targetText(each)}: ${command}`;
  },
};
