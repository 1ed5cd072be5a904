// Room rules/collect: the lists, macros and rules of all files, merged as later files change earlier ones.
// Door: collector.ts; definitions.ts has what it holds, read-values.ts the typed access to YAML keys.
// Neighbours: uses yaml; read fills it, compile takes the result.
// Inside: requirements.ts checks what engine and plugins a file asks for.

import { didYouMean } from '../../util/suggest.ts';
import type {
  CorrelationDefinition,
  ExceptionDefinition,
  ListDefinition,
  MacroDefinition,
  Placed,
  RuleDefinition,
} from './definitions.ts';
import { RuleError } from '../diagnostics.ts';
import { contextOf, type ItemContext } from './read-values.ts';
import type { PluginRequirement } from './requirements.ts';
import { SourceText } from '../../yaml/source-text.ts';
import type { YamlNode, YamlScalar } from '../../yaml/yaml-node.ts';

/** All definitions of the files read so far, in order of first definition. */
export class Collector {
  readonly lists = new Map<string, ListDefinition>();
  readonly macros = new Map<string, MacroDefinition>();
  readonly rules = new Map<string, RuleDefinition>();
  readonly correlations = new Map<string, CorrelationDefinition>();
  readonly pluginRequirements: PluginRequirement[] = [];
  #next = 0;

  /** Defines a list, or redefines it in its old place. */
  defineList(name: string, items: readonly YamlScalar[], node: YamlNode): void {
    const earlier = this.lists.get(name);
    const isOwn = earlier?.isOwn ?? node.source.trusted !== true;
    this.lists.set(name, { ...this.#place(earlier, name, node), items, isOwn });
  }

  /** @throws RuleError when there is no such list */
  appendList(name: string, items: readonly YamlScalar[], context: ItemContext): void {
    const list = this.lists.get(name);
    if (list === undefined) {
      const message =
        "List uses 'append' or 'override.items: append' but no list by that name already exists";
      throw noPrevious(message, name, this.lists, context);
    }
    list.items = [...list.items, ...items];
    this.#touch(list, context.node);
  }

  /** Defines a macro, or redefines it in its old place. */
  defineMacro(name: string, condition: SourceText, node: YamlNode): void {
    this.macros.set(name, { ...this.#place(this.macros.get(name), name, node), condition });
  }

  /** @throws RuleError when there is no such macro */
  appendMacro(name: string, condition: SourceText, context: ItemContext, node: YamlScalar): void {
    const macro = this.macros.get(name);
    if (macro === undefined) {
      const message =
        "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists";
      throw noPrevious(message, name, this.macros, context);
    }
    macro.condition = joined(macro.condition, condition, node);
    this.#touch(macro, context.node);
  }

  /** Defines a rule, or redefines it in its old place. @throws RuleError for another source */
  defineRule(rule: Omit<RuleDefinition, keyof Placed>, name: string, context: ItemContext): void {
    const earlier = this.rules.get(name);
    if (earlier !== undefined) requireSameSource(earlier, rule.source, context);
    this.rules.set(name, { ...this.#place(earlier, name, context.node), ...rule });
  }

  /** Defines a correlation, or redefines it in its old place. */
  defineCorrelation(
    correlation: Omit<CorrelationDefinition, keyof Placed>,
    name: string,
    node: YamlNode,
  ): void {
    const placed = this.#place(this.correlations.get(name), name, node);
    this.correlations.set(name, { ...placed, ...correlation });
  }

  /** Switches an earlier rule by the deprecated form that has only `enabled`. */
  enableRule(name: string, enabled: boolean, context: ItemContext): void {
    const rule = this.rules.get(name);
    if (rule === undefined) {
      const message = "Rule has 'enabled' key but no rule by that name already exists";
      throw noPrevious(message, name, this.rules, context);
    }
    rule.enabled = enabled;
    this.#file(rule, context.node);
  }

  /** The earlier rule that an item changes; its place among the definitions moves on. */
  changeRule(name: string, context: ItemContext, missing: string): RuleDefinition {
    const rule = this.rules.get(name);
    if (rule === undefined) throw noPrevious(missing, name, this.rules, context);
    this.#touch(rule, context.node);
    return rule;
  }

  #place(earlier: Placed | undefined, name: string, node: YamlNode): Placed {
    const visibility = this.#next++;
    const index = earlier?.index ?? visibility;
    const placed: Placed = { name, index, visibility, node, files: [...(earlier?.files ?? [])] };
    this.#file(placed, node);
    return placed;
  }

  #touch(definition: Placed, node: YamlNode): void {
    definition.visibility = this.#next++;
    this.#file(definition, node);
  }

  #file(definition: Placed, node: YamlNode): void {
    const file = node.source.name;
    if (!definition.files.includes(file)) definition.files.push(file);
  }
}

/** Text and appended text with one blank between. */
export function joined(text: SourceText, more: SourceText, node: YamlScalar): SourceText {
  return SourceText.join([text, SourceText.inserted(' ', node), more]);
}

/** @throws RuleError when an item gives a rule another source */
export function requireSameSource(
  rule: RuleDefinition,
  source: string,
  context: ItemContext,
): void {
  if (rule.source === source) return;
  const message = 'Rule has been re-defined with a different source';
  const hint = `its source is ${rule.source}`;
  throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(context.node, context.items), hint);
}

/** For an exception without fields: one of the rule's was meant, or a new one. */
function exceptionHint(name: string, rule: RuleDefinition): string {
  const names = rule.exceptions.map((exception) => exception.name);
  const known = names.length === 0 ? 'no exceptions' : `the exceptions ${names.join(', ')}`;
  return didYouMean(name, names) ?? `the rule has ${known}; a new one needs fields`;
}

/** Adds the exceptions of an appending item (Falco rule_loader_collector.cpp: append). */
export function appendExceptions(
  rule: RuleDefinition,
  added: readonly ExceptionDefinition[],
  validate: (exception: ExceptionDefinition) => ExceptionDefinition,
): void {
  for (const exception of added) {
    const earlier = rule.exceptions.find(({ name }) => name === exception.name);
    const refuse = (message: string, hint?: string): RuleError =>
      new RuleError('LOAD_ERR_VALIDATE', message, contextOf(exception.node, exception.items), hint);
    if (earlier === undefined) {
      if (exception.fields === undefined) {
        const message = 'Rule exception must have fields property with a list of fields';
        throw refuse(message, exceptionHint(exception.name, rule));
      }
      if (exception.values.length === 0) {
        throw refuse('Rule exception must have values property with a list of values');
      }
      rule.exceptions = [...rule.exceptions, validate(exception)];
    } else {
      if (exception.fields !== undefined) {
        throw refuse('Can not append exception fields to existing exception, only values');
      }
      if (exception.comps !== undefined) {
        throw refuse('Can not append exception comps to existing exception, only values');
      }
      const merged = { ...earlier, values: [...earlier.values, ...exception.values] };
      rule.exceptions = rule.exceptions.map((other) => (other === earlier ? merged : other));
    }
  }
}

function noPrevious(
  message: string,
  name: string,
  earlier: ReadonlyMap<string, unknown>,
  context: ItemContext,
): RuleError {
  const hint = didYouMean(name, earlier.keys());
  return new RuleError('LOAD_ERR_VALIDATE', message, contextOf(context.node, context.items), hint);
}
