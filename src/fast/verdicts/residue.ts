import type { Atom } from '../../condition/condition.ts';
import type { RuleCounter } from '../../engine/rule-counter.ts';
import { firingCondition, type Placements } from '../../policies/placement.ts';
import { isOncePerRequest, type Rule } from '../../rules/rule.ts';
import type { BodyClauses } from '../body-search/body-clauses.ts';
import type { FastScannerOptions } from '../fast-options.ts';
import { isLost, openFilter, restrictFilter, type OpenFilter } from './open-filter.ts';
import type { ConditionGraph, Knowledge, Node } from './condition-graph.ts';
import { MAX, STATE } from '../wasm/layout.gen.ts';

/** What is open about an event: the part of rules, scope and filter that is not decided yet. */
export interface Residue {
  /** Whether the resource filter leaves the event out; it is tested before the scope. */
  readonly filter: OpenFilter;
  /** The open condition of the scope; the constant true if the event is certainly in scope. */
  readonly scope: Node;
  /** Rules that may still fire, in order, with the open part of their conditions. */
  readonly rules: readonly OpenRule[];
  /** True when what the body lacks is taken into account: there is no need to search it again. */
  readonly isSearched?: boolean;
}

export interface OpenRule {
  /** Its place among all rules. */
  readonly index: number;
  readonly rule: Rule;
  /** Set if the rule is off: its findings are counted, not reported. */
  readonly counter: RuleCounter | undefined;
  readonly condition: Node;
}

export type VerdictOptions = Pick<
  FastScannerOptions,
  'rules' | 'matching' | 'scope' | 'placements' | 'suppress' | 'counters' | 'resourceFilter'
>;

/** What is open about an event of which nothing is known. */
export function openResidue(graph: ConditionGraph, options: VerdictOptions): Residue {
  const open = (rule: Rule, placements: Placements | undefined, counter?: RuleCounter) => {
    const condition = firingCondition(rule, placements);
    return {
      rule,
      counter,
      condition: condition === undefined ? graph.false : graph.add(condition),
    };
  };
  const { placements, counters = [] } = options;
  const rules = [
    ...options.rules.map((rule) => open(rule, placements)),
    ...counters.flatMap((counter) =>
      counter.rules.map((rule) => open(rule, counter.placements, counter)),
    ),
  ];
  return {
    filter: openFilter(graph, options.resourceFilter),
    scope: options.scope === undefined ? graph.true : graph.add(options.scope),
    rules: rules.map((rule, index) => ({ index, ...rule })),
  };
}

/**
 * What stays open after known atoms are replaced by their values.
 *
 * @param stopsAtFirst true when a rule that fires for certain keeps later ones from firing
 */
export function restrictResidue(
  graph: ConditionGraph,
  from: Residue,
  knowledge: Knowledge,
  stopsAtFirst: boolean,
): Residue {
  const filter = restrictFilter(graph, from.filter, knowledge);
  if (isLost(graph, filter.steps)) return { filter, scope: graph.true, rules: [] };
  const scope = graph.restrict(from.scope, knowledge);
  const rules: OpenRule[] = [];
  for (const open of from.rules) {
    const condition = graph.restrict(open.condition, knowledge);
    if (condition === graph.false) continue;
    const { index, rule, counter } = open;
    rules.push(condition === open.condition ? open : { index, rule, counter, condition });
    if (condition === graph.true && stopsAtFirst) break;
  }
  return { filter, scope, rules };
}

/** True when a condition is false on every event whose effective body holds none of its patterns. */
export function needsBody(node: Node, bodies: Pick<BodyClauses, 'clausesOf'>): boolean {
  switch (node.kind) {
    case 'constant':
      return !node.value;
    case 'atom':
      return bodies.clausesOf(node.atom).some(({ body }) => body !== 'responseObject');
    case 'and':
      return node.operands.some((operand) => needsBody(operand, bodies));
    case 'or':
      return node.operands.every((operand) => needsBody(operand, bodies));
    case 'not':
      return false;
  }
}

/** A key that equal residues share. */
export function residueKey({ filter, scope, rules }: Residue): string {
  const steps = filter.steps.map(({ index, drops }) => `${index}:${drops.id}`);
  const covers = filter.covers.map(({ index, condition }) => `${index}:${condition.id}`);
  const open = rules.map(({ index, condition }) => `${index}:${condition.id}`);
  return [steps, covers, scope.id, open].join('|');
}

/**
 * True when all that is left is to count rules that are off, and that fire for certain. Rules that report a request
 * once are counted by stage, which takes the event.
 */
export function isTally(graph: ConditionGraph, { filter, scope, rules }: Residue): boolean {
  if (filter.steps.length > 0 || filter.covers.length > 0 || scope !== graph.true) return false;
  return rules.every(
    ({ rule, counter, condition }) =>
      counter !== undefined && condition === graph.true && !isOncePerRequest(rule),
  );
}

/** The final state of an event; undefined if something is still open. */
export function finalState(graph: ConditionGraph, residue: Residue): number | undefined {
  const { filter, scope, rules } = residue;
  if (filter.covers.length > 0) return undefined;
  const [step] = filter.steps;
  if (step !== undefined) {
    if (step.drops !== graph.true || step.index >= MAX.drops) return undefined;
    const missesNone =
      !step.missed || scope === graph.false || rules.every(({ counter }) => counter !== undefined);
    return missesNone ? STATE.dropped + step.index : undefined;
  }
  if (scope === graph.false) return STATE.scopedOut;
  return scope === graph.true && rules.length === 0 ? STATE.reject : undefined;
}

/** The conditions of a filter that are open. */
export function filterNodes({ steps, covers }: OpenFilter): Node[] {
  return [...steps.map(({ drops }) => drops), ...covers.map(({ condition }) => condition)];
}

/** All open conditions. */
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
