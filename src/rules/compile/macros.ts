import { walk, type ConditionNode, type MacroNode } from '../../condition/ast.ts';
import { parseCondition } from '../../condition/parse/parser.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { Collector } from '../collect/collector.ts';
import type { MacroDefinition } from '../collect/definitions.ts';
import { RuleError, type DiagnosticItem, type Warn } from '../diagnostics.ts';
import { lintListNames } from './lint-list-names.ts';
import { lintPointers } from './lint-pointers.ts';
import { lintValues } from './lint-values.ts';
import { resolveLists, substituteLists, type ResolvedList } from './lists.ts';
import { located } from './located.ts';
import { contextOf } from '../collect/read-values.ts';
import type { ListInfo, MacroInfo } from '../rule.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** Deepest tree that conditions may make with their macros in place; no sensible rule comes near. */
const MAX_TREE_DEPTH = 2000;

const MACRO_CONDITION: DiagnosticItem = { type: 'macro condition', name: '' };

/** A condition's text after list substitution, and its tree. */
export interface Parsed {
  readonly text: SourceText;
  readonly node: ConditionNode;
  /** Lists that were put in place. */
  readonly lists: ReadonlySet<string>;
}

interface Macro extends Parsed {
  readonly definition: MacroDefinition;
}

/** Names that a condition refers to, through macros too. */
export interface References {
  readonly macros: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}

/**
 * The lists and macros of a rule set, ready for use in conditions (Falco rule_loader_compiler.cpp), and a
 * record of which are used.
 */
export class Macros {
  readonly #collector: Collector;
  readonly #warn: Warn;
  readonly #lists: readonly ResolvedList[];
  readonly #macros = new Map<string, Macro>();
  readonly #depths = new Map<string, number>();
  readonly #usedLists = new Set<string>();
  readonly #usedMacros = new Set<string>();
  readonly #wrongNames = new Set<string>();

  /** @throws RuleError when a macro does not parse, refers to one it cannot see, or to itself */
  constructor(collector: Collector, warn: Warn) {
    this.#collector = collector;
    this.#warn = warn;
    this.#lists = resolveLists([...collector.lists.values()], (name) => this.#usedLists.add(name));
    for (const definition of collector.macros.values()) {
      const parsed = this.parse(definition.condition, itemsOf(definition.name));
      this.#macros.set(definition.name, { ...parsed, definition });
    }
    for (const macro of this.#macros.values()) this.#check(macro, new Set());
  }

  /** Puts lists in place and parses. @throws RuleError */
  parse(text: SourceText, items: readonly DiagnosticItem[]): Parsed {
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
      const parsed = { text: expanded, node, lists };
      lintListNames(parsed, this.#collector, items, this.#wrongNames, this.#warn);
      lintValues(parsed, items, this.#wrongNames, this.#warn);
      lintPointers(parsed, items, this.#wrongNames, this.#warn);
      return parsed;
    } catch (error) {
      throw located(error, 'LOAD_ERR_COMPILE_CONDITION', expanded, items);
    }
  }

  /** The macro of a name that {@link references} has found. */
  get(name: string): Parsed {
    return this.#macros.get(name)!;
  }

  /** Resolves the lists and macros of a rule's condition; it sees the macros of all files. @throws RuleError */
  references(parsed: Parsed, items: readonly DiagnosticItem[]): References {
    const macros = new Set<string>();
    const lists = new Set(parsed.lists);
    const visit = (state: Parsed): void => {
      walk(state.node, (node) => {
        if (node.kind !== 'macro' || macros.has(node.name)) return;
        const macro = this.#macros.get(node.name);
        if (macro === undefined) throw this.#undefined(node, state, items);
        this.#usedMacros.add(node.name);
        macros.add(node.name);
        for (const list of macro.lists) lists.add(list);
        visit(macro);
      });
    };
    visit(parsed);
    this.#requireDepth(parsed, items);
    return { macros, lists };
  }

  /** A macro sees those that were first defined before it was last touched. */
  #check(macro: Macro, open: Set<string>): void {
    const { name, visibility } = macro.definition;
    if (this.#depths.has(name)) return;
    open.add(name);
    walk(macro.node, (node) => {
      if (node.kind !== 'macro') return;
      const next = this.#macros.get(node.name);
      if (next === undefined || next.definition.index >= visibility) {
        throw this.#undefined(node, macro, itemsOf(name));
      }
      if (open.has(node.name)) {
        const message = `reference loop in macro '${node.name}'`;
        const context = { position: macro.text.locate(node.span.start), items: itemsOf(name) };
        throw new RuleError('LOAD_ERR_VALIDATE', message, context);
      }
      this.#usedMacros.add(node.name);
      this.#check(next, open);
    });
    open.delete(name);
    this.#depths.set(name, this.#requireDepth(macro, itemsOf(name)));
  }

  #requireDepth(parsed: Parsed, items: readonly DiagnosticItem[]): number {
    const depthOf = (node: ConditionNode): number => {
      if (node.kind === 'check') return 1;
      if (node.kind === 'macro') return 1 + this.#depths.get(node.name)!;
      if (node.kind === 'not') return 1 + depthOf(node.child);
      return 1 + node.children.reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);
    };
    const depth = depthOf(parsed.node);
    if (depth <= MAX_TREE_DEPTH) return depth;
    const context = { position: parsed.text.locate(0), items };
    throw new RuleError('LOAD_ERR_VALIDATE', 'macros are nested too deeply', context);
  }

  #undefined(node: MacroNode, parsed: Parsed, items: readonly DiagnosticItem[]): RuleError {
    const message = `Undefined macro '${node.name}' used in filter.`;
    const context = { position: parsed.text.locate(node.span.start), items };
    const isItself = items[0]?.type === 'macro' && items[0].name === node.name;
    const hint = isItself ? 'a macro cannot refer to itself' : this.#hint(node.name);
    return new RuleError('LOAD_ERR_VALIDATE', message, context, hint);
  }

  #hint(name: string): string | undefined {
    if (this.#macros.has(name)) return 'it is defined further down: a macro sees earlier ones only';
    if (['and', 'or', 'not'].includes(name.toLowerCase())) {
      return `'${name.toLowerCase()}' joins checks: there is nothing for it to join here`;
    }
    return didYouMean(name, this.#macros.keys());
  }

  /** Counts the names in a condition that is not compiled: that of a rule of system calls, which Falco compiles. */
  noteUses(condition: string): void {
    for (const word of condition.split(/[()\s=,"']+/)) {
      this.#usedMacros.add(word);
      this.#usedLists.add(word);
    }
  }

  /** Warns of macros and lists that nothing refers to. */
  warnUnused(): void {
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

  macroInfos(): MacroInfo[] {
    return [...this.#macros.values()].map((macro) => {
      const { name, condition, files } = macro.definition;
      const used = this.#usedMacros.has(name);
      const { macros, lists } = this.references(macro, itemsOf(name));
      return {
        name,
        condition: condition.text,
        tree: macro.node,
        macros: [...macros].toSorted(),
        lists: [...lists].toSorted(),
        used,
        files,
      };
    });
  }

  listInfos(): ListInfo[] {
    return this.#lists.map(({ name, items }) => ({
      name,
      items,
      used: this.#usedLists.has(name),
      files: this.#collector.lists.get(name)!.files,
    }));
  }
}

function itemsOf(macro: string): DiagnosticItem[] {
  return [{ type: 'macro', name: macro }, MACRO_CONDITION];
}
