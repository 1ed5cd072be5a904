import type { ConditionNode } from '../../condition/ast.ts';
import { all, check, either, not } from '../../condition/condition-nodes.ts';

// Where events have what resource rules ask for, as JSON pointers.

export const GROUP = '/objectRef/apiGroup';
export const VERSION = '/objectRef/apiVersion';
export const RESOURCE = '/objectRef/resource';
export const SUBRESOURCE = '/objectRef/subresource';
export const NAMESPACE = '/objectRef/namespace';
const NAME = '/objectRef/name';
const VERB = '/verb';
const CODE = '/responseStatus/code';
const DECISION = '/annotations/authorization.k8s.io~1decision';

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

/** All conditions. */
export function every(...children: readonly ConditionNode[]): ConditionNode {
  return all(children);
}

/** At least one of the conditions. */
export function some(...children: readonly ConditionNode[]): ConditionNode {
  return either(children);
}

/** The event has the value. */
export function exists(pointer: string): ConditionNode {
  return check(pointer, 'exists');
}

/** The value is this text; wildcards in it are no wildcards. */
export function equals(pointer: string, value: string): ConditionNode {
  return check(pointer, '=', value);
}

/** The value is one of these texts. */
export function isOneOf(pointer: string, values: readonly string[]): ConditionNode {
  return check(pointer, 'in', values);
}

/** A value is missing or empty. */
export function isEmpty(pointer: string): ConditionNode {
  return some(not(exists(pointer)), equals(pointer, ''));
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
