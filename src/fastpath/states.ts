import type { Atom } from '../condition/condition.ts';
import type { RuleCounter } from '../engine/rule-counter.ts';
import { firingCondition, type Placements } from '../policies/placement.ts';
import type { Rule } from '../rules/rule.ts';
import { headerOf, type Header } from './classes.ts';
import type { FastScannerOptions } from './fast-options.ts';
import { knownAtom } from './known-atoms.ts';
import { ConditionGraph, type Assignment, type Node } from './partial.ts';
import { isLost, noteCover, openFilter, restrictFilter, type OpenFilter } from './open-filter.ts';
import {
  BODY,
  MAX_DROPPED,
  MAX_STATES,
  STATE_DROPPED,
  STATE_OPEN,
  STATE_REJECT,
  STATE_SCOPED_OUT,
  TALLY,
} from './scanner-states.ts';
import type { Watch } from './watch.ts';

/** What must still be decided about an event. */
export interface Residue {
  /** Whether the resource filter leaves it out; it comes before the scope. */
  readonly filter: OpenFilter;
  /** True when the event is in scope for certain. */
  readonly scope: Node;
  /** Rules that may fire, in order, and what of their conditions is open. */
  readonly rules: readonly OpenRule[];
}

interface OpenRule {
  readonly rule: Rule;
  /** Set when the rule is off, and only counted. */
  readonly counter: RuleCounter | undefined;
  readonly condition: Node;
}

export type VerdictOptions = Pick<
  FastScannerOptions,
  'rules' | 'matching' | 'scope' | 'placements' | 'suppress' | 'counters' | 'resourceFilter'
>;

/**
 * States of knowledge about an event: each header field's class leads from one to the next. Made
 * when they are first reached, and remembered.
 */
export interface Verdicts {
  readonly header: Header;
  readonly startState: number;
  /** The state that follows on an event when the field at `level` has a class. */
  step(state: number, level: number, valueClass: number): number;
  /**
   * The next field that makes a difference to what is open; BODY when the body's texts do, TALLY when nothing is
   * open; behind the last when none does.
   */
  nextField(state: number): number;
  /** For states that BODY follows on: the table to look for. */
  readonly bodyTables: ReadonlyMap<number, number>;
  /** States in which nothing is open, and findings of rules that are off are counted. */
  readonly tallies: ReadonlyMap<number, readonly OpenRule[]>;
  /** What is left to decide in a state that no field follows. */
  residue(state: number): Residue;
  /** Everything, for events of which nothing is known. */
  readonly all: Residue;
  readonly graph: ConditionGraph;
}

/** What tells that conditions are false from texts that bodies lack. */
type BodySearch = Pick<Watch, 'decides' | 'tableOf'>;

/** Where too many states end: everything is open. */
const STATE_ALL = STATE_OPEN;

