import type { ResourceFilter } from '../../policies/resource/resource-filter.ts';
import type { ConditionGraph, Knowledge, Node } from './condition-graph.ts';

/** The part of the resource filter that is still open for an event. */
export interface OpenFilter {
  /** In order: the first that holds leaves the event out. */
  readonly steps: readonly OpenStep[];
  /** Resource rules in order: the first that holds covers an event that is kept, or missed. */
  readonly covers: readonly OpenCover[];
}

interface OpenStep {
  /** Its place in the steps of the filter. */
  readonly index: number;
  /** True when findings on the event are counted. */
  readonly missed: boolean;
  readonly drops: Node;
}

interface OpenCover {
  /** Its place in the rules of the filter. */
  readonly index: number;
  readonly condition: Node;
}

/** The whole filter, for an event of which nothing is known. */
export function openFilter(graph: ConditionGraph, filter: ResourceFilter | undefined): OpenFilter {
  return {
    steps: (filter?.steps ?? []).map(({ missed, drops }, index) => ({
      index,
      missed,
      drops: graph.add(drops),
    })),
    covers: (filter?.rules ?? []).flatMap((rule, index) =>
      rule === undefined ? [] : [{ index, condition: graph.add(rule) }],
    ),
  };
}

/** The filter after known atoms are replaced by their values. */
export function restrictFilter(
  graph: ConditionGraph,
  from: OpenFilter,
  knowledge: Knowledge,
): OpenFilter {
  const steps: OpenStep[] = [];
  for (const step of from.steps) {
    const drops = graph.restrict(step.drops, knowledge);
    if (drops === graph.false) continue;
    steps.push({ ...step, drops });
    if (drops === graph.true) break;
  }
  const covers: OpenCover[] = [];
  for (const { index, condition } of isLost(graph, steps) ? [] : from.covers) {
    const rest = graph.restrict(condition, knowledge);
    if (rest === graph.false) continue;
    covers.push({ index, condition: rest });
    if (rest === graph.true) break;
  }
  return { steps, covers };
}

/** True when an event is certainly left out and only the reason for it is counted. */
export function isLost(graph: ConditionGraph, steps: OpenFilter['steps']): boolean {
  return steps.at(-1)?.drops === graph.true && steps.every(({ missed }) => !missed);
}

/**
 * Reports to the filter which resource rule covers an event, as soon as that is certain. Call it only with
 * knowledge of an event of the log, never of an assumed one.
 */
export function noteCover(
  graph: ConditionGraph,
  open: OpenFilter,
  filter: ResourceFilter | undefined,
): OpenFilter {
  const { steps, covers } = open;
  const [first] = covers;
  if (filter === undefined || first === undefined) return open;
  const step = steps[0]?.drops;
  const isSettled = step === undefined || step === graph.true;
  if (isSettled && first.condition === graph.true) filter.cover(first.index);
  // Every rule that may cover the event is already reported as used.
  return covers.every(({ index }) => filter.hasCovered(index)) ? { steps, covers: [] } : open;
}
