import type { FindingSubject } from '../../engine/finding.ts';
import { parseAddress } from '../../util/address.ts';
import type { Encodable } from './json-encode.ts';

/** Version of the Open Cybersecurity Schema Framework that objects follow. */
const OCSF_VERSION = '1.8.0';

/** OCSF times are milliseconds since the epoch. @param time nanoseconds since the epoch */
export function ocsfTime(time: bigint): number {
  return Number(time / 1_000_000n);
}

/** Who wrote an object, and where what it tells was read. */
export function ocsfMetadata(of: {
  readonly version: string;
  readonly file: string;
  readonly auditId: string | undefined;
  /** RFC 3339. */
  readonly time: string;
}): Encodable {
  return {
    version: OCSF_VERSION,
    product: { name: 'k8s-audit', vendor_name: 'k8s-audit', version: of.version },
    log_provider: 'kube-apiserver',
    log_name: of.file,
    original_event_uid: of.auditId,
    original_time: of.time,
  };
}

/** The object that a request is about; undefined for requests about none. */
export function ocsfResource({
  resource,
  subresource,
  namespace,
  name,
}: Pick<FindingSubject, 'resource' | 'subresource' | 'namespace' | 'name'>): Encodable | undefined {
  if (resource === undefined && name === undefined) return undefined;
  const type = [resource, subresource]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
  // A resource needs a name or an ID: requests for all objects of a kind have neither.
  return [{ type, name: name ?? resource, namespace }];
}

/** The request, who made it and from where. */
export function ocsfApi(
  subject: Pick<
    FindingSubject,
    'verb' | 'code' | 'user' | 'sourceIp' | 'userAgent' | 'impersonatedUser'
  >,
  auditId: string | undefined,
): {
  readonly api: Encodable;
  readonly actor: Encodable;
  readonly src_endpoint: Encodable;
  readonly http_request: Encodable | undefined;
} {
  const code = Number(subject.code);
  return {
    api: {
      operation: subject.verb ?? 'unknown',
      service: { name: 'kube-apiserver' },
      request: auditId === undefined ? undefined : { uid: auditId },
      response: Number.isInteger(code) && code > 0 ? { code } : undefined,
    },
    actor: { user: { name: subject.user ?? 'unknown' } },
    src_endpoint: endpoint(subject.sourceIp),
    http_request: subject.userAgent === undefined ? undefined : { user_agent: subject.userAgent },
  };
}

/** The class needs one, and an `ip` is an address. */
function endpoint(address: string | undefined): Encodable {
  if (address === undefined) return { name: 'unknown' };
  return parseAddress(address) === undefined ? { name: address } : { ip: address };
}
