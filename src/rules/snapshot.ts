import type { CheckNode, ConditionNode, Span } from '../condition/ast.ts';
import { compileCheck } from '../condition/compile.ts';
import type { Atom, Condition } from '../condition/condition.ts';
import { compileTemplate, type Template } from '../condition/template.ts';
import type { FieldResolver, Value } from '../condition/value.ts';
import type { FieldValue } from '../fields/field.ts';
import type { ListInfo, MacroInfo, Rule, RuleSet } from './rule.ts';

/**
 * A rule set as plain JSON: parsed, but not bound to fields. The bundled rules are stored so when the project
 * is built; reading them takes a few milliseconds, parsing their YAML a hundred.
 */
export interface RuleSetSnapshot {
  readonly rules: readonly Omit<Rule, 'condition' | 'message'>[];
  readonly macros: readonly MacroInfo[];
  readonly lists: readonly ListInfo[];
}

/** The parts of a rule set that do not depend on a run's settings. */
export function snapshotOf(ruleSet: RuleSet): RuleSetSnapshot {
  return {
    rules: ruleSet.rules.map(({ condition: _condition, message: _message, ...rest }) => rest),
    macros: ruleSet.macros,
    lists: ruleSet.lists,
  };
}

/** The snapshot as JSON text, without the positions in conditions: they mean nothing in another file. */
export function stringifySnapshot(snapshot: RuleSetSnapshot): string {
  const text = JSON.stringify(snapshot, (key: string, value: unknown) =>
    key === 'span' ? undefined : value,
  );
  // Text of one byte a character is read and parsed faster.
  return text.replace(
    /[^\0-\x7f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The rule set of a snapshot. Conditions and outputs are bound part by part when they are first used, and
 * equal macros once for all rules: most parts of most conditions never are.
 *
 * @param text what {@link stringifySnapshot} wrote; it must come from rules that load without errors
 */
export function parseSnapshot(text: string, fields: FieldResolver): RuleSet {
  const { rules, macros, lists } = JSON.parse(text) as RuleSetSnapshot;
  const binder = new Binder(macros, fields);
  return {
    rules: rules.map((rule) => boundRule(rule, binder, fields)),
    macros: macros.map(storedMacro),
    lists,
  };
}

/** A rule of a snapshot; its condition and output are made on demand. */
function boundRule(
  rule: RuleSetSnapshot['rules'][number],
  binder: Binder,
  fields: FieldResolver,
): Rule {
  let tree: ConditionNode | undefined;
  let condition: Condition | undefined;
  let message: Template | undefined;
  return {
    ...rule,
    get tree() {
      tree ??= withSpans(rule.tree);
      return tree;
    },
    get condition() {
      condition ??= binder.bind(rule.tree);
      return condition;
    },
    get message() {
      message ??= compileTemplate(rule.outputText, fields);
      return message;
    },
  };
}

function storedMacro(macro: MacroInfo): MacroInfo {
  let tree: ConditionNode | undefined;
  return {
    ...macro,
    get tree() {
      tree ??= withSpans(macro.tree);
      return tree;
    },
  };
}

/** Binds stored conditions to fields. They have no errors, so nothing needs their positions. */
class Binder {
  readonly #trees: ReadonlyMap<string, ConditionNode>;
  readonly #macros = new Map<string, Condition>();
  readonly #fields: FieldResolver;

  constructor(macros: readonly MacroInfo[], fields: FieldResolver) {
    this.#trees = new Map(macros.map(({ name, tree }) => [name, tree]));
    this.#fields = fields;
  }

  bind(node: ConditionNode): Condition {
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, operands: node.children.map((child) => this.bind(child)) };
      case 'not':
        return { kind: 'not', operand: this.bind(node.child) };
      case 'macro':
        return this.#macro(node.name);
      case 'check':
        return new StoredAtom(node, this.#fields);
    }
  }

  #macro(name: string): Condition {
    let condition = this.#macros.get(name);
    if (condition === undefined) {
      condition = this.bind(this.#trees.get(name)!);
      this.#macros.set(name, condition);
    }
    return condition;
  }
}

/** A comparison that is bound when it is first looked at. */
class StoredAtom implements Atom {
  readonly kind = 'atom';
  readonly #stored: CheckNode;
  readonly #fields: FieldResolver;
  #atom: Atom | undefined;

  constructor(stored: CheckNode, fields: FieldResolver) {
    this.#stored = stored;
    this.#fields = fields;
  }

  get #bound(): Atom {
    this.#atom ??= compileCheck(withSpans(this.#stored), this.#fields, true);
    return this.#atom;
  }

  get key(): string {
    return this.#bound.key;
  }

  get left(): Value {
    return this.#bound.left;
  }

  get right(): Value | undefined {
    return this.#bound.right;
  }

  get node(): CheckNode {
    return this.#bound.node;
  }

  test(left: Exclude<FieldValue, undefined>, right: FieldValue): boolean {
    return this.#bound.test(left, right);
  }
}

const NOWHERE: Span = { start: 0, end: 0 };

/** Puts the positions back that the text left out: every node of a condition has one. */
function withSpans<T>(node: T): T {
  if (Array.isArray(node)) for (const item of node) withSpans(item);
  else if (typeof node === 'object' && node !== null) {
    for (const value of Object.values(node)) withSpans(value);
    if ('kind' in node) Object.assign(node, { span: NOWHERE });
  }
  return node;
}