/** @param bodies asked from the first {@link Verdicts.nextField} on; bodies are left alone without it */
export function createVerdicts(options: VerdictOptions, bodies?: BodySearch): Verdicts {
  const graph = new ConditionGraph();
  const counters = options.counters ?? [];
  const firing = (rule: Rule, placements: Placements | undefined): Node => {
    const condition = firingCondition(rule, placements);
    return condition === undefined ? graph.false : graph.add(condition);
  };
  const all: Residue = {
    filter: openFilter(graph, options.resourceFilter),
    scope: options.scope === undefined ? graph.true : graph.add(options.scope),
    rules: [
      ...options.rules.map((rule) => ({
        rule,
        counter: undefined,
        condition: firing(rule, options.placements),
      })),
      ...(options.counters ?? []).flatMap((counter) =>
        counter.rules.map((rule) => ({
          rule,
          counter,
          condition: firing(rule, counter.placements),
        })),
      ),
    ],
  };
  // A filter drops more events than it keeps, or is cheap: its fields come first.
  const header = headerOf(atomsOf(nodesOf(all)), atomsOf(filterNodes(all.filter)));
  // A suppressed finding does not keep later rules from firing.
  const stopsAtFirst =
    options.matching === 'first' &&
    options.suppress === undefined &&
    options.counters === undefined;
  const residues: Residue[] = Array.from({ length: STATE_ALL + 1 }, () => all);
  const levels: number[] = [];
  const nextFields: number[] = [];
  const bodyTables = new Map<number, number>();
  const tallies = new Map<number, readonly OpenRule[]>();
  const ids = new Map<string, number>();
  /** The level of states in which the body was looked at. */
  const behindBodies = header.fields.length + 1;

  const restrict = (from: Residue, assignment: Assignment): Residue => {
    const memo = new Map<Node, Node>();
    const filter = restrictFilter(graph, from.filter, assignment, memo);
    if (isLost(graph, filter.steps)) return { filter, scope: graph.true, rules: [] };
    const scope = graph.restrict(from.scope, assignment, memo);
    const rules: OpenRule[] = [];
    for (const { rule, counter, condition } of from.rules) {
      const rest = graph.restrict(condition, assignment, memo);
      if (rest === graph.false) continue;
      rules.push({ rule, counter, condition: rest });
      if (rest === graph.true && stopsAtFirst) break;
    }
    return { filter, scope, rules };
  };
  const stateOf = (residue: Residue, level: number): number => {
    const final = finalState(graph, residue);
    if (final !== undefined) return final;
    const rules = residue.rules.map(
      ({ rule, counter, condition }) =>
        `${counter === undefined ? '' : counters.indexOf(counter)}\0${rule.name}\0${condition.id}`,
    );
    const { steps, covers } = residue.filter;
    const filter = [
      steps.map(({ index, drops }) => `${index}:${drops.id}`).join(),
      covers.map(({ index, condition }) => `${index}:${condition.id}`).join(),
    ];
    const key = [level, ...filter, residue.scope.id, ...rules].join('\0');
    let id = ids.get(key);
    if (id === undefined) {
      if (residues.length >= MAX_STATES) return STATE_ALL;
      id = residues.length;
      residues.push(residue);
      if (isTally(graph, residue)) tallies.set(id, residue.rules);
      levels[id] = level;
      ids.set(key, id);
    }
    return id;
  };

  const following = (state: number): number => {
    const level = levels[state];
    if (level === undefined) return behindBodies;
    if (tallies.has(state)) return TALLY;
    const residue = residues[state]!;
    const next = nextField(header, residue, level);
    if (next < header.fields.length || level === behindBodies) return next;
    if (!residue.rules.some(({ condition }) => bodies?.decides(condition))) return next;
    const table = bodies!.tableOf(atomsOf(nodesOf(residue)));
    if (table === undefined) return next;
    bodyTables.set(state, table);
    return BODY;
  };

  return {
    header,
    startState: stateOf(restrict(all, knownAtom), 0),
    step(state, level, valueClass) {
      if (state === STATE_ALL) return STATE_ALL;
      if (level === BODY) {
        const { rules, ...rest } = residues[state]!;
        const left = rules.filter((rule) => valueClass !== 0 || !bodies!.decides(rule.condition));
        return stateOf({ ...rest, rules: left }, behindBodies);
      }
      const field = header.fields[level]!;
      const known = (atom: Atom) => field.truth(valueClass, atom);
      const rest = restrict(residues[state]!, known);
      const filter = noteCover(graph, rest.filter, options.resourceFilter);
      return stateOf({ ...rest, filter }, level + 1);
    },
    nextField(state) {
      nextFields[state] ??= following(state);
      return nextFields[state];
    },
    bodyTables,
    tallies,
    residue: (state) => residues[state]!,
    all,
    graph,
  };
}

/** The first field from `level` on that decides an open atom. */
function nextField(header: Header, residue: Residue, level: number): number {
  const open = atomsOf(nodesOf(residue));
  const next = header.fields.findIndex(
    (field, index) => index >= level && open.some((atom) => field.decides(atom)),
  );
  return next === -1 ? header.fields.length : next;
}

/** True when all that is left is to count rules that are off, and that fire for certain. */
function isTally(graph: ConditionGraph, { filter, scope, rules }: Residue): boolean {
  if (filter.steps.length > 0 || filter.covers.length > 0 || scope !== graph.true) return false;
  return rules.every(({ counter, condition }) => counter !== undefined && condition === graph.true);
}

/** Where the verdict on an event ends; undefined when more must be known. */
function finalState(graph: ConditionGraph, residue: Residue): number | undefined {
  const { filter, scope, rules } = residue;
  if (filter.covers.length > 0) return undefined;
  const [step] = filter.steps;
  if (step !== undefined) {
    if (step.drops !== graph.true || step.index >= MAX_DROPPED) return undefined;
    const missesNone =
      !step.missed || scope === graph.false || rules.every(({ counter }) => counter !== undefined);
    return missesNone ? STATE_DROPPED + step.index : undefined;
  }
  if (scope === graph.false) return STATE_SCOPED_OUT;
  return scope === graph.true && rules.length === 0 ? STATE_REJECT : undefined;
}

function filterNodes({ steps, covers }: OpenFilter): Node[] {
  return [...steps.map(({ drops }) => drops), ...covers.map(({ condition }) => condition)];
}

/** All that is open. */
export function nodesOf({ filter, scope, rules }: Residue): Node[] {
  return [...filterNodes(filter), scope, ...rules.map(({ condition }) => condition)];
}

/** The distinct atoms of some conditions. */
export function atomsOf(nodes: readonly Node[]): Atom[] {
  const seen = new Set<Node>();
  const atoms: Atom[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'atom') atoms.push(node.atom);
    else if (node.kind === 'not') visit(node.operand);
    else if (node.kind !== 'constant') node.operands.forEach(visit);
  };
  nodes.forEach(visit);
  return atoms;
}
