import type { AuditEvent, KeptEvent } from '../events/event.ts';
import { cutAtNul } from '../util/text.ts';
import type { Finding, FindingSubject } from './finding.ts';
import { namePrefix } from './pod-owner.ts';

// One array per path, made once: every event is asked for these values.
const AUDIT_ID = ['auditID'];
const STAGE = ['stage'];
const USER = ['user', 'username'];
const IMPERSONATED = ['impersonatedUser', 'username'];
const VERB = ['verb'];
const RESOURCE = ['objectRef', 'resource'];
const SUBRESOURCE = ['objectRef', 'subresource'];
const NAMESPACE = ['objectRef', 'namespace'];
const NAME = ['objectRef', 'name'];
const GIVEN_NAME = ['responseObject', 'metadata', 'name'];
const SOURCE_IPS = ['sourceIPs'];
const USER_AGENT = ['userAgent'];
const CODE = ['responseStatus', 'code'];

/** Where nobody asks. */
export const NO_SUBJECT: FindingSubject = {
  user: undefined,
  impersonatedUser: undefined,
  verb: undefined,
  resource: undefined,
  subresource: undefined,
  namespace: undefined,
  name: undefined,
  sourceIp: undefined,
  userAgent: undefined,
  code: undefined,
};

/** Who did what, from the fields that tables and reports show for every finding. */
export function subjectOf(event: AuditEvent): FindingSubject {
  return {
    user: event.text(USER),
    impersonatedUser: event.text(IMPERSONATED),
    verb: event.text(VERB),
    resource: event.text(RESOURCE),
    subresource: event.text(SUBRESOURCE),
    namespace: event.text(NAMESPACE),
    name: event.text(NAME) ?? generatedName(event),
    sourceIp: lastAddress(event),
    userAgent: event.text(USER_AGENT),
    code: event.text(CODE),
  };
}

/** The name that the API server gave an object; where the response was not logged, what it begins with and `*`. */
function generatedName(event: AuditEvent): string | undefined {
  if (event.text(VERB) !== 'create' || event.text(SUBRESOURCE) !== undefined) return undefined;
  const given = event.text(GIVEN_NAME);
  // Bodies of other objects are read for nothing: reviews have no names.
  if (given !== undefined || event.text(RESOURCE) !== 'pods') return given;
  const prefix = namePrefix(event);
  return prefix === undefined ? undefined : `${prefix}*`;
}

/** Earlier addresses come from headers that a client can forge; the last is the peer's. */
export function lastAddress(event: AuditEvent): string | undefined {
  const addresses = event.get(SOURCE_IPS);
  if (!Array.isArray(addresses) || addresses.length === 0) return undefined;
  const last = addresses.length - 1;
  const address = addresses[last];
  return typeof address === 'string' ? cutAtNul(address) : event.text(['sourceIPs', String(last)]);
}

/** What findings on one event have in common, once one of them has read it. */
export interface SharedReads {
  subject?: FindingSubject;
  facts?: Finding['facts'];
  /** Which event it is. */
  named?: Pick<Finding, 'auditId' | 'stage' | 'origin'>;
  /** The event for later; undefined while no part has kept it. */
  kept?: KeptEvent | undefined;
  /** Its time as findings show it. */
  timeText?: string;
}

/** Which event it is. */
export function namesOf(event: AuditEvent): NonNullable<SharedReads['named']> {
  return {
    auditId: event.text(AUDIT_ID),
    stage: event.text(STAGE),
    origin: event.origin,
  };
}
