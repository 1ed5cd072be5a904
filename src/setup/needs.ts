// Room setup: what the API server must log so that rules can decide, and how to make it do so.
// Door: none; needs.ts asks rules, coverage.ts compares with a policy, diagnosis.ts with a log.
// Neighbours: uses rules, policies and outputs; cli/commands doctor, setup and setup-audit-policy show it.
// Inside: policy/ reads and writes audit policies, platforms/ has the steps for each platform.

import { forEachAtom } from '../condition/condition.ts';
import { isOncePerRequest, type Rule } from '../rules/rule.ts';
import { AnswerTree } from './answer-tree.ts';
import { isGroupName, requestShapes, type NamedKinds, type RequestShape } from './api-resources.ts';
import type { Level, Stage } from './levels.ts';
import type { Bodies } from './probe.ts';
import { ProbeMemory, ProbeSet } from './probe-set.ts';

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
  /** For more probes. */
  readonly memory: ProbeMemory;
}

/**
 * Finds out what rules need from an audit log: the sorts of requests on which each rule can fire. Conditions
 * are evaluated on requests of which only the sort is known, once on all that do not differ for the rule.
 */
export function needsOf(rules: readonly Rule[]): Needs {
  const shapes = requestShapes(namedKinds(rules));
  const byRule = new Map<Rule, Need[]>(rules.map((rule) => [rule, []]));
  const memory = new ProbeMemory();
  const found = [...byRule].map(([rule, needs]) => ({
    rule,
    needs,
    tree: new AnswerTree<RuleNeed>(),
    search: (probes: ProbeSet, asked: Set<number>) => findNeed(rule, probes, asked),
  }));
  for (const shape of shapes) {
    const probes = new ProbeSet(memory, shape);
    for (const { rule, needs, tree, search } of found) {
      const need = tree.find(probes, search);
      if (need !== undefined) needs.push({ rule, shape, ...need });
    }
  }
  return { shapes, byRule, memory };
}

/** What a rule needs on requests of one sort; nothing when it cannot fire on them. */
type RuleNeed = Omit<Need, 'rule' | 'shape'> | undefined;

function findNeed(rule: Rule, probes: ProbeSet, asked: Set<number>): RuleNeed {
  const verdicts = STAGES.map((stage) => ({
    stage,
    ...probes.judge(rule.condition, 'RequestResponse', stage, asked),
  })).filter(({ possible }) => possible !== 'never');
  if (verdicts.length === 0) return undefined;
  const stages = verdicts.map(({ stage }) => stage);
  const firesAt = (level: Level): boolean => canFire(rule, probes, level, stages, asked);
  const fires = firesAt('Metadata')
    ? 'Metadata'
    : firesAt('Request')
      ? 'Request'
      : 'RequestResponse';
  const reads = (body: keyof Bodies): boolean => verdicts.some(({ bodies }) => bodies[body]);
  const sees = reads('response') ? 'RequestResponse' : reads('request') ? 'Request' : 'Metadata';
  return { fires, sees, stages };
}

/**
 * Whether a rule can fire on requests logged at a level, at one of some stages.
 *
 * @param asked gets the questions on whose answers that depends
 */
export function canFire(
  rule: Rule,
  probes: ProbeSet,
  level: Level,
  stages: readonly Stage[],
  asked?: Set<number>,
): boolean {
  if (level === 'None') return false;
  return stages.some(
    (stage) => probes.judge(rule.condition, level, stage, asked).possible !== 'never',
  );
}

/** True for rules that are not about some resources but about requests in general. */
export function isGeneral(needs: readonly Need[]): boolean {
  return new Set(needs.map(({ shape }) => shape.resource)).size > GENERAL;
}

/** Resources and API groups that conditions name. */
function namedKinds(rules: readonly Rule[]): NamedKinds {
  const resources = new Map<string, Set<string>>();
  const groups = new Set<string>();
  for (const rule of rules) {
    const own = { resources: new Set<string>(), groups: new Set<string>() };
    forEachAtom(rule.condition, ({ node, left }) => {
      const { right } = node;
      const values =
        right.kind === 'list' ? right.values : right.kind === 'value' ? [right.value] : [];
      if (left.key === 'ka.target.resource' || left.key === 'jevt.value[/objectRef/resource]') {
        for (const value of values) if (/^[a-z][a-z0-9]*$/.test(value)) own.resources.add(value);
      } else if (left.key === 'jevt.value[/objectRef/apiGroup]') {
        for (const value of values) if (isGroupName(value)) own.groups.add(value);
      }
    });
    for (const resource of own.resources) {
      resources.set(resource, new Set([...(resources.get(resource) ?? []), ...own.groups]));
    }
    for (const group of own.groups) groups.add(group);
  }
  return { resources, groups };
}
