import { isStatus } from './api-resources.ts';
import { seenKey, type Census, type Seen } from './census.ts';
import type { GapEntry, RuleCoverage } from './coverage.ts';
import { covers, type Stage } from './levels.ts';
import { canFire, END_ONLY, lacksStart, type Need, type Needs } from './needs.ts';
import { ProbeSet } from './probe-set.ts';

/** How well a log serves the rules. */
export interface Diagnosis {
  /** How the log serves each rule that some of its requests concern. */
  readonly judged: readonly RuleCoverage[];
  /** Rules that no request in the log concerns: the log cannot tell how they are served. */
  readonly unseen: readonly string[];
}

/** Which rules can fire on what was seen, in rule order. */
export function diagnose(census: Census, needs: Needs): Diagnosis {
  const judged: RuleCoverage[] = [];
  const unseen: string[] = [];
  const probes = new Map<Need['shape'], ProbeSet>();
  const probesOf = (shape: Need['shape']): ProbeSet => {
    let found = probes.get(shape);
    if (found === undefined) probes.set(shape, (found = new ProbeSet(needs.memory, shape)));
    return found;
  };
  for (const [rule, ruleNeeds] of needs.byRule) {
    const gaps: GapEntry[] = [];
    let met = 0;
    for (const need of ruleNeeds) {
      const seen = isStatus(need.shape) ? undefined : seenOf(census, need);
      if (seen === undefined) continue;
      met++;
      const gap = gapIn(need, seen, probesOf(need.shape), census);
      if (gap !== undefined) gaps.push(gap);
    }
    if (met === 0) {
      unseen.push(rule.name);
      continue;
    }
    const blind = gaps.filter(({ gap }) => gap === 'blind').length;
    const state = blind === met ? 'blind' : gaps.length > 0 ? 'partly' : 'ok';
    judged.push({ rule, state, gaps, needs: ruleNeeds });
  }
  return { judged, unseen };
}

function seenOf(census: Census, { shape }: Need): Seen | undefined {
  const { group = '', resource, subresource, verb } = shape;
  if (group !== '*') return census.seen.get(seenKey(group, resource, subresource, verb));
  for (const seen of census.seen.values()) {
    if (seen.resource === resource && seen.subresource === subresource && seen.verb === verb) {
      return seen;
    }
  }
  return undefined;
}

function gapIn(need: Need, seen: Seen, probes: ProbeSet, census: Census): GapEntry | undefined {
  const stages = need.stages.filter((stage) => seen.stages.has(stage));
  const entry = (gap: GapEntry['gap'], reason: string): GapEntry => ({
    need,
    gap,
    level: seen.level,
    line: undefined,
    reason,
  });
  if (stages.length === 0) return entry('blind', `stage ${missing(need.stages)} not seen`);
  if (!canFire(need.rule, probes, seen.level, stages)) {
    if (!covers(seen.level, need.fires)) return entry('blind', `needs ${need.fires}`);
    return entry(
      'blind',
      `stage ${missing(need.stages.filter((s) => !stages.includes(s)))} not seen`,
    );
  }
  if (!covers(seen.level, need.sees)) {
    return entry('partly', `looks at bodies that need ${need.sees}`);
  }
  // Most requests have no start of their own; a log without any leaves them out.
  return lacksStart(need, (stage) => census.stages.has(stage))
    ? entry('partly', END_ONLY)
    : undefined;
}

function missing(stages: readonly Stage[]): string {
  return stages.filter((stage) => stage !== 'Panic').join(' or ') || 'Panic';
}
