import type { AuditEvent } from '../events/event.ts';
import { listField, networkField, scalarField } from './define.ts';
import type { FieldDefinition } from './field.ts';
import { networkTest } from '../util/address.ts';
import { isPublicAddress, sourceIpLists } from './ip.ts';
import { ANY_FIELDS } from './json-fields.ts';
import { requestUri } from './ka-scalars.ts';
import { IDENTITY_FIELDS } from './kx-identity.ts';
import { PODSPEC_FIELDS } from './kx-podspec.ts';
import { proxyPath } from './kx-proxy.ts';
import { roleEscalations } from './kx-role.ts';
import { workloadKind } from './kx-workload.ts';
import { queryValues } from './uri.ts';

function isCreated(event: AuditEvent): boolean {
  const verb = event.get(['verb']);
  if (verb === 'create') return true;
  return (verb === 'update' || verb === 'patch') && responseCode(event) === 201;
}

function responseCode(event: AuditEvent): number | undefined {
  const code = event.get(['responseStatus', 'code']);
  return typeof code === 'number' ? code : undefined;
}

/** How a request ended, as far as its event tells: the value of `kx.outcome`. */
export type Outcome = 'allowed' | 'denied' | 'failed' | 'unknown';

/** How a request ended. A 401 or 403 is no refusal where it came from what the request was passed on to. */
export function requestOutcome(event: AuditEvent): Outcome {
  const code = responseCode(event);
  const decision = event.get(['annotations', 'authorization.k8s.io/decision']);
  const refused = (code === 401 || code === 403) && !isBackendAnswer(event, decision);
  if (decision === 'forbid' || refused) return 'denied';
  if (code === undefined || code < 100) return 'unknown';
  return code >= 400 ? 'failed' : 'allowed';
}

/** Subresources behind which something else than the API server answers. */
const BACKENDS = new Set<unknown>(['proxy', 'exec', 'attach', 'portforward']);

/** True when the API server let a request through: what answered gives no reason in a Status. */
function isBackendAnswer(event: AuditEvent, decision: unknown): boolean {
  if (decision !== 'allow' || !BACKENDS.has(event.get(['objectRef', 'subresource']))) return false;
  return event.text(['responseStatus', 'reason']) === undefined;
}

function commandWords(event: AuditEvent): string[] | undefined {
  const uri = requestUri(event);
  return uri === undefined ? undefined : queryValues(uri, 'command');
}

function commandLine(event: AuditEvent): string | undefined {
  const words = commandWords(event);
  return words === undefined || words.length === 0 ? undefined : words.join(' ');
}

function isFromPublicAddress(event: AuditEvent): string | undefined {
  const addresses = event.get(['sourceIPs']);
  const last = Array.isArray(addresses) ? addresses.at(-1) : undefined;
  const verdict = typeof last === 'string' ? isPublicAddress(last) : undefined;
  return verdict === undefined ? undefined : String(verdict);
}

/** Reads whether any source address is in a network; never true for a text that names none. */
function isFromNetwork(network: string): (event: AuditEvent) => string | undefined {
  const test = networkTest(network);
  return (event) => {
    const addresses = event.get(['sourceIPs']);
    if (!Array.isArray(addresses)) return undefined;
    return String(
      test !== undefined && addresses.some((each) => typeof each === 'string' && test(each)),
    );
  };
}

/** Fields that k8s-audit adds to Falco's. */
export const KX_FIELDS: readonly FieldDefinition[] = [
  scalarField(
    'kx.created',
    'true when the request creates an object: verb create, or an update or patch answered with ' +
      '201; else false.',
    (event) => String(isCreated(event)),
  ),
  scalarField(
    'kx.outcome',
    'denied when the authorizer forbids or the response code is 401 or 403, failed for another ' +
      'code from 400 on (also for a 401 or 403 of what a request was proxied to), allowed for a ' +
      'lower one, unknown without a code.',
    requestOutcome,
  ),
  scalarField('kx.body', 'true when the request body was logged, else false.', (event) =>
    String((event.get(['requestObject']) ?? null) !== null),
  ),
  listField(
    'kx.command',
    'Words of the command of an exec request: every command parameter of the URI, decoded.',
    commandWords,
    { reads: ['requestURI'] },
  ),
  scalarField('kx.command.line', 'The words of kx.command joined by blanks.', commandLine, {
    reads: ['requestURI'],
  }),
  scalarField(
    'kx.proxy.path',
    'Path that a request through the API server asks a node, pod or service for: decoded, without query, ' +
      'doubled slashes, `.` and `..`. Missing when the request is not proxied.',
    proxyPath,
    { reads: ['requestURI'] },
  ),
  scalarField(
    'kx.source_ip.public',
    "true when the last source address, the API server's direct peer, is a public one, false when " +
      'it is private, loopback, link-local, shared or unspecified.',
    isFromPublicAddress,
    { reads: ['sourceIPs'] },
  ),
  networkField(
    'kx.source_ip.within',
    'true when any source address, forwarded ones included, is in the network in brackets, such as ' +
      '`kx.source_ip.within[10.0.0.0/8]`, else false. Missing without source addresses.',
    isFromNetwork,
    { reads: ['sourceIPs'] },
  ),
  {
    name: 'kx.source_ip.list',
    type: 'string',
    list: true,
    description:
      'Names of the lists given with --ip-list that hold one of the source addresses: the name of the file ' +
      'without folder and ending. Missing without lists.',
    bind: (_argument, { ipLists = [] }) => sourceIpLists(ipLists),
  },
  scalarField(
    'kx.workload.kind',
    'Resource of the workload the request is about: pods, deployments and so on. Missing for ' +
      'other resources and for subresources, except pods/ephemeralcontainers, which gives pods.',
    workloadKind,
  ),
  ...IDENTITY_FIELDS,
  ...PODSPEC_FIELDS,
  listField(
    'kx.role.escalations',
    'Rights in the body of a Role or ClusterRole that lead to more rights, such as escalate, ' +
      'bind, impersonate, wildcard, secrets:read or pods/exec:create. Verbs, resources and API ' +
      'groups must come together in one rule of the role.',
    roleEscalations,
  ),
  ...ANY_FIELDS,
];
