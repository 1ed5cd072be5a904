import type { FieldValue } from '../fields/field.ts';
import { networkTest } from '../util/address.ts';
import type { CheckNode, ConditionNode } from './ast.ts';
import type { Atom, Condition } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { checkLiterals, compileRegexLiteral } from './check-literals.ts';
import {
  modified,
  numberComparison,
  numberTest,
  operatorProblem,
  parseUint64,
  textTest,
  type Test,
} from './match/operators.ts';
import { compilePathPrefix } from './match/path-prefix.ts';
import { printCheck } from './print.ts';
import { bindOperand } from './bind-operand.ts';
import { typeName, type FieldResolver, type Value } from './operand.ts';

/** Gives a compiler the fields, and the compiled conditions of macros. */
export interface CompileContext {
  readonly fields: FieldResolver;
  /**
   * Compiles the condition of a macro; errors inside it are the macro's.
   * @throws ConditionError when there is no such macro, or it refers to itself
   */
  macro(name: string, position: number): Condition;
}

/**
 * Checks fields, types and values of a parsed condition and makes it ready to evaluate.
 *
 * @throws ConditionError with the position in the condition's text
 */
export function compileCondition(node: ConditionNode, context: CompileContext): Condition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return {
        kind: node.kind,
        operands: node.children.map((child) => compileCondition(child, context)),
      };
    case 'not':
      return { kind: 'not', operand: compileCondition(node.child, context) };
    case 'macro':
      return context.macro(node.name, node.span.start);
    case 'check':
      return compileCheck(node, context.fields);
  }
}

/**
 * A single comparison, ready to evaluate.
 *
 * @param checked true when its literals were looked at before: they are not warned of again
 * @throws ConditionError with the position in the condition's text
 */
export function compileCheck(node: CheckNode, fields: FieldResolver, checked = false): Atom {
  const left = bindOperand(node.left, fields);
  const problem = operatorProblem(left.type, left.list && left.each !== true, node.operator);
  if (problem !== undefined) {
    throw new ConditionError(problem, node.left.span.end, operatorHint(node, left));
  }
  if (node.right.kind === 'none') return new Check(node, left, undefined, () => true);
  if (node.right.kind === 'operand') {
    const right = bindOperand(node.right.operand, fields);
    return new Check(node, left, right, operandTest(node, left, right, fields));
  }
  const values = node.right.kind === 'value' ? [node.right.value] : node.right.values;
  if (!checked) checkLiterals(values, node, left, fields);
  return new Check(node, left, undefined, literalTest(node, left, values, fields));
}

class Check implements Atom {
  readonly kind = 'atom';
  readonly node: CheckNode;
  readonly left: Value;
  readonly right: Value | undefined;
  readonly test: Atom['test'];
  #key: string | undefined;

  constructor(node: CheckNode, left: Value, right: Value | undefined, test: Atom['test']) {
    this.node = node;
    this.left = left;
    this.right = right;
    this.test = test;
  }

  /** Printed on first use, because evaluating does not need it. */
  get key(): string {
    this.#key ??= printCheck(this.node);
    return this.#key;
  }
}

/** Operators that look at a part of a text. */
const PARTS = new Set(['contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob']);

function operatorHint(node: CheckNode, left: Value): string | undefined {
  if (!left.list || left.each === true) return undefined;
  if (left.type === 'string' && PARTS.has(node.operator)) {
    const operator = node.operator.includes('contains') ? node.operator : 'glob';
    const text = `join(",", ${left.key}) ${operator} …`;
    return `${left.key} is a list: use intersects (…) for whole values, or compare its text: ${text}`;
  }
  const alternative = node.operator === '!=' ? 'not … intersects' : 'intersects or in';
  return `${left.key} is a list: use ${alternative} (…)`;
}

