// Room fast/verdicts: what the header of an event decides about the rules, worked out from the rules.
// `condition-graph` simplifies conditions, `header-classes` puts values into classes, `residue` and `open-filter`
// are what is open, `residue-prints` tells it to other threads, `known-atoms` what is always known, `evaluator` runs
// conditions on an event.
// Door: this file makes the states that the scanner walks; `event-judge.ts` evaluates what they leave open.
// Neighbours: `body-search` tells what bodies decide, `wasm` asks for states, `engine` makes the findings.

import { headerOf, type Header } from './header-classes.ts';
import { knownAtom } from './known-atoms.ts';
import { noteCover } from './open-filter.ts';
import { ConditionGraph, type Knowledge, type Node } from './condition-graph.ts';
import {
  atomsOf,
  filterNodes,
  finalState,
  isTally,
  needsBody,
  nodesOf,
  openResidue,
  residueKey,
  restrictResidue,
  type OpenRule,
  type Residue,
  type VerdictOptions,
} from './residue.ts';
import { ResiduePrints } from './residue-prints.ts';
import { HELD, MAX, NEXT, STATE } from '../wasm/layout.gen.ts';
import type { BodyClauses } from '../body-search/body-clauses.ts';

/**
 * States of knowledge about an event: each header field's class leads from one to the next. Made
 * when they are first reached, and remembered.
 */
export interface Verdicts {
  readonly header: Header;
  readonly startState: number;
  /** The next state when the header field at `level` has a value of a class. */
  step(state: number, level: number, valueClass: number): number;
  /**
   * The next field that makes a difference to what is open; `NEXT.body` when the body's texts do, `NEXT.tally`
   * when nothing is open; the number of fields when none does.
   */
  nextField(state: number): number;
  /** Address of the pattern table, by state, for states with `NEXT.body`. */
  readonly bodyTables: ReadonlyMap<number, number>;
  /** Rules that fire in states with `NEXT.tally`: all are off, so their findings are only counted. */
  readonly tallies: ReadonlyMap<number, readonly OpenRule[]>;
  /** What is open in a state when no header field can decide more. */
  residue(state: number): Residue;
  /** The residue of a state as other threads can tell it ({@link ResiduePrints}). */
  print(state: number): string;
  /** What is open about an event of which nothing is known. */
  readonly all: Residue;
  readonly graph: ConditionGraph;
}

/** Tells which conditions are false because bodies lack a text. */
type BodySearch = Pick<BodyClauses, 'clausesOf' | 'tableOf' | 'isRefuted'>;

/** The state for all events once there are too many states: everything is open. */
const STATE_ALL: number = STATE.open;

/** @param bodies searches bodies; without it no verdict depends on a body */
export function createVerdicts(options: VerdictOptions, bodies?: BodySearch): Verdicts {
  const graph = new ConditionGraph();
  const all = openResidue(graph, options);
  // Fields of the resource filter come first: most filters drop most events.
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
  const prints = new ResiduePrints();
  /** Level of states that are reached after the body was searched. */
  const behindBodies = header.fields.length + 1;

  /** By field and class. */
  const known: Knowledge[] = [];
  const masks = fieldMasks(header);

  const stateOf = (residue: Residue, level: number): number => {
    const final = finalState(graph, residue);
    if (final !== undefined) return final;
    const key = `${level}|${residueKey(residue)}`;
    let id = ids.get(key);
    if (id === undefined) {
      if (residues.length >= MAX.states) return STATE_ALL;
      id = residues.length;
      residues.push(residue);
      if (isTally(graph, residue)) tallies.set(id, residue.rules);
      levels[id] = level;
      ids.set(key, id);
    }
    return id;
  };
  const nextField = (residue: Residue, level: number): number => {
    let mask = 0;
    for (const node of nodesOf(residue)) mask |= masks(node);
    const open = level >= header.fields.length ? 0 : (mask >>> level) << level;
    return open === 0 ? header.fields.length : Math.log2(open & -open);
  };

  const following = (state: number): number => {
    const level = levels[state];
    if (level === undefined) return behindBodies;
    if (tallies.has(state)) return NEXT.tally;
    const residue = residues[state]!;
    const next = nextField(residue, level);
    if (next < header.fields.length || level >= behindBodies) return next;
    if (bodies === undefined) return next;
    if (!residue.rules.some(({ condition }) => needsBody(condition, bodies))) return next;
    const table = bodies.tableOf(atomsOf(nodesOf(residue)));
    if (table === undefined) return next;
    bodyTables.set(state, table);
    return NEXT.body;
  };

  return {
    header,
    startState: stateOf(
      restrictResidue(graph, all, { truth: knownAtom, memo: new Map() }, stopsAtFirst),
      0,
    ),
    step(state, level, valueClass) {
      if (state === STATE_ALL) return STATE_ALL;
      if (level === NEXT.body) {
        const { rules, ...rest } = residues[state]!;
        if (valueClass === HELD.some) {
          const truth: Knowledge['truth'] = (atom) => (bodies!.isRefuted(atom) ? false : undefined);
          const found: Knowledge = { truth, memo: new Map() };
          const left = restrictResidue(graph, residues[state]!, found, stopsAtFirst);
          return stateOf({ ...left, isSearched: true }, behindBodies + 1);
        }
        const left = rules.filter(
          (rule) => valueClass !== HELD.none || !needsBody(rule.condition, bodies!),
        );
        return stateOf({ ...rest, rules: left }, behindBodies);
      }
      const field = header.fields[level]!;
      const knowledge = (known[level * MAX.classes + valueClass] ??= {
        truth: (atom) => field.truth(valueClass, atom),
        concerns: (node) => ((masks(node) >>> level) & 1) === 1,
        memo: new Map(),
      });
      const rest = restrictResidue(graph, residues[state]!, knowledge, stopsAtFirst);
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
    print: (state) => prints.of(residues[state]!),
    all,
    graph,
  };
}

/** Bit mask of the header fields that decide atoms of a node; computed once per node. */
function fieldMasks({ fields }: Header): (node: Node) => number {
  const known: number[] = [];
  const maskOf = (node: Node): number => {
    switch (node.kind) {
      case 'constant':
        return 0;
      case 'atom':
        return fields.reduce((mask, field, i) => mask | (Number(field.decides(node.atom)) << i), 0);
      case 'not':
        return masks(node.operand);
      default:
        return node.operands.reduce((mask, operand) => mask | masks(operand), 0);
    }
  };
  const masks = (node: Node): number => {
    const mask = known[node.id] ?? maskOf(node);
    known[node.id] = mask;
    return mask;
  };
  return masks;
}
