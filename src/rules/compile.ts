import { walk, type ConditionNode } from '../condition/ast.ts';
import { compileCondition } from '../condition/compile.ts';
import { forEachAtom, type Condition } from '../condition/condition.ts';
import { ConditionError } from '../condition/errors.ts';
import { parseCondition } from '../condition/parser.ts';
import { compileTemplate, type Template } from '../condition/template.ts';
import type { ConditionWarning, FieldResolver } from '../condition/value.ts';
import { didYouMean } from '../util/suggest.ts';
import type { ErrorCode, WarningCode } from './codes.ts';
import type { Collector } from './collector.ts';
import type { MacroDefinition, RuleDefinition } from './definitions.ts';
import { RuleError, type DiagnosticContext, type DiagnosticItem } from './diagnostics.ts';
import { resolveLists, substituteLists, type ResolvedList } from './lists.ts';
import { withExceptions } from './read-exceptions.ts';
import { contextOf } from './read-values.ts';
import type { ListInfo, MacroInfo, Rule, RuleSet } from './rule.ts';
import type { SourceText } from './source-text.ts';
import type { YamlScalar } from './yaml.ts';

type Warn = (code: WarningCode, message: string, context: DiagnosticContext) => void;

/** A condition's text after list substitution, and its tree. */
interface Parsed {
  readonly text: SourceText;
  readonly node: ConditionNode;
  readonly lists: ReadonlySet<string>;
}

interface MacroState extends Parsed {
  readonly definition: MacroDefinition;
}

/**
 * Compiles all collected definitions (Falco rule_loader_compiler.cpp): lists, then macros, then rules.
 *
 * @throws RuleError at the first error
 */
export function compileDefinitions(
  collector: Collector,
  fields: FieldResolver,
  warn: Warn,
): RuleSet {
  return new Compiler(collector, fields, warn).compile();
}

class Compiler {
  readonly #collector: Collector;
  readonly #fields: FieldResolver;
  readonly #warn: Warn;
  readonly #usedLists = new Set<string>();
  readonly #usedMacros = new Set<string>();
  readonly #lists: readonly ResolvedList[];
  readonly #macros = new Map<string, MacroState>();

  constructor(collector: Collector, fields: FieldResolver, warn: Warn) {
    this.#collector = collector;
    this.#fields = fields;
    this.#warn = warn;
    this.#lists = resolveLists([...collector.lists.values()], (name) => this.#usedLists.add(name));
  }

  compile(): RuleSet {
    for (const definition of this.#collector.macros.values()) {
      const items = [{ type: 'macro', name: definition.name }];
      const parsed = this.#parse(definition.condition, [...items, MACRO_CONDITION]);
      this.#macros.set(definition.name, { ...parsed, definition });
    }
    for (const macro of this.#macros.values()) this.#checkMacro(macro);
    const rules: Rule[] = [];
    for (const definition of this.#collector.rules.values()) {
      if (!definition.known) continue;
      const rule = this.#rule(definition);
      if (rule !== undefined) rules.push(rule);
    }
    this.#warnUnused();
    return { rules, macros: this.#macroInfos(), lists: this.#listInfos() };
  }

  #parse(text: SourceText, items: readonly DiagnosticItem[]): Parsed {
    const lists = new Set<string>();
    const expanded = substituteLists(text, this.#lists, (name) => {
      lists.add(name);
      this.#usedLists.add(name);
    });
    try {
      const { node, refusedByFalco } = parseCondition(expanded.text);
      if (refusedByFalco !== undefined) {
        const position = expanded.locate(refusedByFalco.position);
        this.#warn('LINT_FALCO_REFUSES', refusedByFalco.message, { position, items });
      }
      return { text: expanded, node, lists };
    } catch (error) {
      throw this.#located(error, 'LOAD_ERR_COMPILE_CONDITION', expanded, items);
    }
  }