function literalTest(
  node: CheckNode,
  left: Value,
  values: readonly string[],
  fields: FieldResolver,
): Test {
  const { operator, modifier } = node;
  if (left.each === true) {
    const one = { ...left, list: false, each: false };
    const test = numberOrder(node, one) ?? literalTest(node, one, values, fields);
    return (value) => Array.isArray(value) && value.some((text) => test(text));
  }
  const each = (): Test[] => values.map((value) => oneTest(node, left, value, fields));
  if (modifier !== undefined) return modified(modifier, each());
  if (left.list) {
    // Literals for numbers and booleans must parse as such.
    if (left.type !== 'string') each();
    const set = new Set(values);
    return operator === 'in'
      ? (value) => Array.isArray(value) && value.every((text) => set.has(text))
      : (value) => Array.isArray(value) && value.some((text) => set.has(text));
  }
  if (operator === 'pmatch') {
    const matches = compilePathPrefix(values);
    return (value) => typeof value === 'string' && matches(value);
  }
  if (operator === 'in' || operator === 'intersects') {
    if (left.type !== 'string') return modified('anyof', each());
    const set = new Set(values);
    return (value) => typeof value === 'string' && set.has(value);
  }
  return each()[0]!;
}

/** `<` and its kin between numbers, for values that are compared one by one; undefined for other operators. */
function numberOrder({ operator, right }: CheckNode, { type }: Value): Test | undefined {
  if (type !== 'string' || right.kind !== 'value') return undefined;
  const compare = numberComparison(operator, right.value);
  return compare && ((value) => typeof value === 'string' && compare(value));
}

/** One literal against a single value of the left type. */
function oneTest(node: CheckNode, left: Value, literal: string, fields: FieldResolver): Test {
  const position = node.right.kind === 'none' ? node.span.end : node.right.span.start;
  const { operator } = node;
  switch (left.type) {
    case 'string': {
      const compile = (pattern: string): { matches(text: string): boolean } =>
        compileRegexLiteral(pattern, position, fields);
      const test = textTest(operator, literal, compile);
      return (value) => typeof value === 'string' && test(value);
    }
    case 'bool': {
      if (literal !== 'true' && literal !== 'false') {
        throw new ConditionError(`filter error: unrecognized boolean value ${literal}`, position);
      }
      const wanted = literal === 'true';
      return operator === '!=' ? (value) => value !== wanted : (value) => value === wanted;
    }
    case 'ipnet': {
      const isInside = networkTest(literal);
      if (isInside === undefined) {
        const hint = 'write an address, or a network such as 10.0.0.0/8';
        throw new ConditionError(`unrecognized IP network ${literal}`, position, hint);
      }
      return (value) => typeof value === 'string' && isInside(value);
    }
    default: {
      const number = parseUint64(literal);
      if (number === undefined) {
        throw new ConditionError(`${literal} is not a valid number`, position);
      }
      const test = numberTest(operator, number);
      return (value) => typeof value === 'bigint' && test(value);
    }
  }
}

function operandTest(
  node: CheckNode,
  left: Value,
  right: Value,
  fields: FieldResolver,
): Atom['test'] {
  const { operator } = node;
  const position = node.right.kind === 'none' ? node.span.end : node.right.span.start;
  if (operator === 'regex' || operator === 'pmatch') {
    throw new ConditionError(
      `operator '${operator.toUpperCase()}' doesn't support right-hand side fields`,
      position,
    );
  }
  if (left.type !== right.type || left.list !== right.list) {
    throw new ConditionError(
      `field '${left.key}' has type '${typeName(left)}' while the right-hand side field ` +
        `'${right.key}' has incompatible type '${typeName(right)}'`,
      position,
    );
  }
  if (left.each === true || right.each === true) {
    return (value, other) =>
      Array.isArray(value) &&
      Array.isArray(other) &&
      value.some((text) => other.some((each) => scalarTest(operator, text, each, fields)));
  }
  if (left.list) {
    return (value, other) => {
      if (!Array.isArray(value) || !Array.isArray(other)) return false;
      return operator === 'in'
        ? value.every((text) => other.includes(text))
        : value.some((text) => other.includes(text));
    };
  }
  return (value, other) => scalarTest(operator, value, other, fields);
}

function scalarTest(
  operator: CheckNode['operator'],
  left: FieldValue,
  right: FieldValue,
  fields: FieldResolver,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    return textTest(operator, right, (pattern) => fields.compileRegex(pattern))(left);
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return numberTest(operator, right)(left);
  }
  return operator === '!=' ? left !== right : left === right;
}
