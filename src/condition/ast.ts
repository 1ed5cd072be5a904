/** A part of the condition text: `[start, end)`, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Falco's comparison operators (filter/parser.cpp), by the right-hand side they take. */
export const NUMBER_OPERATORS = ['<=', '<', '>=', '>'] as const;
export const STRING_OPERATORS = [
  '==',
  '=',
  '!=',
  'glob',
  'iglob',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'regex',
] as const;
export const LIST_OPERATORS = ['intersects', 'in', 'pmatch'] as const;
export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;
export const TRANSFORMERS = [
  'tolower',
  'toupper',
  'b64',
  'basename',
  'len',
  'join',
  'concat',
  'getopt',
] as const;

export type NumberOperator = (typeof NUMBER_OPERATORS)[number];
export type StringOperator = (typeof STRING_OPERATORS)[number];
export type ListOperator = (typeof LIST_OPERATORS)[number];
export type Operator = NumberOperator | StringOperator | ListOperator | 'exists';
export type Modifier = (typeof MODIFIERS)[number];
export type TransformerName = (typeof TRANSFORMERS)[number];

/** `ka.uri.param[a]`. An argument is undefined when there are no brackets. */
export interface FieldNode {
  readonly kind: 'field';
  readonly name: string;
  readonly argument: string | undefined;
  readonly span: Span;
}

/** `tolower(ka.user.name)`. */
export interface TransformerNode {
  readonly kind: 'transformer';
  readonly name: TransformerName;
  readonly args: readonly ArgumentNode[];
  readonly argument: string | undefined;
  readonly span: Span;
}

export type OperandNode = FieldNode | TransformerNode;

/** A quoted string or number as a transformer's argument. */
export interface TextNode {
  readonly kind: 'text';
  readonly value: string;
  readonly span: Span;
}

/** `(a, b)` as a transformer's argument. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly (OperandNode | TextNode)[];
  readonly span: Span;
}

export type ArgumentNode = OperandNode | TextNode | ListNode;

/** The right-hand side of a comparison. */
export type RightNode =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string; readonly span: Span }
  | { readonly kind: 'list'; readonly values: readonly string[]; readonly span: Span }
  | { readonly kind: 'operand'; readonly operand: OperandNode; readonly span: Span };

export interface CheckNode {
  readonly kind: 'check';
  readonly left: OperandNode;
  readonly operator: Operator;
  readonly modifier: Modifier | undefined;
  readonly right: RightNode;
  readonly span: Span;
}

export interface MacroNode {
  readonly kind: 'macro';
  readonly name: string;
  readonly span: Span;
}

export type ConditionNode =
  | {
      readonly kind: 'and' | 'or';
      readonly children: readonly ConditionNode[];
      readonly span: Span;
    }
  | { readonly kind: 'not'; readonly child: ConditionNode; readonly span: Span }
  | CheckNode
  | MacroNode;

/** Calls `visit` on each node of a tree, parents first. */
export function walk(node: ConditionNode, visit: (node: ConditionNode) => void): void {
  visit(node);
  if (node.kind === 'not') walk(node.child, visit);
  else if (node.kind === 'and' || node.kind === 'or') {
    for (const child of node.children) walk(child, visit);
  }
}
