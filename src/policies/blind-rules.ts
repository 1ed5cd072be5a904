import type { Atom, Condition } from '../condition/condition.ts';
import { BUILT_IN_RESOURCES } from './resource/built-in-resources.ts';
import type { ResourceFilter } from './resource/resource-filter.ts';

/** Subresources that rules and resource rules name. */
const SUBRESOURCES = [
  undefined,
  'exec',
  'attach',
  'portforward',
  'proxy',
  'log',
  'token',
  'status',
  'scale',
  'approval',
  'binding',
  'eviction',
  'ephemeralcontainers',
  'finalize',
  'resize',
];

/** A kind of request, as far as resource rules look at it. Undefined parts are missing in the event. */
type Target = ReadonlyMap<string, string | undefined>;

/** True, false, or undefined for: it depends on the rest of the event. */
type Maybe = boolean | undefined;

/** Rules that can find nothing under a filter: it leaves out every resource they look at. */
export function blindRules(
  rules: readonly { readonly name: string; readonly condition: Condition }[],
  filter: ResourceFilter,
): string[] {
  const kept: Target[] = [];
  const dropped: Target[] = [];
  for (const target of targets()) {
    const isDropped = filter.steps.some(({ drops }) => decide(drops, target) === true);
    (isDropped ? dropped : kept).push(target);
  }
  const mayFire = (
    { condition }: { readonly condition: Condition },
    on: readonly Target[],
  ): boolean => on.some((target) => decide(condition, target) !== false);
  // Rules on resources that are not built in are left alone: which there are is not known.
  return rules
    .filter((rule) => !mayFire(rule, kept) && mayFire(rule, dropped))
    .map(({ name }) => name);
}

function targets(): Target[] {
  const all: Target[] = [];
  // A custom resource stands for all: rules that look at no particular one are not blind.
  for (const [group, names] of [...BUILT_IN_RESOURCES, ['example.com', ['widgets']] as const]) {
    for (const resource of names) {
      for (const subresource of SUBRESOURCES) {
        all.push(
          new Map([
            ['objectRef.apiGroup', group === '' ? undefined : group],
            ['objectRef.resource', resource],
            ['objectRef.subresource', subresource],
          ]),
        );
      }
    }
  }
  return all;
}

function decide(condition: Condition, target: Target): Maybe {
  switch (condition.kind) {
    case 'and':
      return combine(condition.operands, target, false);
    case 'or':
      return combine(condition.operands, target, true);
    case 'not': {
      const inner = decide(condition.operand, target);
      return inner === undefined ? undefined : !inner;
    }
    case 'atom':
      return decideAtom(condition, target);
  }
}

/** One operand of the value `final` decides the whole. */
function combine(operands: readonly Condition[], target: Target, final: boolean): Maybe {
  let known = true;
  for (const operand of operands) {
    const value = decide(operand, target);
    if (value === final) return final;
    if (value === undefined) known = false;
  }
  return known ? !final : undefined;
}

function decideAtom(atom: Atom, target: Target): Maybe {
  const path = atom.left.field?.bound.path?.join('.');
  if (path === undefined || atom.right !== undefined || !target.has(path)) return undefined;
  const value = target.get(path);
  return value === undefined ? false : atom.test(value, undefined);
}
