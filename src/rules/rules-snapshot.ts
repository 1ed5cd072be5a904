import type { ConditionNode } from '../condition/ast.ts';
import type { Condition } from '../condition/condition.ts';
import type { FieldResolver } from '../condition/operand.ts';
import { compileTemplate, type Template } from '../condition/template.ts';
import { withPlaceholders } from './correlation-output.ts';
import {
  boundCorrelation,
  storedCorrelation,
  type StoredCorrelation,
} from './correlation-snapshot.ts';
import { evidenceTemplate } from './rule-evidence.ts';
import { notesReader } from './rule-notes.ts';
import type { RuleNotes } from './notes.ts';
import { visibleName, type ListInfo, type MacroInfo, type Rule, type RuleSet } from './rule.ts';
import { Binder, storedNode, type StoredNode } from './snapshot-conditions.ts';

type Left = 'condition' | 'message' | 'evidence' | 'tree' | 'notes' | 'correlation';
/** Lists whose elements many rules have in common: they are stored once, and named by their number. */
const SHARED = [
  'evidenceFields',
  'exceptions',
  'fields',
  'files',
  'lists',
  'macros',
  'tags',
] as const;
/** What a rule has that does not say otherwise: stored for the others alone. */
const USUAL = { source: 'k8s_audit', enabled: true } as const;
type Shared = (typeof SHARED)[number];
/** The same without these lists, and with numbers in their place. */
type Numbered<T> = Omit<T, Shared> & { readonly [K in Shared & keyof T]: readonly number[] };
type StoredRule = Numbered<Omit<Rule, Left>> & {
  readonly tree: StoredNode;
  readonly correlation?: StoredCorrelation<StoredNode>;
};
type StoredMacro = Numbered<Omit<MacroInfo, 'tree'>> & { readonly tree: StoredNode };
type ReadMacro = Omit<MacroInfo, 'tree'> & { readonly tree: StoredNode };
/** A rule of a snapshot with its lists. */
type ReadRule = Omit<Rule, Left> & Pick<StoredRule, 'tree' | 'correlation'>;

/** The first line of a snapshot. Every further line is a check: many rules have the same ones. */
interface StoredRuleSet {
  readonly rules: readonly StoredRule[];
  readonly macros: readonly StoredMacro[];
  readonly lists: readonly ListInfo[];
  /** By number, the elements of {@link SHARED} lists. */
  readonly shared: readonly unknown[];
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
  const texts = new Map<string, number>();
  const stored: StoredRuleSet = {
    rules: rules.map((rule) => numbered(withoutUsual(storedRule(rule, checks)), texts)),
    macros: macros.map(({ tree, ...rest }) =>
      numbered({ ...rest, tree: storedNode(tree, checks) }, texts),
    ),
    lists,
    shared: [...texts.keys()].map((text): unknown => JSON.parse(text)),
  };
  const text = [JSON.stringify(stored), ...checks.keys()].join('\n');
  // Text of one byte a character is read and parsed faster.
  return text.replace(
    /[^\0-\x7f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A rule without the values that {@link USUAL} has, and without its file where that is the first of its files. */
function withoutUsual(rule: ReadRule): ReadRule {
  const usual: Readonly<Record<string, unknown>> = { ...USUAL, file: rule.files[0] };
  return Object.fromEntries(
    Object.entries(rule).filter(([key, value]) => usual[key] !== value),
  ) as unknown as ReadRule;
}

/** Undoes {@link withoutUsual}. */
function withUsual(rule: ReadRule): ReadRule {
  return Object.assign({ ...USUAL, file: rule.files[0] }, rule);
}

/** @param texts elements of lists as JSON, with their numbers */
function numbered<T extends object>(item: T, texts: Map<string, number>): Numbered<T> {
  const lists = Object.entries(item).flatMap(([key, value]) => {
    if (!isShared(key) || !Array.isArray(value)) return [];
    const numbers = value.map((element: unknown) => {
      const text = JSON.stringify(element);
      const number = texts.get(text) ?? texts.size;
      texts.set(text, number);
      return number;
    });
    return [[key, numbers]];
  });
  return { ...item, ...(Object.fromEntries(lists) as object) } as Numbered<T>;
}

/** Undoes {@link numbered}. */
function withLists<T extends object>(item: Numbered<T>, shared: readonly unknown[]): T {
  const lists = Object.entries(item)
    .filter(([key]) => isShared(key))
    .map(([key, numbers]) => [key, (numbers as number[]).map((number) => shared[number])]);
  return { ...item, ...(Object.fromEntries(lists) as object) } as unknown as T;
}

function isShared(key: string): key is Shared {
  return (SHARED as readonly string[]).includes(key);
}

function storedRule(
  { condition: _c, message: _m, evidence: _e, notes: _n, tree, correlation, ...rest }: Rule,
  checks: Map<string, number>,
): ReadRule {
  const stored = (node: ConditionNode): StoredNode => storedNode(node, checks);
  return {
    ...rest,
    tree: stored(tree),
    ...(correlation && { correlation: storedCorrelation(correlation, stored) }),
  };
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
  const { rules, macros, lists, shared } = JSON.parse(first) as StoredRuleSet;
  const trees = new Map(macros.map(({ name, tree }) => [name, tree]));
  const binder = new Binder(trees, checks, fields);
  const binding = { binder, fields, notesOf: notesReader(readNotes) };
  return {
    rules: rules.map((rule) => boundRule(withUsual(withLists<ReadRule>(rule, shared)), binding)),
    macros: macros.map((macro) => lazyMacro(withLists<ReadMacro>(macro, shared), binder)),
    lists,
  };
}

/** What rules of a snapshot are bound with. */
interface Binding {
  readonly binder: Binder;
  readonly fields: FieldResolver;
  readonly notesOf: (name: string) => RuleNotes;
}

function boundRule({ correlation, ...rule }: ReadRule, binding: Binding): Rule {
  if (correlation === undefined) return lazyRule(rule, rule.outputText, binding);
  // What the correlation tells has placeholders until it is known.
  const output = withPlaceholders(rule.outputText);
  const parts = boundCorrelation(correlation, (part) =>
    lazyRule({ ...rule, ...part }, output, binding),
  );
  return Object.assign(lazyRule(rule, output, binding), { correlation: parts });
}

/** A rule of a snapshot; its condition and output are made on demand. */
function lazyRule(
  rule: Omit<ReadRule, 'correlation'>,
  output: string,
  { binder, fields, notesOf }: Binding,
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
      return notesOf(visibleName(rule.name));
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
      message ??= compileTemplate(output, fields);
      return message;
    },
  };
}

function lazyMacro(macro: ReadMacro, binder: Binder): MacroInfo {
  let tree: ConditionNode | undefined;
  return {
    ...macro,
    get tree() {
      tree ??= binder.node(macro.tree);
      return tree;
    },
  };
}
