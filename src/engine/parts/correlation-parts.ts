import { compileTemplate } from '../../condition/template.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import type { Placements, RulePlacement } from '../../policies/placement.ts';
import { withPlaceholders } from '../../rules/correlation-output.ts';
import { evidenceTemplate } from '../../rules/rule-evidence.ts';
import type { CorrelationPart, Rule } from '../../rules/rule.ts';

/** A rule that finds events for one part of a correlation, or for equal parts of several. */
export interface PartRule {
  readonly rule: Rule;
  readonly parts: readonly { readonly correlation: Rule; readonly part: CorrelationPart }[];
}

/** A rule for each part of some correlations. */
export function partRules(rules: readonly Rule[]): PartRule[] {
  return rules.flatMap((correlation) =>
    (correlation.correlation?.parts ?? []).map((part) => ({
      rule: ownRule({ correlation, part }),
      parts: [{ correlation, part }],
    })),
  );
}

function ownRule({ correlation, part }: PartRule['parts'][number]): Rule {
  return changed(part.rule, {
    partOf: [correlation.name],
    completes: mayComplete({ correlation, part }),
  });
}

/** True where an event of the part may be the last one of the correlation: the one whose values it tells. */
function mayComplete({ correlation, part }: PartRule['parts'][number]): boolean {
  const { type, steps } = correlation.correlation!.rule;
  return type !== 'temporal_ordered' || part.step === steps - 1;
}

/** A rule with some values of its own. The others are made when they are asked for, as those of the given rule. */
function changed(rule: Rule, own: Partial<Rule>): Rule {
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(rule), ...Object.getOwnPropertyDescriptors(own) },
  ) as Rule;
}

/**
 * The same with one rule for equal parts of correlations that are placed alike, so that an event which is part of several
 * is evaluated once.
 *
 * @param fields what outputs and evidence are bound to
 */
function sharedPartRules(
  rules: readonly Rule[],
  placements: Placements,
  fields: FieldResolver,
): PartRule[] {
  const alike = new Map<string, PartRule['parts'][number][]>();
  for (const { parts } of partRules(rules)) {
    const { correlation, part } = parts[0]!;
    const placed = placementKey(placements.get(correlation.name));
    const { conditionText, priority, name } = part.rule;
    const key = placed === undefined ? name : JSON.stringify([conditionText, priority, placed]);
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [...parts]);
    else others.push(...parts);
  }
  return [...alike.values()].map((parts) => ({
    rule: parts.length === 1 ? ownRule(parts[0]!) : jointRule(parts, fields),
    parts,
  }));
}

/** Equal for correlations whose findings have the same policies; undefined where that depends on the event. */
function placementKey(placement: RulePlacement | undefined): string | undefined {
  if (placement === undefined) return '';
  const { policies, off, always } = placement;
  if ([...policies, ...off].some(({ scope }) => scope !== undefined)) return undefined;
  return JSON.stringify([policies, off, always]);
}

/** A rule that reads what the groups and values of all its parts are made of, and the outputs of those that complete. */
function jointRule(parts: PartRule['parts'], fields: FieldResolver): Rule {
  const evidenceFields = [...new Set(parts.flatMap(({ part }) => part.rule.evidenceFields))];
  const completing = parts.filter(mayComplete);
  const { rule } = (completing[0] ?? parts[0]!).part;
  const outputs = completing.map(({ correlation }) => withPlaceholders(correlation.outputText));
  return changed(rule, {
    partOf: parts.map(({ correlation }) => correlation.name),
    completes: completing.length > 0,
    evidenceFields,
    evidence: evidenceTemplate(evidenceFields, fields),
    ...(outputs.length > 1 && {
      message: compileTemplate(outputs.join(' '), { ...fields, warn: () => undefined }),
    }),
  });
}

/** The rules that an engine evaluates, with the parts of correlations in the place of these. */
export interface EvaluatedParts {
  /** Those that run, correlations among them; and the rules of their parts. */
  readonly correlating: { readonly rules: readonly Rule[]; readonly parts: readonly PartRule[] };
  readonly rules: readonly Rule[];
  readonly placements: Placements;
}

/**
 * Puts the parts of correlations in place of them.
 *
 * @param isShared parts that are equal may have one rule: nothing is ignored for one correlation alone
 */
export function evaluatedParts(
  rules: readonly Rule[],
  placements: Placements,
  fields: FieldResolver,
  isShared: boolean,
): EvaluatedParts {
  const parts = isShared ? sharedPartRules(rules, placements, fields) : partRules(rules);
  return {
    correlating: { rules, parts },
    rules: withParts(rules, parts),
    placements: placedParts(parts, placements),
  };
}

/** The rules that engines evaluate: those of parts in place of correlations. */
export function withParts(rules: readonly Rule[], parts: readonly PartRule[]): readonly Rule[] {
  return [
    ...rules.filter(({ correlation }) => correlation === undefined),
    ...parts.map(({ rule }) => rule),
  ];
}

/** Parts of a correlation are where the correlation is. */
export function placedParts(parts: readonly PartRule[], placements: Placements): Placements {
  const placed = new Map(placements);
  for (const { rule, parts: own } of parts) {
    const placement = placements.get(own[0]!.correlation.name);
    if (placement !== undefined) placed.set(rule.name, placement);
  }
  return placed;
}
