import { SourceText } from '../yaml/source-text.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';

/** A condition on its way from Sigma to text: comparisons know where the value stands that they come from. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'check'; readonly text: string; readonly node: YamlNode };

/** A comparison as text of Falco's language. @param node where its value stands in the Sigma rule */
export function check(text: string, node: YamlNode): Expression {
  return { kind: 'check', text, node };
}

/** Several expressions as one; those of the same kind are not nested. */
export function joinAll(kind: 'and' | 'or', operands: readonly Expression[]): Expression {
  const flat = operands.flatMap((each) => (each.kind === kind ? each.operands : [each]));
  return flat.length === 1 ? flat[0]! : { kind, operands: flat };
}

/** The opposite of an expression; two negations cancel out. */
export function negated(operand: Expression): Expression {
  return operand.kind === 'not' ? operand.operand : { kind: 'not', operand };
}

/** The text of a condition, each comparison at the place of its value in the Sigma rule. */
export function conditionText(expression: Expression, node: YamlNode): SourceText {
  return SourceText.join([...pieces(expression, node, true)]);
}

function* pieces(
  expression: Expression,
  node: YamlNode,
  isOutermost: boolean,
): Generator<SourceText> {
  const plain = (text: string): SourceText => SourceText.inserted(text, node);
  switch (expression.kind) {
    case 'check':
      yield SourceText.inserted(expression.text, expression.node);
      return;
    case 'not':
      yield plain('not ');
      yield* pieces(expression.operand, node, false);
      return;
    default:
      if (!isOutermost) yield plain('(');
      for (const [at, operand] of expression.operands.entries()) {
        if (at > 0) yield plain(` ${expression.kind} `);
        yield* pieces(operand, node, false);
      }
      if (!isOutermost) yield plain(')');
  }
}
