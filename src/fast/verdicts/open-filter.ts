import type { ResourceFilter } from '../../policies/resource/resource-filter.ts';
import type { ConditionGraph, Knowledge, Node } from './condition-graph.ts';

/** What must still be decided about leaving an event out. */
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

/** Nothing of an event is known yet. */
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

/** What remains when some atoms are known. */
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

/** True when an event is left out for certain, and nothing on it is counted but the reason. */
export function isLost(graph: ConditionGraph, steps: OpenFilter['steps']): boolean {
  return steps.at(-1)?.drops === graph.true && steps.every(({ missed }) => !missed);
}

/**
 * Notes which rule covers an event, as soon as that is certain. Only call it for what is known of an
 * event that occurred.
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
  // Whichever it is, it is known to be of use.
  return covers.every(({ index }) => filter.hasCovered(index)) ? { steps, covers: [] } : open;
}
