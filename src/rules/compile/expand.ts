import type { ConditionNode } from '../../condition/ast.ts';
import type { MacroInfo } from '../rule.ts';

/** A condition with its macros replaced by their conditions; unknown names stay. */
export function expandMacros(node: ConditionNode, macros: readonly MacroInfo[]): ConditionNode {
  const trees = new Map(macros.map((macro) => [macro.name, macro.tree]));
  const expand = (part: ConditionNode): ConditionNode => {
    switch (part.kind) {
      case 'and':
      case 'or':
        return { ...part, children: part.children.map(expand) };
      case 'not':
        return { ...part, child: expand(part.child) };
      case 'macro': {
        const tree = trees.get(part.name);
        return tree === undefined ? part : expand(tree);
      }
      case 'check':
        return part;
    }
  };
  return expand(node);
}