  /** Macros are checked even when no rule uses them: each must resolve, without loops. */
  #checkMacro(macro: MacroState): void {
    const items = [{ type: 'macro', name: macro.definition.name }, MACRO_CONDITION];
    const visit = (state: MacroState, stack: readonly string[]): void => {
      walk(state.node, (node) => {
        if (node.kind !== 'macro') return;
        const next = this.#visibleMacro(node.name, state, macro.definition.visibility);
        if (next === undefined) {
          throw this.#undefinedMacro(node.name, state.text, node.span.start, items);
        }
        if (stack.includes(node.name)) {
          throw this.#loop(node.name, state.text, node.span.start, items);
        }
        visit(next, [...stack, node.name]);
      });
    };
    visit(macro, [macro.definition.name]);
  }

  /** A macro sees only those that were first defined before it was last touched. */
  #visibleMacro(
    name: string,
    from: MacroState | undefined,
    visibility: number,
  ): MacroState | undefined {
    const macro = this.#macros.get(name);
    if (macro === undefined) return undefined;
    const limit = from === undefined ? visibility : from.definition.visibility;
    if (macro.definition.index >= limit) return undefined;
    this.#usedMacros.add(name);
    return macro;
  }

  #rule(definition: RuleDefinition): Rule | undefined {
    const items = [{ type: 'rule', name: definition.name }];
    const anchor = anchorOf(definition);
    const whole = withExceptions(definition.condition, definition.exceptions, anchor);
    const conditionItems = [...items, RULE_CONDITION];
    const parsed = this.#parse(whole, conditionItems);
    const uses = this.#references(parsed, conditionItems);
    const output = this.#withoutContainerInfo(definition, items);
    const message = this.#template(definition, output, items);
    if (message === undefined) return undefined;
    const condition = this.#condition(definition, parsed, conditionItems);
    if (condition === undefined) return undefined;
    const fields = new Set<string>();
    forEachAtom(condition, (atom) => {
      for (const use of [...atom.left.uses, ...(atom.right?.uses ?? [])]) fields.add(use.key);
    });
    const { source } = definition.node;
    return {
      name: definition.name,
      description: definition.description,
      priority: definition.priority,
      source: definition.source,
      tags: definition.tags,
      enabled: definition.enabled,
      condition,
      message,
      conditionText: definition.condition.text,
      tree: parsed.node,
      outputText: definition.output.text,
      exceptions: definition.exceptions.map(({ name }) => name),
      macros: [...uses.macros].toSorted(),
      lists: [...uses.lists].toSorted(),
      fields: [...fields].toSorted(),
      files: definition.files,
      file: source.name,
      line: source.text.slice(0, definition.node.start).split('\n').length,
    };
  }

  /** Macros and lists that a condition refers to, through macros too. */
  #references(
    parsed: Parsed,
    items: readonly DiagnosticItem[],
  ): { macros: Set<string>; lists: Set<string> } {
    const macros = new Set<string>();
    const lists = new Set(parsed.lists);
    const visit = (state: Parsed, owner: MacroState | undefined): void => {
      walk(state.node, (node) => {
        if (node.kind !== 'macro') return;
        const macro = this.#visibleMacro(node.name, owner, Number.POSITIVE_INFINITY);
        if (macro === undefined) {
          throw this.#undefinedMacro(node.name, state.text, node.span.start, items);
        }
        if (macros.has(node.name)) return;
        macros.add(node.name);
        for (const list of macro.lists) lists.add(list);
        visit(macro, macro);
      });
    };
    visit(parsed, undefined);
    return { macros, lists };
  }

  #condition(
    definition: RuleDefinition,
    parsed: Parsed,
    items: readonly DiagnosticItem[],
  ): Condition | undefined {
    const warned = new Set<ConditionWarning>();
    const compileIn = (state: Parsed, inside: readonly DiagnosticItem[]): Condition => {
      const resolver: FieldResolver = {
        ...this.#fields,
        warn: (code, message, position) => {
          if (code === 'LOAD_UNSAFE_NA_CHECK' && warned.has(code)) return;
          warned.add(code);
          this.#warn(code, message, { position: state.text.locate(position), items: inside });
        },
      };
      try {
        return compileCondition(state.node, {
          fields: resolver,
          macro: (name) => {
            const macro = this.#macros.get(name)!;
            return compileIn(macro, [...items, { type: 'macro', name }]);
          },
        });
      } catch (error) {
        throw this.#located(error, 'LOAD_ERR_COMPILE_CONDITION', state.text, inside);
      }
    };
    try {
      return compileIn(parsed, items);
    } catch (error) {
      return this.#skippedOr(error, definition);
    }
  }

  #template(
    definition: RuleDefinition,
    output: SourceText,
    items: readonly DiagnosticItem[],
  ): Template | undefined {
    try {
      return compileTemplate(output.text, this.#fields);
    } catch (error) {
      const inside = [...items, { type: 'rule output', name: '' }];
      return this.#skippedOr(
        this.#located(error, 'LOAD_ERR_COMPILE_OUTPUT', output, inside),
        definition,
      );
    }
  }

  /** Falco replaces `%container.info` by nothing for sources without containers. */
  #withoutContainerInfo(
    definition: RuleDefinition,
    items: readonly DiagnosticItem[],
  ): SourceText {
    let { output } = definition;
    const context = { position: output.locate(0), items };
    for (const name of ['evt.dir', 'evt.latency']) {
      if (output.text.includes(name)) {
        this.#warn('LOAD_DEPRECATED_ITEM', `usage of deprecated field '${name}' in output`, context);
      }
    }
    for (;;) {
      const at = output.text.indexOf('%container.info');
      if (at === -1) return output;
      this.#warn('LOAD_DEPRECATED_ITEM', '%container.info is deprecated and prints nothing', context);
      output = output.replace(at, at + '%container.info'.length, '', at);
    }
  }

  /** `skip-if-unknown-filter`: an unknown field drops the rule with a warning. */
  #skippedOr(error: unknown, definition: RuleDefinition): undefined {
    if (!(error instanceof UnknownFieldError) || !definition.skipIfUnknownFilter) throw error;
    this.#warn('LOAD_UNKNOWN_FILTER', error.message, error.context);
    return undefined;
  }

  #located(
    error: unknown,
    code: ErrorCode,
    text: SourceText,
    items: readonly DiagnosticItem[],
  ): unknown {
    if (!(error instanceof ConditionError)) return error;
    const context = { position: text.locate(error.position), items };
    const Kind = error.unknownField ? UnknownFieldError : RuleError;
    return new Kind(code, error.message, context, error.hint);
  }

  #undefinedMacro(
    name: string,
    text: SourceText,
    at: number,
    items: readonly DiagnosticItem[],
  ): RuleError {
    const context = { position: text.locate(at), items };
    const hint = didYouMean(name, [...this.#collector.macros.keys(), 'and', 'or', 'not']);
    return new RuleError('LOAD_ERR_VALIDATE', `Undefined macro '${name}' used in filter.`, context, hint);
  }

  #loop(name: string, text: SourceText, at: number, items: readonly DiagnosticItem[]): RuleError {
    const context = { position: text.locate(at), items };
    return new RuleError('LOAD_ERR_VALIDATE', `reference loop in macro '${name}'`, context);
  }

  #warnUnused(): void {
    for (const { name, node } of this.#collector.macros.values()) {
      if (this.#usedMacros.has(name)) continue;
      const message = 'Macro not referred to by any other rule/macro';
      this.#warn('LOAD_UNUSED_MACRO', message, contextOf(node, [{ type: 'macro', name }]));
    }
    for (const { name, node } of this.#collector.lists.values()) {
      if (this.#usedLists.has(name)) continue;
      const message = 'List not referred to by any other rule/macro/list';
      this.#warn('LOAD_UNUSED_LIST', message, contextOf(node, [{ type: 'list', name }]));
    }
  }

  #macroInfos(): MacroInfo[] {
    return [...this.#macros.values()].map((macro) => {
      const items = [{ type: 'macro', name: macro.definition.name }];
      const used = this.#usedMacros.has(macro.definition.name);
      const { macros, lists } = this.#references(macro, items);
      return {
        name: macro.definition.name,
        condition: macro.definition.condition.text,
        tree: macro.node,
        macros: [...macros].toSorted(),
        lists: [...lists].toSorted(),
        used,
        files: macro.definition.files,
      };
    });
  }

  #listInfos(): ListInfo[] {
    return this.#lists.map(({ name, items }) => ({
      name,
      items,
      used: this.#usedLists.has(name),
      files: this.#collector.lists.get(name)!.files,
    }));
  }
}

const MACRO_CONDITION: DiagnosticItem = { type: 'macro condition', name: '' };
const RULE_CONDITION: DiagnosticItem = { type: 'rule condition', name: '' };

/** A rule error whose only cause is a field that does not exist. */
class UnknownFieldError extends RuleError {}

/** A scalar to hang the parentheses around a condition on. */
function anchorOf(definition: RuleDefinition): YamlScalar {
  const { source, start } = definition.node;
  return { kind: 'scalar', text: ' ', isNull: false, source, start, end: start + 1, style: 'plain' };
}
