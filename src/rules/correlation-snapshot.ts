import type { ConditionNode } from '../condition/ast.ts';
import type { CorrelationRule } from '../correlate/correlation.ts';
import { partName, type Correlation, type Rule } from './rule.ts';

type Spans = Pick<CorrelationRule, 'timespan' | 'suppress' | 'warmup'>;

/** A correlation as JSON: nanoseconds are texts, no upper bound is null. Of parts only what differs from the whole. */
export interface StoredCorrelation<Node> {
  readonly rule: Omit<CorrelationRule, keyof Spans | 'atMost'> & {
    readonly [Key in keyof Spans]: string;
  } & { readonly atMost: number | null };
  readonly keys: readonly string[];
  readonly each?: readonly boolean[] | undefined;
  readonly requireGroup: boolean;
  readonly parts: readonly {
    readonly step: number;
    readonly group: readonly string[];
    readonly value: readonly string[];
    readonly conditionText: string;
    readonly tree: Node;
    readonly macros: readonly string[];
  }[];
}

/** @param stored gives the stored form of a condition */
export function storedCorrelation<Node>(
  { rule, parts, ...rest }: Correlation,
  stored: (node: ConditionNode) => Node,
): StoredCorrelation<Node> {
  const { timespan, suppress, warmup, atMost, ...plain } = rule;
  return {
    ...rest,
    rule: {
      ...plain,
      timespan: String(timespan),
      suppress: String(suppress),
      warmup: String(warmup),
      atMost: Number.isFinite(atMost) ? atMost : null,
    },
    parts: parts.map(({ step, group, value, rule: { conditionText, tree, macros } }) => ({
      step,
      group,
      value,
      conditionText,
      macros,
      tree: stored(tree),
    })),
  };
}

/** What the rule of a part has of its own. */
export interface StoredPart<Node> {
  readonly name: string;
  readonly conditionText: string;
  readonly tree: Node;
  readonly macros: readonly string[];
  readonly evidenceFields: readonly string[];
}

/** @param boundPart gives the rule of a part */
export function boundCorrelation<Node>(
  { rule, parts, ...rest }: StoredCorrelation<Node>,
  boundPart: (part: StoredPart<Node>) => Rule,
): Correlation {
  const { timespan, suppress, warmup, atMost, ...plain } = rule;
  return {
    ...rest,
    rule: {
      ...plain,
      timespan: BigInt(timespan),
      suppress: BigInt(suppress),
      warmup: BigInt(warmup),
      atMost: atMost ?? Number.POSITIVE_INFINITY,
    },
    parts: parts.map(({ step, group, value, conditionText, tree, macros }, index) => ({
      step,
      group,
      value,
      rule: boundPart({
        name: partName(rule.name, index),
        conditionText,
        tree,
        macros,
        evidenceFields: [...new Set([...group, ...value])],
      }),
    })),
  };
}
