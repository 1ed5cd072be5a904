import type { DiagnosticItem } from './diagnostics.ts';
import type { Priority } from './priority.ts';
import type { SourceText } from './source-text.ts';
import type { YamlMapping, YamlNode, YamlScalar } from './yaml.ts';

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

/** An exception's `fields`, `comps` or tuple element: a scalar or a list of scalars. */
export type Entry = YamlScalar | readonly YamlScalar[];

export function isEntryList(entry: Entry): entry is readonly YamlScalar[] {
  return Array.isArray(entry);
}

/** A tuple of values, or one value when the exception has a single field. */
export type ExceptionValue = YamlScalar | { readonly node: YamlNode; readonly items: readonly Entry[] };

export interface ExceptionDefinition {
  readonly name: string;
  readonly node: YamlMapping;
  readonly items: readonly DiagnosticItem[];
  /** Texts; undefined when the entry does not give them. */
  fields: Entry | undefined;
  comps: Entry | undefined;
  values: readonly ExceptionValue[];
}

export interface RuleDefinition extends Placed {
  condition: SourceText;
  output: SourceText;
  description: string;
  priority: Priority;
  source: string;
  enabled: boolean;
  tags: readonly string[];
  exceptions: ExceptionDefinition[];
  skipIfUnknownFilter: boolean;
  /** False when rules of this source are not for this tool. */
  readonly known: boolean;
}
