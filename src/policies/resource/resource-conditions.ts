import type { ConditionNode } from '../../condition/ast.ts';
import { allOf, anyOf, equals, exists, isOneOf, not, pointer } from '../policy-scope.ts';

export const GROUP = pointer('/objectRef/apiGroup');
export const VERSION = pointer('/objectRef/apiVersion');
export const RESOURCE = pointer('/objectRef/resource');
export const SUBRESOURCE = pointer('/objectRef/subresource');
export const NAMESPACE = pointer('/objectRef/namespace');
const NAME = pointer('/objectRef/name');
const VERB = pointer('/verb');
const CODE = pointer('/responseStatus/code');
const DECISION = pointer('/annotations/authorization.k8s.io~1decision');

/** Spellings of the core group in events: it has no name, but GKE writes core. */
const CORE_TEXTS = ['', 'core'];

/** Kinds that admission webhooks never see (Kubernetes: webhook/predicates/rules, exempt kinds). */
const EXEMPT = [
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
];
export const ADMISSION_GROUP = 'admissionregistration.k8s.io';

/** All conditions; they are never none here. */
export function every(...children: readonly ConditionNode[]): ConditionNode {
  return allOf(children)!;
}

/** At least one of the conditions; they are never none here. */
export function some(...children: readonly ConditionNode[]): ConditionNode {
  return anyOf(children)!;
}

/** A value is missing or empty. */
export function isEmpty(left: ReturnType<typeof pointer>): ConditionNode {
  return some(not(exists(left)), equals(left, ''));
}

/** The object is of the core API group, whose name is missing, empty or spelled out. */
export function inCoreGroup(): ConditionNode {
  return some(not(exists(GROUP)), isOneOf(GROUP, CORE_TEXTS));
}

/** The object is a namespace itself. */
export function isNamespaceObject(): ConditionNode {
  return every(equals(RESOURCE, 'namespaces'), inCoreGroup());
}

/** A condition for the requests that admission sees as `operation`; admission sees no reads. */
export function operationCondition(operation: string): ConditionNode | undefined {
  // exec and the like are CONNECT for every verb: SPDY clients use create, WebSocket clients get.
  const connect = connectCondition();
  const created = every(isOneOf(VERB, ['update', 'patch']), equals(CODE, '201'));
  switch (operation) {
    case 'CONNECT':
      return connect;
    case 'CREATE':
      return every(not(connect), some(equals(VERB, 'create'), created));
    case 'UPDATE':
      return every(not(connect), isOneOf(VERB, ['update', 'patch']), not(equals(CODE, '201')));
    case 'DELETE':
      return every(not(connect), isOneOf(VERB, ['delete', 'deletecollection']));
    default:
      return undefined;
  }
}

function connectCondition(): ConditionNode {
  return every(
    inCoreGroup(),
    some(
      every(
        equals(RESOURCE, 'pods'),
        isOneOf(SUBRESOURCE, ['exec', 'attach', 'portforward', 'proxy']),
      ),
      every(isOneOf(RESOURCE, ['services', 'nodes']), equals(SUBRESOURCE, 'proxy')),
    ),
  );
}

/** Conditions on a request that do not depend on rules. */
export interface RequestConditions {
  readonly hasResource: ConditionNode;
  readonly hasOperation: ConditionNode;
  /** Refused by authentication or authorization, before admission. */
  readonly refused: ConditionNode;
  readonly exempt: ConditionNode;
  inNamespaces(names: readonly string[]): ConditionNode;
}

/** The conditions that all resource rules share. */
export function requestConditions(): RequestConditions {
  return {
    hasResource: not(isEmpty(RESOURCE)),
    hasOperation: some(
      connectCondition(),
      isOneOf(VERB, ['create', 'update', 'patch', 'delete', 'deletecollection']),
    ),
    // A 403 that authorization let pass came from admission itself.
    refused: some(
      equals(CODE, '401'),
      equals(DECISION, 'forbid'),
      every(equals(CODE, '403'), not(equals(DECISION, 'allow'))),
    ),
    exempt: every(equals(GROUP, ADMISSION_GROUP), isOneOf(RESOURCE, EXEMPT)),
    inNamespaces: (names) =>
      some(isOneOf(NAMESPACE, names), every(isNamespaceObject(), isOneOf(NAME, names))),
  };
}
