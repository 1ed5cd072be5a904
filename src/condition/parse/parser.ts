// Room condition/parse: the text of a condition becomes a tree, with Falco's limits and error texts.
// Door: parser.ts.
// Neighbours: uses ../ast.ts alone; ../compile.ts takes the tree.
// Inside: lexer.ts moves over text, parser-state.ts bounds depth, syntax-hints.ts words what was meant.

import type { ConditionNode, OperandNode } from '../ast.ts';
import { ConditionError } from '../condition-error.ts';
import { readComparison } from './parse-comparison.ts';
import { readOperand } from './parse-operand.ts';
import { ParserState } from './parser-state.ts';
import { connectiveHint, operandHint, transformerHint } from './syntax-hints.ts';

/** A parsed condition. */
export interface ParsedCondition {
  readonly node: ConditionNode;
  /** Falco's objections to a text that only k8s-audit accepts (D14, D15). */
  readonly refusedByFalco: ConditionError | undefined;
}

/**
 * Parses a condition (Falco filter/parser.cpp).
 *
 * Falco's reading comes first. Only when it fails is the wider one tried: strings that end in an
 * escaped backslash, and `or(` and `and(` without a blank.
 *
 * @throws ConditionError with the position in `text`
 */
export function parseCondition(text: string): ParsedCondition {
  try {
    return { node: readCondition(new ParserState(text, false)), refusedByFalco: undefined };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    try {
      return { node: readCondition(new ParserState(text, true)), refusedByFalco: error };
    } catch {
      throw error;
    }
  }
}

/** Parses a field or transformer that makes up the whole text, as an output template needs it. */
export function parseOperand(text: string): OperandNode | undefined {
  const state = new ParserState(text, false);
  try {
    const operand = readOperand(state);
    return state.lexer.atEnd ? operand : undefined;
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
}

function readCondition(state: ParserState): ConditionNode {
  const { lexer } = state;
  if (lexer.text === '') throw state.error('filter input string is empty');
  const node = readOr(state);
  if (lexer.atEnd) return node;
  const hint = state.isAt('(') ? transformerHint(lexer.last) : undefined;
  throw state.error(
    `unexpected token after '${lexer.last}', expecting 'or', 'and'`,
    hint ?? connectiveHint(state),
  );
}

function readOr(state: ParserState): ConditionNode {
  return readChain(state, 'or', readAnd);
}

function readAnd(state: ParserState): ConditionNode {
  return readChain(state, 'and', readNot);
}

function readChain(
  state: ParserState,
  kind: 'and' | 'or',
  readNext: (state: ParserState) => ConditionNode,
): ConditionNode {
  const { lexer } = state;
  lexer.blanks();
  const start = lexer.at;
  const children = [readNext(state)];
  lexer.blanks();
  while (lexer.word(kind)) {
    if (lexer.blanks()) children.push(readNext(state));
    else if (state.isAt('(')) {
      // Falco takes only the parentheses as the operand here; D15 reads on as usual.
      children.push(state.wide ? readNext(state) : readParenthesised(state));
    } else throw state.error(`expected blank or '(' after '${kind}'`);
    lexer.blanks();
  }
  if (children.length === 1) return children[0]!;
  return { kind, children, span: state.spanFrom(start) };
}

function readNot(state: ParserState): ConditionNode {
  const { lexer } = state;
  lexer.blanks();
  const start = lexer.at;
  let negated = false;
  while (lexer.not()) negated = !negated;
  let child: ConditionNode;
  if (state.isAt('not(')) {
    lexer.word('not');
    negated = !negated;
    child = readParenthesised(state);
  } else {
    child = readCheck(state);
  }
  return negated ? { kind: 'not', child, span: state.spanFrom(start) } : child;
}

function readParenthesised(state: ParserState): ConditionNode {
  return state.nested(() => {
    state.lexer.word('(');
    const node = readOr(state);
    state.lexer.blanks();
    if (state.lexer.word(')')) return node;
    const hint = state.lexer.atEnd ? 'a parenthesis is not closed' : connectiveHint(state);
    throw state.error("expected a ')' token", hint);
  });
}

function readCheck(state: ParserState): ConditionNode {
  const { lexer } = state;
  lexer.blanks();
  if (state.isAt('(')) return readParenthesised(state);
  const start = lexer.at;
  const operand = readOperand(state);
  if (operand !== undefined) return readComparison(state, operand, start);
  const name = lexer.identifier();
  if (name !== undefined) return { kind: 'macro', name, span: state.spanFrom(start) };
  throw state.error("expected a '(' token, a field check, or an identifier", operandHint(state));
}
