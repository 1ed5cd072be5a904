import type { AuditEvent } from '../events/event.ts';
import { networkOf } from '../util/address.ts';
import { listField, scalarField } from './define.ts';
import type { FieldDefinition } from './field.ts';
import { nodeAt } from './traverse.ts';

const ACCOUNT = 'system:serviceaccount:';

/** The first value of a key in `user.extra`. */
function firstExtra(event: AuditEvent, key: string): string | undefined {
  const values = event.get(['user', 'extra', key]);
  const first = Array.isArray(values) ? values[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

function accountNamespace(event: AuditEvent): string | undefined {
  const name = event.text(['user', 'username']);
  if (name?.startsWith(ACCOUNT) !== true) return undefined;
  const [namespace, account] = name.slice(ACCOUNT.length).split(':');
  return account === undefined || namespace === '' ? undefined : namespace;
}

/** `198.51.100.0/24`, or `2001:db8:1::/48`, of the last source address. */
function sourceNetwork(event: AuditEvent): string | undefined {
  const addresses = event.get(['sourceIPs']);
  const last = Array.isArray(addresses) ? addresses.at(-1) : undefined;
  return typeof last === 'string' ? networkOf(last) : undefined;
}

/** The name of a client without its version: the text before the first slash or blank. */
function clientName(event: AuditEvent): string | undefined {
  const agent = event.text(['userAgent']);
  const name = agent === undefined ? undefined : /^[^/ ]*/.exec(agent)![0];
  return name === '' ? undefined : name;
}

function objectName(event: AuditEvent): string | undefined {
  return event.text(['objectRef', 'name']) ?? event.text(['responseObject', 'metadata', 'name']);
}

/** The users that the subjects of a binding are, each by the name that the API server gives it. */
function boundUsers(event: AuditEvent): string[] | undefined {
  const subjects =
    nodeAt(event, ['requestObject', 'subjects']) ?? nodeAt(event, ['responseObject', 'subjects']);
  if (subjects === undefined) return undefined;
  return [...subjects.elements()].flatMap((subject) => {
    const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) =>
      subject.member(key)?.text(),
    );
    if (name === undefined) return [];
    if (kind === 'User') return [name];
    return kind === 'ServiceAccount' && namespace !== undefined
      ? [`${ACCOUNT}${namespace}:${name}`]
      : [];
  });
}

/** Who it was, from where and with what, in the form in which events are compared with others. */
export const IDENTITY_FIELDS: readonly FieldDefinition[] = [
  scalarField(
    'kx.source_ip.network',
    "Network of the last source address, the API server's direct peer: the first 24 bits of an IPv4 address, " +
      'the first 48 of an IPv6 one, such as `198.51.100.0/24`.',
    sourceNetwork,
    { reads: ['sourceIPs'] },
  ),
  scalarField(
    'kx.useragent.name',
    'Name of the client without its version: the user agent up to its first slash or blank.',
    clientName,
    { reads: ['userAgent'] },
  ),
  scalarField(
    'kx.user.namespace',
    'Namespace of the service account that makes the request. Missing for other users.',
    accountNamespace,
    { reads: ['user', 'username'] },
  ),
  scalarField(
    'kx.user.credential',
    'ID of the credential that the request was made with, such as `JTI=…` of a token or `X509SHA256=…` of a ' +
      'certificate. Missing where the API server gives none, as older versions do.',
    (event) => firstExtra(event, 'authentication.kubernetes.io/credential-id'),
    { reads: ['user', 'extra'] },
  ),
  scalarField(
    'kx.user.pod',
    'Name of the pod whose token the request was made with. Missing for other credentials.',
    (event) => firstExtra(event, 'authentication.kubernetes.io/pod-name'),
    { reads: ['user', 'extra'] },
  ),
  scalarField(
    'kx.target.name',
    'Name of the object of the request, also where the API server made it up: then it is that of the response.',
    objectName,
  ),
  scalarField(
    'kx.target.resource',
    'Resource of the request with its subresource, such as `pods` or `pods/exec`.',
    (event) => {
      const [resource, subresource] = ['resource', 'subresource'].map((key) =>
        event.text(['objectRef', key]),
      );
      return resource === undefined || subresource === undefined
        ? resource
        : `${resource}/${subresource}`;
    },
  ),
  listField(
    'kx.binding.users',
    'Users that a role binding in a body gives rights to; service accounts by their user names. Groups are not ' +
      'among them.',
    boundUsers,
  ),
];
