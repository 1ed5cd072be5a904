import type { CheckNode, ConditionNode, Span } from '../condition/ast.ts';
import { compileCheck } from '../condition/compile.ts';
import type { Atom, Condition } from '../condition/condition.ts';
import { compileTemplate, type Template } from '../condition/template.ts';
import type { FieldResolver, Value } from '../condition/operand.ts';
import type { FieldValue } from '../fields/field.ts';
import { evidenceTemplate } from './rule-evidence.ts';
import type { RuleNotes } from './notes.ts';
import { notesReader } from './rule-notes.ts';
import type { ListInfo, MacroInfo, Rule, RuleSet } from './rule.ts';

/** A condition of a snapshot: a check by its number, a macro by its name. */
type StoredNode =
  | number
  | string
  | { readonly and: readonly StoredNode[] }
  | { readonly or: readonly StoredNode[] }
  | { readonly not: StoredNode };

type StoredRule = Omit<Rule, 'condition' | 'message' | 'evidence' | 'tree' | 'notes'> & {
  readonly tree: StoredNode;
};
type StoredMacro = Omit<MacroInfo, 'tree'> & { readonly tree: StoredNode };

/** The first line of a snapshot. Every further line is a check: many rules have the same ones. */
interface StoredRuleSet {
  readonly rules: readonly StoredRule[];
  readonly macros: readonly StoredMacro[];
  readonly lists: readonly ListInfo[];
}

/**
 * A rule set as text: parsed, but not bound to fields. The bundled rules are stored so when the project is
 * built; reading them takes a millisecond or two, parsing their YAML a hundred. Positions in conditions are
 * left out: they mean nothing in another file.
 *
 * @param ruleSet the parts of it that depend on a run's settings are left out
 */
export function stringifySnapshot({ rules, macros, lists }: RuleSet): string {
  const checks = new Map<string, number>();
  const stored: StoredRuleSet = {
    rules: rules.map(({ condition: _c, message: _m, evidence: _e, notes: _n, tree, ...rest }) => ({
      ...rest,
      tree: storedNode(tree, checks),
    })),
    macros: macros.map(({ tree, ...rest }) => ({ ...rest, tree: storedNode(tree, checks) })),
    lists,
  };
  const text = [JSON.stringify(stored), ...checks.keys()].join('\n');
  // Text of one byte a character is read and parsed faster.
  return text.replace(
    /[^\0-\x7f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @param checks the texts of checks, with their numbers */
function storedNode(node: ConditionNode, checks: Map<string, number>): StoredNode {
  switch (node.kind) {
    case 'and':
      return { and: node.children.map((child) => storedNode(child, checks)) };
    case 'or':
      return { or: node.children.map((child) => storedNode(child, checks)) };
    case 'not':
      return { not: storedNode(node.child, checks) };
    case 'macro':
      return node.name;
    case 'check': {
      const text = JSON.stringify(node, (key: string, value: unknown) =>
        key === 'span' ? undefined : value,
      );
      const number = checks.get(text) ?? checks.size;
      checks.set(text, number);
      return number;
    }
  }
}

/**
 * Reads the rule set of a snapshot. Checks and outputs are read and bound on first use, because most are never
 * used; equal checks and macros are bound once for all rules.
 *
 * @param text what {@link stringifySnapshot} wrote; it must come from rules that load without errors
 * @param readNotes gives what stringifyNotes wrote, when notes are first asked for
 */
export function parseSnapshot(
  text: string,
  fields: FieldResolver,
  readNotes: () => string,
): RuleSet {
  const [first = '', ...checks] = text.split('\n');
  const { rules, macros, lists } = JSON.parse(first) as StoredRuleSet;
  const binder = new Binder(macros, checks, fields);
  const notesOf = notesReader(readNotes);
  return {
    rules: rules.map((rule) => boundRule(rule, binder, fields, notesOf)),
    macros: macros.map((macro) => storedMacro(macro, binder)),
    lists,
  };
}

/** A rule of a snapshot; its condition and output are made on demand. */
function boundRule(
  rule: StoredRule,
  binder: Binder,
  fields: FieldResolver,
  notesOf: (name: string) => RuleNotes,
): Rule {
  let tree: ConditionNode | undefined;
  let condition: Condition | undefined;
  let message: Template | undefined;
  let evidence: Template | undefined;
  return {
    ...rule,
    get evidence() {
      evidence ??= evidenceTemplate(rule.evidenceFields, fields);
      return evidence;
    },
    get notes() {
      return notesOf(rule.name);
    },
    get tree() {
      tree ??= binder.node(rule.tree);
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

function storedMacro(macro: StoredMacro, binder: Binder): MacroInfo {
  let tree: ConditionNode | undefined;
  return {
    ...macro,
    get tree() {
      tree ??= binder.node(macro.tree);
      return tree;
    },
  };
}

/** Binds stored conditions to fields. They have no errors, so nothing needs their positions. */
class Binder {
  readonly #trees: ReadonlyMap<string, StoredNode>;
  readonly #checks: readonly string[];
  readonly #fields: FieldResolver;
  readonly #macros = new Map<string, Condition>();
  readonly #atoms: StoredAtom[] = [];

  constructor(macros: readonly StoredMacro[], checks: readonly string[], fields: FieldResolver) {
    this.#trees = new Map(macros.map(({ name, tree }) => [name, tree]));
    this.#checks = checks;
    this.#fields = fields;
  }

  /** The condition as it was parsed. */
  node(stored: StoredNode): ConditionNode {
    if (typeof stored === 'number') return readCheck(this.#checks[stored]!);
    if (typeof stored === 'string') return { kind: 'macro', name: stored, span: NOWHERE };
    if ('not' in stored) return { kind: 'not', child: this.node(stored.not), span: NOWHERE };
    const kind = 'and' in stored ? 'and' : 'or';
    const children = childrenOf(stored).map((child) => this.node(child));
    return { kind, children, span: NOWHERE };
  }

  bind(stored: StoredNode): Condition {
    if (typeof stored === 'number') return this.#atom(stored);
    if (typeof stored === 'string') return this.#macro(stored);
    if ('not' in stored) return { kind: 'not', operand: this.bind(stored.not) };
    const kind = 'and' in stored ? 'and' : 'or';
    return { kind, operands: childrenOf(stored).map((child) => this.bind(child)) };
  }

  #atom(number: number): Condition {
    return (this.#atoms[number] ??= new StoredAtom(this.#checks[number]!, this.#fields));
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

type StoredList = Extract<StoredNode, { and: unknown } | { or: unknown }>;

function childrenOf(stored: StoredList): readonly StoredNode[] {
  return 'and' in stored ? stored.and : stored.or;
}

/** A comparison that is read and bound when it is first looked at. */
class StoredAtom implements Atom {
  readonly kind = 'atom';
  readonly #text: string;
  readonly #fields: FieldResolver;
  #atom: Atom | undefined;

  constructor(text: string, fields: FieldResolver) {
    this.#text = text;
    this.#fields = fields;
  }

  get #bound(): Atom {
    this.#atom ??= compileCheck(readCheck(this.#text), this.#fields, true);
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

function readCheck(text: string): CheckNode {
  return withSpans(JSON.parse(text) as CheckNode);
}

/** Puts the positions back that the text left out: every node of a condition has one. */
function withSpans<T extends object>(node: T): T {
  for (const value of Object.values(node)) {
    if (typeof value === 'object' && value !== null) withSpans(value);
  }
  return 'kind' in node ? Object.assign(node, { span: NOWHERE }) : node;
}
