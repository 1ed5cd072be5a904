import type { Span } from '../condition/ast.ts';
import { compileCondition, type CompileContext } from '../condition/compile.ts';
import type { Condition } from '../condition/condition.ts';
import { compileTemplate, type Template } from '../condition/template.ts';
import type { FieldResolver } from '../condition/value.ts';
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
  return JSON.stringify(snapshot, (key: string, value: unknown) =>
    key === 'span' ? undefined : value,
  );
}

/**
 * The rule set of a snapshot. Conditions and outputs are bound when they are first used, and equal macros
 * once for all rules.
 *
 * @param text what {@link stringifySnapshot} wrote; it must come from rules that load without errors
 */
export function parseSnapshot(text: string, fields: FieldResolver): RuleSet {
  const { rules, macros, lists } = withSpans(JSON.parse(text) as RuleSetSnapshot);
  const trees = new Map(macros.map((macro) => [macro.name, macro.tree]));
  const compiled = new Map<string, Condition>();
  const context: CompileContext = {
    fields,
    macro(name) {
      let condition = compiled.get(name);
      if (condition === undefined) {
        condition = compileCondition(trees.get(name)!, context);
        compiled.set(name, condition);
      }
      return condition;
    },
  };
  return { rules: rules.map((rule) => boundRule(rule, context)), macros, lists };
}

/** A rule of a snapshot; its condition and output are made on demand. */
function boundRule(rule: RuleSetSnapshot['rules'][number], context: CompileContext): Rule {
  let condition: Condition | undefined;
  let message: Template | undefined;
  return {
    ...rule,
    get condition() {
      condition ??= compileCondition(rule.tree, context);
      return condition;
    },
    get message() {
      message ??= compileTemplate(rule.outputText, context.fields);
      return message;
    },
  };
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
