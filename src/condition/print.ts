import type { ArgumentNode, CheckNode, ConditionNode, OperandNode, RightNode } from './ast.ts';
import { quoteString, quoteValue } from './parse/literal.ts';

/**
 * Prints a condition in one line; {@link parseCondition} reads it back to an equal tree
 * (Falco filter/ast.cpp: string_visitor).
 */
export function printCondition(node: ConditionNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.children.map(printCondition).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${printCondition(node.child)}`;
    case 'macro':
      return node.name;
    case 'check':
      return printCheck(node);
  }
}

/** One comparison, as in {@link printCondition}. */
export function printCheck(node: CheckNode): string {
  const modifier = node.modifier === undefined ? '' : ` ${node.modifier}`;
  const right = printRight(node.right);
  const operator = `${node.operator}${modifier}`;
  return `${printOperand(node.left)} ${operator}${right === '' ? '' : ` ${right}`}`;
}

/** A field or transformer, written so that the parser reads it back. */
export function printOperand(node: OperandNode): string {
  const argument = node.argument === undefined ? '' : `[${printArgument(node.argument)}]`;
  if (node.kind === 'field') return `${node.name}${argument}`;
  return `${node.name}(${node.args.map(printTransformerArgument).join(', ')})${argument}`;
}

function printArgument(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are among what is quoted
  return /^[^[\]"'=\\\s\0-\x1f\x7f-\x9f]+$/u.test(text) ? text : quoteString(text);
}

/** A field as `output_fields` names it: Falco quotes fewer arguments than a condition needs. */
export function fieldKey(name: string, argument: string | undefined): string {
  if (argument === undefined) return name;
  // oxlint-disable-next-line no-control-regex -- control characters are among what is quoted
  const plain = /^[^\x00-\x20"'=\\\x7f]+$/.test(argument);
  return `${name}[${plain ? argument : quoteString(argument)}]`;
}

function printTransformerArgument(node: ArgumentNode): string {
  if (node.kind === 'text') return quoteString(node.value);
  if (node.kind === 'list') return `(${node.items.map(printTransformerArgument).join(', ')})`;
  return printOperand(node);
}

function printRight(right: RightNode): string {
  switch (right.kind) {
    case 'none':
      return '';
    case 'value':
      return quoteValue(right.value);
    case 'list':
      return `(${right.values.map(quoteValue).join(', ')})`;
    case 'operand':
      return right.operand.kind === 'field'
        ? `val(${printOperand(right.operand)})`
        : printOperand(right.operand);
  }
}
