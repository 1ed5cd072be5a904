import type { DiagnosticItem } from '../diagnostics.ts';
import type { Priority } from '../priority.ts';
import type { CorrelationType } from '../../correlate/correlation.ts';
import type { SigmaFacts } from '../../sigma/sigma-rule.ts';
import type { SourceText } from '../../yaml/source-text.ts';
import type { YamlMapping, YamlNode, YamlScalar } from '../../yaml/yaml-node.ts';

/**
 * Where a definition stands among all lists, macros and rules: `index` is the place of its first
 * definition, `visibility` that of the last one that touched it (Falco rule_loader_collector.cpp).
 */
export interface Placed {
  readonly name: string;
  readonly index: number;
  visibility: number;
  /** The definition's node, for messages. */
  node: YamlNode;
  /** Files that defined or changed it, in order, each once. */
  readonly files: string[];
}

export interface ListDefinition extends Placed {
  items: readonly YamlScalar[];
  /**
   * True for one that no file of the program defines: a list of somebody's own that is called `users` takes the place of
   * no value in a default rule.
   */
  readonly isOwn: boolean;
}

export interface MacroDefinition extends Placed {
  condition: SourceText;
}

/**
 * A value of an exception (Falco rule_exception_info::entry): a text, or a list of values. What is neither
 * scalar nor sequence is the empty text.
 */
export interface Entry {
  readonly node: YamlNode;
  readonly text: string;
  readonly items: readonly Entry[] | undefined;
}

export interface ExceptionDefinition {
  readonly name: string;
  readonly node: YamlMapping;
  readonly items: readonly DiagnosticItem[];
  /** Undefined when the entry does not give them, or gives an empty list. */
  readonly fields: Entry | undefined;
  readonly comps: Entry | undefined;
  readonly values: readonly Entry[];
}

export interface RuleDefinition extends Placed {
  condition: SourceText;
  output: SourceText;
  description: string;
  priority: Priority;
  source: string;
  enabled: boolean;
  tags: readonly string[];
  exceptions: readonly ExceptionDefinition[];
  skipIfUnknownFilter: boolean;
  /** False when rules of this source are not for this tool. */
  readonly known: boolean;
  /** Set for rules that are written in Sigma. */
  readonly sigma?: SigmaFacts;
}

/** Events that a correlation is made of: those of a rule, or of a condition of its own. */
export interface CorrelationStep {
  /** What aliases and messages call it. */
  readonly name: string;
  /** The condition of its own; without one it is a rule, by its name, or the id or name of a Sigma rule. */
  readonly condition: SourceText | undefined;
  readonly node: YamlNode;
}

/** What events of one group have in common. */
export interface CorrelationKey {
  readonly name: string;
  /** The field of each step, by the name of the step; or of all. */
  readonly fields: ReadonlyMap<string, string> | string;
  /** Of several values each makes a group; else all together are one value. */
  readonly isEach?: boolean | undefined;
  readonly node: YamlNode;
}

/** A field of the values that a correlation looks at. */
export interface CorrelationValue {
  readonly field: string;
  readonly node: YamlNode;
}

export interface CorrelationDefinition extends Placed {
  readonly type: CorrelationType;
  readonly steps: readonly CorrelationStep[];
  readonly groupBy: readonly CorrelationKey[];
  /** Events that lack a field of the group do not count; else a missing field is a value like others. */
  readonly requireGroup: boolean;
  /** What values are made of. */
  readonly values: readonly CorrelationValue[];
  /** See the rule of the same names (src/correlate). */
  readonly differs?: boolean | undefined;
  readonly times?: readonly number[] | undefined;
  readonly returning?: boolean | undefined;
  readonly timespan: bigint;
  readonly atLeast: number;
  readonly atMost: number;
  readonly suppress: bigint;
  readonly warmup: bigint;
  readonly description: string;
  readonly output: SourceText;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  /** Switches the rules that it names off: they are parts and no findings of their own (Sigma's `generate`). */
  readonly takesRules: boolean;
  readonly sigma?: SigmaFacts | undefined;
}
