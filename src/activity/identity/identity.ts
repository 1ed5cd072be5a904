// Room activity/identity: the profile of one user or service account.
// Door: identity.ts gathers, identity-text.ts shows.
// Neighbours: uses ../request.ts, count and request; cli/commands/activity shows it.
// Inside: lists are bounded, because one identity may have made every request of the log.

import type { Finding } from '../../engine/finding.ts';
import type { AuditEvent } from '../../events/event.ts';
import { severityOf, severityRank, type Severity } from '../../policies/severity.ts';
import { clientName } from '../count/group-keys.ts';
import {
  bounded,
  impersonatedGroups,
  requestObject,
  requestResource,
  requestUser,
  resultWord,
  type Request,
} from '../request.ts';
import { sessionOf, type Session } from '../request/sessions.ts';
import { Sightings, type Sighting } from '../count/sightings.ts';
import { Counts } from '../count/value-tally.ts';
import { TimeBars } from '../count/time-bars.ts';

/** Sessions and refused requests listed one by one. */
const MAX_LISTED = 100;
const BARS = 48;
/** Credential IDs taken of one event. */
const MAX_IDS = 4;

/** Gathers the requests of one identity, in bounded memory. Texts are untrusted. */
export class IdentityProfile {
  readonly results = new Counts();
  /** Keys are `verb\0resource`. */
  readonly actions = new Counts();
  readonly denied = new Counts();
  readonly failed = new Counts();
  readonly namespaces = new Counts();
  readonly sourceIps = new Sightings();
  readonly clients = new Sightings();
  /** What it was known by: hashes of tokens and certificates, where the log has them. */
  readonly credentials = new Sightings();
  /** Rules that matched its requests. */
  readonly findings = new Sightings();
  readonly #severities = new Map<string, Severity>();
  readonly groups = new Counts();
  readonly secrets = new Counts();
  readonly grants = new Counts();
  readonly actedAs = new Counts();
  readonly sessions: Session[] = [];
  readonly bars = new TimeBars(BARS);
  requests = 0;
  sessionCount = 0;
  first = 0n;
  last = 0n;

  /**
   * @param isImpersonated true when somebody else made the request in its name: its groups are then the ones that were
   *   asked for with the name
   */
  add(request: Request, event: AuditEvent | undefined, isImpersonated = false): void {
    this.requests++;
    const { time, result } = request;
    if (time > 0n && (this.first === 0n || time < this.first)) this.first = time;
    if (time > this.last) this.last = time;
    this.bars.add(time);
    this.results.add(resultWord(request));
    this.actions.add(`${request.verb ?? ''}\0${requestResource(request)}`);
    if (result === 'denied') this.denied.add(`${request.verb ?? ''} ${requestObject(request)}`);
    if (result === 'failed') {
      this.failed.add(`${request.verb ?? ''} ${requestObject(request)} ${request.code ?? ''}`);
    }
    this.namespaces.add(
      request.resource === undefined ? '(no object)' : (request.namespace ?? '(cluster)'),
    );
    const { auditId } = request;
    this.sourceIps.add(request.sourceIp ?? '(none)', time, auditId);
    this.clients.add(clientName(request.userAgent), time, auditId);
    for (const id of credentialIds(event)) this.credentials.add(id, time, auditId);
    const groups = isImpersonated ? impersonatedGroups(event) : request.groups;
    for (const group of groups) this.groups.add(group);
    if (request.impersonatedUser !== undefined) this.actedAs.add(requestUser(request));
    if (isSecretRead(request)) this.secrets.add(secretName(request));
    const grant = grantOf(request.reason);
    if (grant !== undefined && result !== 'denied') this.grants.add(grant);
    const session = sessionOf(request, event);
    if (session === undefined) return;
    this.sessionCount++;
    if (this.sessions.length < MAX_LISTED) this.sessions.push(session);
  }

  /** Counts a finding on one of its requests. */
  find({ rule, time, priority, severity = severityOf(priority), auditId }: Finding): void {
    const known = this.#severities.get(rule);
    if (known === undefined || severityRank(severity) < severityRank(known)) {
      this.#severities.set(rule, severity);
    }
    this.findings.add(rule, time, auditId);
  }

  /** The listed sessions as they began; they are added as they end. */
  sessionsInOrder(): Session[] {
    return this.sessions.toSorted((a, b) => Number(a.start > b.start) - Number(a.start < b.start));
  }

  /** The rules that matched, the most severe first, then the most frequent. */
  findingsBySeverity(): (Sighting & { readonly severity: Severity })[] {
    return this.findings
      .top()
      .map((each) => ({ ...each, severity: this.#severities.get(each.value)! }))
      .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
  }

  /** Verbs by resource: each resource with its verbs, most used first. */
  matrix(): { resource: string; count: number; verbs: [string, number][] }[] {
    const byResource = new Map<string, { count: number; verbs: [string, number][] }>();
    for (const [key, count] of this.actions.top()) {
      const [verb = '', resource = ''] = key.split('\0', 2);
      const entry = byResource.get(resource) ?? { count: 0, verbs: [] };
      entry.count += count;
      entry.verbs.push([verb, count]);
      byResource.set(resource, entry);
    }
    return [...byResource]
      .map(([resource, { count, verbs }]) => ({ resource, count, verbs }))
      .toSorted((a, b) => b.count - a.count || (a.resource < b.resource ? -1 : 1));
  }

  /** True when some counts are lower bounds. */
  get forgotten(): boolean {
    return [
      this.actions,
      this.denied,
      this.failed,
      this.secrets,
      this.namespaces,
      this.sourceIps,
      this.clients,
      this.credentials,
      this.findings,
      this.groups,
      this.grants,
      this.actedAs,
    ].some((counts) => counts.forgotten);
  }
}

/** Kubernetes 1.32 and later log a hash of each token and certificate (KEP 4193). */
function credentialIds(event: AuditEvent | undefined): string[] {
  const ids = event?.get(['user', 'extra', 'authentication.kubernetes.io/credential-id']);
  if (!Array.isArray(ids)) return [];
  return ids
    .slice(0, MAX_IDS)
    .filter((id) => typeof id === 'string')
    .map((id) => bounded(id, 256)!);
}

function isSecretRead({ resource, subresource, verb, result }: Request): boolean {
  if (resource !== 'secrets' || (subresource ?? '') !== '' || result !== 'allowed') return false;
  return verb === 'get' || verb === 'list' || verb === 'watch';
}

function secretName({ namespace, name, verb }: Request): string {
  if (name !== undefined) return `${namespace ?? ''}/${name}`;
  return namespace === undefined ? `all of the cluster (${verb})` : `${namespace}/* (${verb})`;
}

/**
 * What allowed a request, from the reason of the RBAC authorizer: `RBAC: allowed by RoleBinding "b/ns" of
 * Role "r" to User "u"` (kubernetes plugin/pkg/auth/authorizer/rbac).
 */
function grantOf(reason: string | undefined): string | undefined {
  const match = /^RBAC: allowed by (\w+) "([^"]*)" of (\w+) "([^"]*)"/.exec(reason ?? '');
  if (match !== null) return `${match[3]} ${match[4]} by ${match[1]} ${match[2]}`;
  return reason === undefined || reason === '' || reason.startsWith('RBAC: ') ? undefined : reason;
}
