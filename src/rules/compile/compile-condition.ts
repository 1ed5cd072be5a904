import { compileCondition } from '../../condition/compile.ts';
import { forEachAtom, type Condition } from '../../condition/condition.ts';
import type { ConditionWarning, FieldResolver } from '../../condition/operand.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import { located } from './located.ts';
import type { Macros, Parsed } from './macros.ts';

/** Compiles a condition with the macros it names. @throws RuleError */
export function compileWithMacros(
  rule: Parsed,
  items: readonly DiagnosticItem[],
  macros: Macros,
  fields: FieldResolver,
  warn: Warn,
): Condition {
  const warned = new Set<ConditionWarning>();
  /** One tree for all uses of a macro. */
  const compiled = new Map<string, Condition>();
  const macro = (name: string): Condition => {
    const condition =
      compiled.get(name) ?? compile(macros.get(name), [...items, { type: 'macro', name }]);
    compiled.set(name, condition);
    return condition;
  };
  function compile(state: Parsed, inside: readonly DiagnosticItem[]): Condition {
    const resolver: FieldResolver = {
      ...fields,
      warn: (code, message, position) => {
        // Falco gives this one once a rule.
        if (code === 'LOAD_UNSAFE_NA_CHECK' && warned.has(code)) return;
        warned.add(code);
        warn(code, message, { position: state.text.locate(position), items: inside });
      },
    };
    try {
      return compileCondition(state.node, { fields: resolver, macro });
    } catch (error) {
      throw located(error, 'LOAD_ERR_COMPILE_CONDITION', state.text, inside);
    }
  }
  return compile(rule, items);
}

/** The fields of a condition, sorted. */
export function fieldsOf(condition: Condition): string[] {
  const keys = new Set<string>();
  forEachAtom(condition, (atom) => {
    for (const use of [...atom.left.uses, ...(atom.right?.uses ?? [])]) keys.add(use.key);
  });
  return [...keys].toSorted();
}
