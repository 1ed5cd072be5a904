import type { CheckNode, ConditionNode } from '../condition/ast.ts';
import { fieldKey } from '../condition/print.ts';
import { parseCondition } from '../condition/parse/parser.ts';
import type { MacroInfo, Rule } from '../rules/rule.ts';

/** What a rule asks for and what it lets through, whatever else is in an event. */
export interface RuleExemptions {
  /** Fields that the rule compares with one value. */
  readonly fixed: ReadonlySet<string>;
  /** Macros that the rule asks not to hold. */
  readonly macros: ReadonlySet<string>;
  /** Lists which fields must not be in, with the fields. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Macros that are looked into, one in the other. */
const DEEPEST = 50;

/** Looks at a rule's condition as it is written, where lists have their names. */
export function ruleExemptions(
  { conditionText }: Pick<Rule, 'conditionText'>,
  macros: ReadonlyMap<string, Pick<MacroInfo, 'condition'>>,
  listNames: ReadonlySet<string>,
): RuleExemptions {
  const fixed = new Set<string>();
  const exempt = new Set<string>();
  const lists = new Map<string, string[]>();
  const check = (node: CheckNode, holds: boolean): void => {
    if (node.left.kind !== 'field' || node.modifier !== undefined) return;
    const field = fieldKey(node.left.name, node.left.argument);
    const values = valuesOf(node);
    if (values === undefined) return;
    if (holds && values.length === 1 && !listNames.has(values[0]!)) fixed.add(field);
    if (holds || node.operator !== 'in') return;
    for (const value of values) {
      if (listNames.has(value)) lists.set(value, [...(lists.get(value) ?? []), field]);
    }
  };
  const visit = (node: ConditionNode, holds: boolean, depth: number): void => {
    switch (node.kind) {
      case 'not':
        return visit(node.child, !holds, depth);
      case 'and':
      case 'or':
        // All parts of an "and" must hold, and of an "or" that must not hold none may.
        if ((node.kind === 'and') === holds) {
          for (const child of node.children) visit(child, holds, depth);
        }
        return undefined;
      case 'macro': {
        if (!holds) exempt.add(node.name);
        const tree = depth < DEEPEST ? treeOf(macros.get(node.name)?.condition) : undefined;
        return tree && visit(tree, holds, depth + 1);
      }
      case 'check':
        return check(node, holds);
    }
  };
  const tree = treeOf(conditionText);
  if (tree !== undefined) visit(tree, true, 0);
  return { fixed, macros: exempt, lists };
}

function valuesOf({ operator, right }: CheckNode): readonly string[] | undefined {
  if ((operator === '=' || operator === '==') && right.kind === 'value') return [right.value];
  if (operator === 'in' && right.kind === 'list') return right.values;
  return undefined;
}

/** Undefined for a text that is no condition before its lists are put in place. */
function treeOf(text: string | undefined): ConditionNode | undefined {
  if (text === undefined) return undefined;
  try {
    return parseCondition(text).node;
  } catch {
    return undefined;
  }
}
