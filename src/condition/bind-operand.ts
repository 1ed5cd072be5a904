import type { FieldNode, OperandNode, TextNode } from './ast.ts';
import { ConditionError } from './condition-error.ts';
import { bindTransformer } from './match/transformers.ts';
import type { FieldResolver, FieldUse, Value } from './operand.ts';
import { fieldHint } from './parse/field-hint.ts';
import { fieldKey, printOperand } from './print.ts';

/** @throws ConditionError for an unknown field, a wrong argument or a wrong transformer call */
export function bindOperand(node: OperandNode | TextNode, resolver: FieldResolver): Value {
  switch (node.kind) {
    case 'text': {
      const text = node.value;
      return { type: 'string', list: false, key: JSON.stringify(text), uses: [], read: () => text };
    }
    case 'field':
      return bindField(node, resolver);
    case 'transformer':
      return bindTransformer(node, resolver, bindOperand);
  }
}

function bindField(node: FieldNode, resolver: FieldResolver): Value {
  const { name, argument, span } = node;
  const definition = resolver.find(name);
  if (definition === undefined) {
    const hint = fieldHint(name, [...resolver.names()]);
    const message = `filter_check called with nonexistent field ${name}`;
    throw new ConditionError(message, span.start, hint, true);
  }
  const problem = resolver.checkArgument(definition, argument);
  if (problem !== undefined) throw new ConditionError(problem, span.start);
  if (refusedArgument(argument)) {
    const message = `Falco refuses a blank or ']' in a field argument: ${printOperand(node)}`;
    resolver.warn('LINT_FALCO_REFUSES', message, span.start);
  }
  const bound = definition.bind(argument, resolver.settings);
  const use: FieldUse = { name, argument, key: fieldKey(name, argument), definition, bound };
  return {
    type: definition.type,
    list: definition.list,
    each: definition.each,
    key: use.key,
    field: use,
    uses: [use],
    read: (event) => bound.read(event),
  };
}

/** Falco cuts an argument at a blank and at `]`, even in quotes (D13). */
export function refusedArgument(argument: string | undefined): boolean {
  return argument !== undefined && /[ \]]/.test(argument);
}
