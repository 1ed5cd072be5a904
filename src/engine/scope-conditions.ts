import type { CheckNode, ConditionNode } from '../condition/ast.ts';
import {
  all,
  allOf,
  check,
  either,
  field,
  isPattern,
  matches,
  not,
} from '../condition/condition-nodes.ts';
import { isNetwork } from '../util/address.ts';
import { resourceNames, subresourceOf, verbNames } from './api-words.ts';

/** The values of the scope options. The values of one option are alternatives and may be globs. */
export interface ScopeOptions {
  readonly namespaces: readonly string[];
  readonly users: readonly string[];
  /** Verbs in any case, or what kubectl has as commands: exec, logs, edit. */
  readonly verbs: readonly string[];
  // Examples: pods, pod, deploy, pods/exec, exec, */exec. A name without a slash includes all subresources.
  readonly resources: readonly string[];
  readonly names?: readonly string[];
  /** Addresses, globs, or networks such as 10.0.0.0/8. */
  readonly sourceIps?: readonly string[];
  readonly userAgents?: readonly string[];
  /** Only requests that were refused or failed. */
  readonly failedOnly?: boolean;
  /** Of the values above, those that match what contains them, in any case. */
  readonly contained?: readonly ScopeValue[];
}

/** The options whose values are names: where nothing has a name, what contains it may be meant. */
type NameOption = keyof typeof NAME_POINTERS;

/** One value of an option, as it was given. */
export interface ScopeValue {
  readonly option: keyof ScopeOptions;
  readonly value: string;
}

/** One value of a scope option, with the condition that it is. */
export interface ScopePart extends ScopeValue {
  readonly condition: ConditionNode;
}

const NAME_POINTERS = {
  namespaces: '/objectRef/namespace',
  users: '/user/username',
  names: '/objectRef/name',
  sourceIps: '/sourceIPs',
  userAgents: '/userAgent',
} as const;

const CONDITIONS = {
  namespaces: (value: string) => matches(NAME_POINTERS.namespaces, value),
  users: (value: string) => matches(NAME_POINTERS.users, value),
  verbs: verbCondition,
  resources: resourceCondition,
  names: (value: string) => matches(NAME_POINTERS.names, value),
  sourceIps: sourceIpCondition,
  userAgents: (value: string) => matches(NAME_POINTERS.userAgents, value),
} as const;

/** True for a value without wildcards: it names one thing. */
export function isName({ option, value }: ScopeValue): boolean {
  return Object.hasOwn(NAME_POINTERS, option) && !isPattern(value) && !isNetwork(value);
}

/** Every value of the scope options, with its condition. The values of one option stand together. */
export function scopeParts(options: ScopeOptions): ScopePart[] {
  const parts: ScopePart[] = [];
  for (const option of Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]) {
    for (const value of options[option] ?? []) {
      const isContained = options.contained?.some(
        (each) => each.option === option && each.value === value,
      );
      const condition =
        isContained === true
          ? check(NAME_POINTERS[option as NameOption], 'icontains', value)
          : CONDITIONS[option](value);
      parts.push({ option, value, condition });
    }
  }
  if (options.failedOnly === true) {
    parts.push({ option: 'failedOnly', value: '', condition: FAILED });
  }
  return parts;
}

/**
 * The scope options as one condition, so that any engine can decide them like a rule; undefined when none
 * is given.
 */
export function scopeCondition(options: ScopeOptions): ConditionNode | undefined {
  const byOption = new Map<ScopePart['option'], ConditionNode[]>();
  for (const { option, condition } of scopeParts(options)) {
    const alternatives = byOption.get(option) ?? [];
    alternatives.push(condition);
    byOption.set(option, alternatives);
  }
  return allOf([...byOption.values()].map(either));
}

/** Both conditions, where given. */
export function both(
  first: ConditionNode | undefined,
  second: ConditionNode | undefined,
): ConditionNode | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return all([first, second]);
}

/** Several values tell whether a request failed. The first ones are in all events, and rule most of them out. */
const FAILED = all([
  either([
    check('/annotations/authorization.k8s.io~1decision', '=', 'forbid'),
    not(check('/responseStatus/code', 'glob', '[123][0-9][0-9]')),
  ]),
  check(field('kx.outcome'), 'in', ['denied', 'failed']),
]);

/** Any of the source addresses; a pattern is matched against the quoted elements of their JSON text. */
function sourceIpCondition(text: string): CheckNode {
  if (isNetwork(text)) return check(field('kx.source_ip.within', text), '=', 'true');
  if (isPattern(text)) return matches(NAME_POINTERS.sourceIps, `*"${text}"*`);
  return check(field('ka.sourceips'), 'intersects', [text]);
}

/** `DELETE`, `edit`; also `exec`, which the API knows as a subresource. */
function verbCondition(text: string): ConditionNode {
  const verbs = verbNames(text).map((verb) => matches('/verb', verb));
  const subresource = subresourceOf(text);
  if (subresource === undefined) return either(verbs);
  return either([...verbs, matches('/objectRef/subresource', subresource)]);
}

/** `pods`, `pod`, `deploy`, `deployments.apps`, `pods/exec`, `exec`, with wildcards in each part. */
function resourceCondition(text: string): ConditionNode {
  const slash = text.indexOf('/');
  if (slash !== -1) {
    const behind = text.slice(slash + 1);
    const subresource = matches(
      '/objectRef/subresource',
      subresourceOf(behind) ?? behind.toLowerCase(),
    );
    return all([kindCondition(text.slice(0, slash)), subresource]);
  }
  const subresource = subresourceOf(text);
  const kind = kindCondition(text);
  return subresource === undefined
    ? kind
    : either([kind, matches('/objectRef/subresource', subresource)]);
}

function kindCondition(text: string): ConditionNode {
  const lower = text.toLowerCase();
  const dot = isPattern(lower) ? -1 : lower.indexOf('.');
  const kind = dot === -1 ? lower : lower.slice(0, dot);
  const names = isPattern(kind) ? [kind] : resourceNames(kind);
  const resource = either(names.map((name) => matches('/objectRef/resource', name)));
  return dot === -1
    ? resource
    : all([resource, matches('/objectRef/apiGroup', lower.slice(dot + 1))]);
}
