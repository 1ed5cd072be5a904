import { didYouMean } from '../../util/suggest.ts';
import { LIST_OPERATORS, NUMBER_OPERATORS, STRING_OPERATORS, TRANSFORMERS } from '../ast.ts';
import type { ParserState } from './parser-state.ts';

/** A hint for a quote at the current position that is never closed. */
export function openQuoteHint(state: ParserState): string | undefined {
  return state.isAt('"') || state.isAt("'")
    ? `the string that starts here is not closed (a quote behind a backslash does not close it)`
    : undefined;
}

/** A hint for `&&`, `||` and other languages' operators between two checks: the word to write instead. */
export function connectiveHint(state: ParserState): string | undefined {
  const { text, at, last: lastWord } = state.lexer;
  const word = /^(?:&+|\|+|[a-zA-Z]+|\S)/.exec(text.slice(at, at + 20))?.[0] ?? '';
  if (word.startsWith('&') || word.toLowerCase() === 'and') return "write 'and'";
  if (word.startsWith('|') || word.toLowerCase() === 'or') return "write 'or'";
  if (word === '-') return "the names of macros have no '-', only letters, digits and '_'";
  if (word === '#') return 'conditions have no comments';
  if (word === ')') return 'there is no parenthesis to close';
  if (lastWord === 'exists') return "'exists' stands behind the field, and takes no value";
  if (word === ',') return 'several values stand in parentheses, behind in: in (a, b)';
  if (word === '(' && /(?:^|\(|\b(?:and|or|not)\s)\s*\w+$/.test(text.slice(0, at))) {
    return `only these stand before a parenthesis: ${TRANSFORMERS.join(', ')}`;
  }
  if (/^[=,("']/.test(word))
    return 'put a value that contains quotes, blanks or any of ( ) = , in quotes';
  return undefined;
}

const OPERATORS = ['exists', ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS];
/** Operators of other languages. */
const INSTEAD: Readonly<Record<string, string>> = {
  '=~': "write 'regex'",
  '~': "write 'regex'",
  matches: "write 'regex' or 'glob'",
  like: "write 'glob'",
  is: "write '='",
  eq: "write '='",
  ne: "write '!='",
  '<>': "write '!='",
  '!': "write 'not' in front of the field",
  not: "write 'not' in front of the field",
  has: "write 'contains' or 'intersects'",
};

/** A hint for text that stands in the place of an operator. */
export function operatorHint(state: ParserState): string | undefined {
  const { text, at } = state.lexer;
  const word = /^(?:[a-zA-Z]+|[^\sa-zA-Z0-9("']+)/.exec(text.slice(at, at + 30))?.[0] ?? '';
  if (/^[\u0080-\uffff]/.test(text.slice(at)))
    return 'a character that looks like a blank stands here';
  if (word === '') return "to test that a field has a value, write 'exists'";
  if (Object.hasOwn(INSTEAD, word.toLowerCase())) return INSTEAD[word.toLowerCase()];
  if (STRING_OPERATORS.some((operator) => operator === word))
    return `a blank must follow '${word}'`;
  return didYouMean(word, OPERATORS);
}

/** A hint for a position where a check should start and none does. */
export function operandHint(state: ParserState): string | undefined {
  if (state.isAt('!')) return "write 'not'";
  if (state.isAt('%')) return 'field names have no percent sign in conditions';
  if (state.isAt('"') || state.isAt("'"))
    return 'a check starts with a field; only values are quoted';
  if (state.isAt(')')) return 'a check is missing in front of the parenthesis';
  return state.lexer.atEnd ? 'a check is missing at the end' : undefined;
}

/** A hint for an operator without a value on its right. */
export function valueHint(state: ParserState): string | undefined {
  if (state.lexer.atEnd) return 'the value is missing';
  const open = openQuoteHint(state);
  if (open !== undefined) return open;
  return state.isAt('(') ? "only 'in', 'intersects' and 'pmatch' take a list" : undefined;
}

/** A hint for a word before a parenthesis that is no transformer. */
export function transformerHint(name: string): string | undefined {
  if (name === 'val') return 'val() stands only on the right of an operator';
  return didYouMean(name, TRANSFORMERS);
}
