import type { CheckNode, ConditionNode, FieldNode, RightNode, Span } from '../condition/ast.ts';

/** The values of the scope options. The values of one option are alternatives and may be globs. */
export interface ScopeOptions {
  readonly namespaces: readonly string[];
  readonly users: readonly string[];
  readonly verbs: readonly string[];
  // Examples: pods, pods/exec, */exec. A name without a slash includes all subresources.
  readonly resources: readonly string[];
  readonly names?: readonly string[];
  readonly sourceIps?: readonly string[];
  readonly userAgents?: readonly string[];
  /** Only requests that were refused or failed. */
  readonly failedOnly?: boolean;
}

const NOWHERE: Span = { start: 0, end: 0 };

/**
 * The scope options as one condition, so that any engine can decide them like a rule; undefined when none
 * is given.
 */
export function scopeCondition(options: ScopeOptions): ConditionNode | undefined {
  const parts = [
    anyOf('/objectRef/namespace', options.namespaces),
    anyOf('/user/username', options.users),
    anyOf('/verb', options.verbs),
    either(options.resources.map(resourceCondition)),
    anyOf('/objectRef/name', options.names ?? []),
    either((options.sourceIps ?? []).map(sourceIpCondition)),
    anyOf('/userAgent', options.userAgents ?? []),
    options.failedOnly === true ? FAILED : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 1 ? { kind: 'and', children: parts, span: NOWHERE } : parts[0];
}

/** Both conditions, where given. */
export function both(
  first: ConditionNode | undefined,
  second: ConditionNode | undefined,
): ConditionNode | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { kind: 'and', children: [first, second], span: NOWHERE };
}

const FAILED: CheckNode = {
  kind: 'check',
  left: { kind: 'field', name: 'kx.outcome', argument: undefined, span: NOWHERE },
  operator: 'in',
  modifier: undefined,
  right: { kind: 'list', values: ['denied', 'failed'], span: NOWHERE },
  span: NOWHERE,
};

/** Any of the source addresses; a pattern is matched against the quoted elements of their JSON text. */
function sourceIpCondition(text: string): CheckNode {
  if (isPattern(text)) return matches('/sourceIPs', `*"${text}"*`);
  return {
    kind: 'check',
    left: { kind: 'field', name: 'ka.sourceips', argument: undefined, span: NOWHERE },
    operator: 'intersects',
    modifier: undefined,
    right: { kind: 'list', values: [text], span: NOWHERE },
    span: NOWHERE,
  };
}

function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

function resourceCondition(text: string): ConditionNode {
  const slash = text.indexOf('/');
  const resource = matches('/objectRef/resource', slash === -1 ? text : text.slice(0, slash));
  if (slash === -1) return resource;
  const subresource = matches('/objectRef/subresource', text.slice(slash + 1));
  return { kind: 'and', children: [resource, subresource], span: NOWHERE };
}

function anyOf(pointer: string, values: readonly string[]): ConditionNode | undefined {
  return either(values.map((value) => matches(pointer, value)));
}

function either(children: readonly ConditionNode[]): ConditionNode | undefined {
  return children.length > 1 ? { kind: 'or', children, span: NOWHERE } : children[0];
}

/** The value at a JSON pointer equals the text, or matches it when it holds a wildcard. */
function matches(pointer: string, value: string): CheckNode {
  const left: FieldNode = {
    kind: 'field',
    name: 'jevt.value',
    argument: pointer,
    span: NOWHERE,
  };
  const right: RightNode = { kind: 'value', value, span: NOWHERE };
  const operator = isPattern(value) ? 'glob' : '=';
  return { kind: 'check', left, operator, modifier: undefined, right, span: NOWHERE };
}
