// Room setup: what the API server must log so that rules can decide, and how to make it do so.
// Door: none; needs.ts asks rules, coverage.ts compares with a policy, diagnosis.ts with a log.
// Neighbours: uses rules, policies and outputs; cli/commands doctor, setup and setup-audit-policy show it.
// Inside: policy/ reads and writes audit policies, platforms/ has the steps for each platform.

import { forEachAtom } from '../condition/condition.ts';
import { isOncePerRequest, type Rule } from '../rules/rule.ts';
import { requestShapes, type RequestShape } from './api-resources.ts';
import type { Level, Stage } from './levels.ts';
import { bodiesRead, Probe, type Bodies, type Circumstances } from './probe.ts';

/** The level and bodies that a rule needs on requests of one sort. */
export interface Need {
  readonly rule: Rule;
  readonly shape: RequestShape;
  /** The least level at which it can fire at all. */
  readonly fires: Level;
  /** The least level at which it sees every value that it reads. */
  readonly sees: Level;
  /** Stages at which it can fire. */
  readonly stages: readonly Stage[];
}

/** What a rule lacks that reports a request at its start, where only ends are logged. */
export const END_ONLY = 'stage ResponseStarted is left out: told at the end only';

/**
 * True for a rule that reports a request once, at its start or at its end, where starts are not logged: it tells of
 * sessions when they are over, and not of those that stay open. A refused login has no end.
 */
export function lacksStart({ rule, stages }: Need, logged: (stage: Stage) => boolean): boolean {
  return isOncePerRequest(rule) && stages.includes('ResponseStarted') && !logged('ResponseStarted');
}

/** Stages that rules look at; Panic is not one that anybody writes rules for. */
const STAGES: readonly Stage[] = [
  'ResponseComplete',
  'ResponseStarted',
  'RequestReceived',
  'Panic',
];

/** A rule that fires on more resources than this is about requests in general. */
const GENERAL = 12;

/** The needs of a set of rules, by rule. */
export interface Needs {
  readonly shapes: readonly RequestShape[];
  readonly byRule: ReadonlyMap<Rule, readonly Need[]>;
}

/**
 * Finds out what rules need from an audit log: the sorts of requests on which each rule can fire. Conditions
 * are evaluated on requests of which only the sort is known.
 */
export function needsOf(rules: readonly Rule[]): Needs {
  const shapes = requestShapes(namedResources(rules));
  const byRule = new Map<Rule, Need[]>(rules.map((rule) => [rule, []]));
  for (const shape of shapes) {
    const probes = new ProbeSet(shape);
    for (const rule of rules) {
      const need = needOf(rule, shape, probes);
      if (need !== undefined) byRule.get(rule)!.push(need);
    }
  }
  return { shapes, byRule };
}

/** Probes of one shape, made when asked for: rules share their verdicts on comparisons. */
export class ProbeSet {
  readonly #shape: RequestShape;
  readonly #circumstances: Circumstances;
  readonly #probes: Partial<Record<Level, Partial<Record<Stage, Probe>>>> = {};

  constructor(shape: RequestShape, circumstances: Circumstances = {}) {
    this.#shape = shape;
    this.#circumstances = circumstances;
  }

  at(level: Level, stage: Stage): Probe {
    const probes = (this.#probes[level] ??= {});
    return (probes[stage] ??= new Probe(this.#shape, level, stage, this.#circumstances));
  }
}

function needOf(rule: Rule, shape: RequestShape, probes: ProbeSet): Need | undefined {
  const stages = STAGES.filter(
    (stage) => probes.at('RequestResponse', stage).possible(rule.condition) !== 'never',
  );
  if (stages.length === 0) return undefined;
  const firesAt = (level: Level): boolean => canFire(rule, probes, level, stages);
  const fires = firesAt('Metadata')
    ? 'Metadata'
    : firesAt('Request')
      ? 'Request'
      : 'RequestResponse';
  const bodies: Bodies = { request: false, response: false };
  for (const stage of stages)
    bodiesRead(rule.condition, probes.at('RequestResponse', stage), bodies);
  const sees = bodies.response ? 'RequestResponse' : bodies.request ? 'Request' : 'Metadata';
  return { rule, shape, fires, sees, stages };
}

/** Whether a rule can fire on requests logged at a level, at one of some stages. */
export function canFire(
  rule: Rule,
  probes: ProbeSet,
  level: Level,
  stages: readonly Stage[],
): boolean {
  if (level === 'None') return false;
  return stages.some((stage) => probes.at(level, stage).possible(rule.condition) !== 'never');
}

/** True for rules that are not about some resources but about requests in general. */
export function isGeneral(needs: readonly Need[]): boolean {
  return new Set(needs.map(({ shape }) => shape.resource)).size > GENERAL;
}

/** Resources that conditions name. */
function namedResources(rules: readonly Rule[]): Set<string> {
  const names = new Set<string>();
  for (const rule of rules) {
    forEachAtom(rule.condition, ({ node, left }) => {
      const { right } = node;
      if (left.key !== 'ka.target.resource' && left.key !== 'jevt.value[/objectRef/resource]')
        return;
      const values =
        right.kind === 'list' ? right.values : right.kind === 'value' ? [right.value] : [];
      for (const value of values) if (/^[a-z][a-z0-9]*$/.test(value)) names.add(value);
    });
  }
  return names;
}
