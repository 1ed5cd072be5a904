import type { AuditEvent } from '../events/event.ts';
import { indexedField, keyedField, listField, scalarField, textField } from './define.ts';
import type { FieldDefinition } from './field.ts';
import { collect, nodeAt, skipAbsent } from './traverse.ts';
import { parameterTexts, queryValues } from './uri.ts';

/** The request URI, not cut at a NUL: Go parses it whole and refuses control characters. */
export function requestUri(event: AuditEvent): string | undefined {
  return nodeAt(event, ['requestURI'])?.text();
}

/** The elements of an array at a path as texts; undefined when there is no array. */
export function arrayTexts(event: AuditEvent, path: readonly string[]): string[] | undefined {
  const node = nodeAt(event, path);
  return node?.kind === 'array' ? node.elements().map((element) => element.text()) : undefined;
}

function uriParameter(event: AuditEvent, key: string): string | undefined {
  const uri = requestUri(event);
  return uri === undefined ? undefined : queryValues(uri, key)?.[0];
}

function targetPodName(event: AuditEvent): string | undefined {
  if (event.get(['objectRef', 'resource']) !== 'pods') return undefined;
  const subresource = event.get(['objectRef', 'subresource']);
  // As GetStringBytes of fastjson: a value that is no string reads as the empty string.
  if (typeof subresource === 'string' && subresource !== '') return undefined;
  return event.text(['responseObject', 'metadata', 'name']);
}

function sourceAddresses(event: AuditEvent, index: number | undefined): string[] | undefined {
  const addresses = arrayTexts(event, ['sourceIPs']);
  return index === undefined ? addresses : addresses?.slice(index, index + 1);
}

function servicePorts(event: AuditEvent, index: number | undefined): string[] | undefined {
  const ports = collect(event, ['requestObject', 'spec', 'ports'], [], index);
  return ports === undefined ? undefined : skipAbsent(ports);
}

const REQUEST_FIELDS: readonly FieldDefinition[] = [
  textField('ka.auditid', ['auditID'], 'ID of the request; all stages of a request share it.'),
  textField(
    'ka.stage',
    ['stage'],
    'Stage of the request at which the event was made, such as RequestReceived or ResponseComplete.',
  ),
  textField(
    'ka.auth.decision',
    ['annotations', 'authorization.k8s.io/decision'],
    "The authorizer's decision: allow or forbid.",
  ),
  textField(
    'ka.auth.reason',
    ['annotations', 'authorization.k8s.io/reason'],
    "The authorizer's reason for its decision.",
  ),
  textField(
    'ka.auth.openshift.decision',
    ['annotations', 'authentication.openshift.io/decision'],
    "The decision of OpenShift's authentication: allow, deny or error.",
  ),
  textField(
    'ka.auth.openshift.username',
    ['annotations', 'authentication.openshift.io/username'],
    "The user name that OpenShift's authentication saw.",
  ),
  textField(
    'ka.validations.admission.policy.failure',
    ['annotations', 'validation.policy.admission.k8s.io/validation_failure'],
    'Failed validations of ValidatingAdmissionPolicies, as JSON text.',
  ),
  textField(
    'ka.security.pod.violations',
    ['annotations', 'pod-security.kubernetes.io/audit-violations'],
    'Violations of the Pod Security Standards that pod security admission noted.',
  ),
  // No plain path: the wrapping or the user may name the cluster where the event does not.
  scalarField(
    'ka.cluster.name',
    'Name of the cluster: from the event (GKE), else from what it was wrapped in, else --cluster.',
    (event) => event.text(['annotations', 'cluster_name']) ?? event.origin.cluster,
  ),
  textField('ka.user.name', ['user', 'username'], 'Name of the user who made the request.'),
  listField(
    'ka.user.groups',
    'Groups of the user who made the request.',
    (event) => arrayTexts(event, ['user', 'groups']),
    { reads: ['user', 'groups'] },
  ),
  textField(
    'ka.impuser.name',
    ['impersonatedUser', 'username'],
    'Name of the user whom the requester impersonates.',
  ),
  textField('ka.verb', ['verb'], 'What is done to the object: get, list, create and so on.'),
  textField('ka.uri', ['requestURI'], 'The request URI as the client sent it.'),
  keyedField(
    'ka.uri.param',
    'Value of a query parameter of the request URI, decoded; the first one when it is repeated. ' +
      'Missing for every key when the URI or its query is malformed.',
    uriParameter,
    { reads: ['requestURI'] },
    parameterTexts,
  ),
  textField('ka.useragent', ['userAgent'], "The client's user agent."),
  indexedField(
    'ka.sourceips',
    'Addresses of the client and of the proxies between, in the logged order; the index selects ' +
      'one. (In Falco this field is always missing.)',
    sourceAddresses,
    { reads: ['sourceIPs'] },
  ),
];

const TARGET_FIELDS: readonly FieldDefinition[] = [
  textField('ka.target.name', ['objectRef', 'name'], 'Name of the object the request is about.'),
  textField(
    'ka.target.namespace',
    ['objectRef', 'namespace'],
    'Namespace of the object the request is about.',
  ),
  textField(
    'ka.target.resource',
    ['objectRef', 'resource'],
    'Resource of the object the request is about, in the plural: pods, secrets and so on.',
  ),
  textField(
    'ka.target.subresource',
    ['objectRef', 'subresource'],
    'Subresource the request is about, such as exec, log or status.',
  ),
  scalarField(
    'ka.target.pod.name',
    'Name of the pod in the response, for requests about pods without a subresource.',
    targetPodName,
  ),
];

const BODY_FIELDS: readonly FieldDefinition[] = [
  textField(
    'ka.req.configmap.name',
    ['objectRef', 'name'],
    'The same as ka.target.name, for any resource.',
  ),
  textField(
    'ka.req.configmap.obj',
    ['requestObject', 'data'],
    'The data of the request body as JSON text, for ConfigMaps and everything else that has data.',
  ),
  textField(
    'ka.req.service.type',
    ['requestObject', 'spec', 'type'],
    'Type of the service in the request body: ClusterIP, NodePort, LoadBalancer or ExternalName.',
  ),
  indexedField(
    'ka.req.service.ports',
    'The ports of the service in the request body: one element, the whole array as JSON text, ' +
      'whatever the index.',
    servicePorts,
  ),
  textField(
    'ka.resp.name',
    ['responseObject', 'metadata', 'name'],
    'Name of the object in the response body.',
  ),
  textField('ka.response.code', ['responseStatus', 'code'], 'HTTP status code of the response.'),
  textField(
    'ka.response.reason',
    ['responseStatus', 'reason'],
    'Reason the response gives, usually for a failure.',
  ),
];

/** `ka.*` fields about the request, its target, its outcome, and bodies of simple objects. */
export const SCALAR_FIELDS: readonly FieldDefinition[] = [
  ...REQUEST_FIELDS,
  ...TARGET_FIELDS,
  ...BODY_FIELDS,
];
