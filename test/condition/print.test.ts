import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConditionNode, OperandNode, RightNode } from '../../src/condition/ast.ts';
import { parseCondition } from '../../src/condition/parse/parser.ts';
import { printCondition } from '../../src/condition/print.ts';

const NO_SPAN = { start: 0, end: 0 };
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,4}$/);
/** Any text a quoted string can hold, but for lone surrogates. */
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string(),
  fc.constantFrom('a\\', '"', "'", '\n'),
);
const field: fc.Arbitrary<OperandNode> = fc.record({
  kind: fc.constant('field' as const),
  name: fc.tuple(name, name).map((parts) => parts.join('.')),
  argument: fc.option(value, { nil: undefined }),
  span: fc.constant(NO_SPAN),
});
const operand: fc.Arbitrary<OperandNode> = fc.oneof(
  field,
  fc.record({
    kind: fc.constant('transformer' as const),
    name: fc.constantFrom('tolower' as const, 'concat' as const),
    args: fc.array(
      fc.oneof(
        field,
        fc.record({ kind: fc.constant('text' as const), value, span: fc.constant(NO_SPAN) }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    argument: fc.constant(undefined),
    span: fc.constant(NO_SPAN),
  }),
);
const one: fc.Arbitrary<RightNode> = fc.record({
  kind: fc.constant('value' as const),
  value,
  span: fc.constant(NO_SPAN),
});
const list: fc.Arbitrary<RightNode> = fc.record({
  kind: fc.constant('list' as const),
  values: fc.array(value, { maxLength: 3 }),
  span: fc.constant(NO_SPAN),
});
const rightOperand: fc.Arbitrary<RightNode> = fc.record({
  kind: fc.constant('operand' as const),
  operand,
  span: fc.constant(NO_SPAN),
});
const check = fc
  .tuple(
    operand,
    fc.oneof(
      fc.tuple(fc.constant('exists' as const), fc.constant({ kind: 'none' } as const)),
      fc.tuple(fc.constantFrom('=' as const, 'glob' as const), fc.oneof(one, rightOperand)),
      fc.tuple(fc.constantFrom('in' as const, 'pmatch' as const), fc.oneof(list, rightOperand)),
    ),
  )
  .map(([left, [operator, right]]): ConditionNode => ({
    kind: 'check',
    left,
    operator,
    modifier: undefined,
    right,
    span: NO_SPAN,
  }));
const tree: fc.Arbitrary<ConditionNode> = fc.letrec<{ node: ConditionNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    check,
    name
      .filter((text) => !['not', 'and', 'or'].includes(text))
      .map((text): ConditionNode => ({
        kind: 'macro',
        name: text,
        span: NO_SPAN,
      })),
    // A double negation is dropped by the parser.
    tie('node')
      .filter((child) => child.kind !== 'not')
      .map((child): ConditionNode => ({
        kind: 'not',
        child,
        span: NO_SPAN,
      })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, children]): ConditionNode => ({ kind, children, span: NO_SPAN })),
  ),
})).node;

function withoutSpans(node: ConditionNode): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, part: unknown) => (key === 'span' ? undefined : part)),
  );
}

describe('printing', () => {
  it('gives a text that parses to the same tree', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = printCondition(node);
        expect(withoutSpans(parseCondition(text).node)).toEqual(withoutSpans(node));
      }),
    );
  });
});
