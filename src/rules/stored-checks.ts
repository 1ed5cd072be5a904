import {
  TRANSFORMERS,
  type ArgumentNode,
  type CheckNode,
  type Modifier,
  type OperandNode,
  type Operator,
  type RightNode,
  type Span,
} from '../condition/ast.ts';

/** Where every node of a snapshot stands: nothing needs the positions of conditions that have no errors. */
export const NOWHERE: Span = { start: 0, end: 0 };

/** A field is its name, or its name and argument; a transformer has its name as key. */
type StoredOperand =
  | string
  | readonly [name: string, argument: string]
  | { readonly [transformer: string]: readonly StoredArgument[]; readonly '['?: [string] };
type StoredArgument =
  | StoredOperand
  | { readonly text: readonly [string] }
  | { readonly list: readonly StoredArgument[] };
type StoredRight = string | readonly string[] | { readonly operand: StoredOperand };
type StoredCheck = readonly [
  left: StoredOperand,
  operator: Operator,
  right?: StoredRight,
  modifier?: Modifier,
];

/** A check as one line of JSON. There are a thousand, so what all have in common is left out. */
export function storedCheck({ left, operator, right, modifier }: CheckNode): string {
  const stored: unknown[] = [storedOperand(left), operator];
  if (right.kind !== 'none') stored.push(storedRight(right));
  if (modifier !== undefined) stored.push(modifier);
  return JSON.stringify(stored);
}

/** @param line what {@link storedCheck} made */
export function readCheck(line: string): CheckNode {
  const [left, operator, right, modifier] = JSON.parse(line) as StoredCheck;
  return {
    kind: 'check',
    left: readOperand(left),
    operator,
    modifier,
    right: readRight(right),
    span: NOWHERE,
  };
}

function storedOperand(node: OperandNode): StoredOperand {
  const { name, argument } = node;
  if (node.kind === 'field') return argument === undefined ? name : [name, argument];
  const args = node.args.map(storedArgument);
  return argument === undefined ? { [name]: args } : { [name]: args, '[': [argument] };
}

function storedArgument(node: ArgumentNode): StoredArgument {
  if (node.kind === 'text') return { text: [node.value] };
  if (node.kind === 'list') return { list: node.items.map(storedArgument) };
  return storedOperand(node);
}

function storedRight(right: Exclude<RightNode, { kind: 'none' }>): StoredRight {
  if (right.kind === 'value') return right.value;
  if (right.kind === 'list') return right.values;
  return { operand: storedOperand(right.operand) };
}

function readOperand(stored: StoredOperand): OperandNode {
  if (typeof stored === 'string') {
    return { kind: 'field', name: stored, argument: undefined, span: NOWHERE };
  }
  if (isPair(stored)) return { kind: 'field', name: stored[0], argument: stored[1], span: NOWHERE };
  const name = TRANSFORMERS.find((each) => each in stored)!;
  const args = stored[name]!.map(readArgument);
  return { kind: 'transformer', name, args, argument: stored['[']?.[0], span: NOWHERE };
}

function readArgument(stored: StoredArgument): ArgumentNode {
  if (typeof stored === 'object' && 'text' in stored) {
    return { kind: 'text', value: (stored.text as [string])[0], span: NOWHERE };
  }
  if (typeof stored === 'object' && 'list' in stored) {
    const items = stored.list.map(readArgument);
    return { kind: 'list', items: items as OperandNode[], span: NOWHERE };
  }
  return readOperand(stored);
}

function readRight(stored: StoredRight | undefined): RightNode {
  if (stored === undefined) return { kind: 'none' };
  if (typeof stored === 'string') return { kind: 'value', value: stored, span: NOWHERE };
  if ('operand' in stored) {
    return { kind: 'operand', operand: readOperand(stored.operand), span: NOWHERE };
  }
  return { kind: 'list', values: stored, span: NOWHERE };
}

function isPair(stored: StoredOperand): stored is readonly [string, string] {
  return Array.isArray(stored);
}
