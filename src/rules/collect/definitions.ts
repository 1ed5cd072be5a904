import type { DiagnosticItem } from '../diagnostics.ts';
import type { Priority } from '../priority.ts';
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
