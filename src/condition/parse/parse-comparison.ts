import type { CheckNode, Modifier, OperandNode, Operator, RightNode } from '../ast.ts';
import { readField, readTransformer } from './parse-operand.ts';
import type { ParserState } from './parser-state.ts';
import { openQuoteHint, operatorHint, valueHint } from './syntax-hints.ts';

const OPERATOR_EXPECTED =
  "expected a valid check operator: one of 'exists', '<=', '<', '>=', '>', '==', '=', '!=', 'glob', " +
  "'iglob', 'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex', " +
  "'intersects', 'in', 'pmatch'";
const TRANSFORMER_EXPECTED =
  "or a field with a valid transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', 'len', " +
  "'join', 'concat', 'getopt'";

/**
 * Reads the operator and the right-hand side of a check.
 *
 * @param left the operand that was read already
 * @param start index in the text where the check starts
 * @throws ConditionError
 */
export function readComparison(state: ParserState, left: OperandNode, start: number): CheckNode {
  const { lexer } = state;
  const check = (operator: Operator, right: RightNode, modifier?: Modifier): CheckNode => ({
    kind: 'check',
    left,
    operator,
    modifier,
    right,
    span: state.spanFrom(start),
  });
  lexer.blanks();
  if (lexer.word('exists')) return check('exists', { kind: 'none' });
  const numberOperator = lexer.numberOperator();
  if (numberOperator !== undefined) return check(numberOperator, readNumberRight(state));
  const stringOperator = lexer.stringOperator();
  if (stringOperator !== undefined) {
    const modifier = readModifier(state);
    if (modifier === undefined) return check(stringOperator, readStringRight(state));
    return check(stringOperator, readModifierList(state), modifier);
  }
  const listOperator = lexer.listOperator();
  if (listOperator !== undefined) return check(listOperator, readListRight(state));
  throw state.error(OPERATOR_EXPECTED, operatorHint(state));
}

/** A modifier, when what follows makes it one: else the word is an ordinary value. */
function readModifier(state: ParserState): Modifier | undefined {
  const { lexer } = state;
  const before = lexer.at;
  const last = lexer.last;
  if (lexer.blanks()) {
    const modifier = lexer.modifier();
    if (modifier !== undefined) {
      lexer.blanks();
      const { at } = lexer;
      if (state.isAt('(')) return modifier;
      const word = lexer.identifier();
      lexer.at = at;
      if (word !== undefined && !['and', 'or', 'not'].includes(word)) return modifier;
    }
  }
  lexer.at = before;
  lexer.last = last;
  return undefined;
}

function readNumberRight(state: ParserState): RightNode {
  state.lexer.blanks();
  const operand = readRightOperand(state);
  if (operand !== undefined) return operand;
  const start = state.lexer.at;
  const value = state.lexer.number();
  if (value !== undefined) return { kind: 'value', value, span: state.spanFrom(start) };
  const hint = '<, <=, > and >= take a number without quotes';
  throw state.error(`expected a number value ${TRANSFORMER_EXPECTED}`, hint);
}

function readStringRight(state: ParserState): RightNode {
  state.lexer.blanks();
  const operand = readRightOperand(state);
  if (operand !== undefined) return operand;
  const start = state.lexer.at;
  const value = readValue(state);
  if (value !== undefined) return { kind: 'value', value, span: state.spanFrom(start) };
  throw state.error(`expected a string value ${TRANSFORMER_EXPECTED}`, valueHint(state));
}

function readListRight(state: ParserState): RightNode {
  state.lexer.blanks();
  const list = readList(state) ?? readRightOperand(state) ?? readIdentifierList(state);
  if (list !== undefined) return list;
  throw state.error(
    `expected a list, an identifier, ${TRANSFORMER_EXPECTED}`,
    'write the values in parentheses: (a, b)',
  );
}

function readModifierList(state: ParserState): RightNode {
  const list = readList(state) ?? readIdentifierList(state);
  if (list !== undefined) return list;
  throw state.error('expected a list or an identifier');
}

/** A bare name without parentheses is a list of one value. */
function readIdentifierList(state: ParserState): RightNode | undefined {
  const start = state.lexer.at;
  const name = state.lexer.identifier();
  if (name === undefined) return undefined;
  return { kind: 'list', values: [name], span: state.spanFrom(start) };
}

function readList(state: ParserState): RightNode | undefined {
  const { lexer } = state;
  const start = lexer.at;
  if (!lexer.word('(')) return undefined;
  const values: string[] = [];
  lexer.blanks();
  if (!lexer.word(')')) {
    do {
      lexer.blanks();
      const value = readValue(state);
      if (value === undefined) {
        throw state.error(
          'expected a string value',
          openQuoteHint(state) ??
            'a value is missing: look for a comma too many, or an empty list item',
        );
      }
      values.push(value);
      lexer.blanks();
    } while (lexer.word(','));
    if (!lexer.word(')')) {
      throw state.error(
        "expected a ')' token",
        /[\u2018-\u201f]/.test(lexer.text)
          ? `typographic quotes do not quote: write ' or "`
          : 'separate values by commas; put values that contain blanks, quotes or any of ( ) = , in quotes',
      );
    }
  }
  return { kind: 'list', values, span: state.spanFrom(start) };
}

/** `val(field)` or a transformer on the right of an operator. */
function readRightOperand(state: ParserState): RightNode | undefined {
  const { lexer } = state;
  const start = lexer.at;
  let operand: OperandNode | undefined;
  if (lexer.word('val(')) {
    lexer.blanks();
    operand = readField(state);
    if (operand === undefined) throw state.error("expected a field within 'val' transformer");
    lexer.blanks();
    if (!lexer.word(')')) throw state.error("expected a ')' token closing the transformer");
  } else {
    operand = readTransformer(state);
  }
  if (operand === undefined) return undefined;
  return { kind: 'operand', operand, span: state.spanFrom(start) };
}

function readValue(state: ParserState): string | undefined {
  return state.quoted() ?? state.lexer.bareValue();
}
