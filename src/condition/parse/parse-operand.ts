import type {
  ArgumentNode,
  FieldNode,
  ListNode,
  OperandNode,
  TextNode,
  TransformerNode,
} from '../ast.ts';
import type { ParserState } from './parser-state.ts';
import { openQuoteHint } from './syntax-hints.ts';

/** Reads a field or a transformer call; undefined when neither starts here. @throws ConditionError */
export function readOperand(state: ParserState): OperandNode | undefined {
  return readField(state) ?? readTransformer(state);
}

/** Reads `ka.uri.param[a]`. @throws ConditionError for bad brackets */
export function readField(state: ParserState): FieldNode | undefined {
  const start = state.lexer.at;
  const name = state.lexer.fieldName();
  if (name === undefined) return undefined;
  const argument = readArgument(state);
  return { kind: 'field', name, argument, span: state.spanFrom(start) };
}

function readArgument(state: ParserState): string | undefined {
  const { lexer } = state;
  if (!lexer.word('[')) return undefined;
  const argument = state.quoted() ?? lexer.bareArgument();
  if (argument === undefined) {
    const hint = openQuoteHint(state) ?? 'no blank may stand next to the brackets';
    throw state.error('expected a valid field argument: a quoted string or a bare string', hint);
  }
  if (!lexer.word(']')) {
    throw state.error("expected a ']' token", 'put an argument with blanks or quotes in quotes');
  }
  return argument;
}

/** Reads `tolower(ka.user.name)`. @throws ConditionError */
export function readTransformer(state: ParserState): TransformerNode | undefined {
  const { lexer } = state;
  const start = lexer.at;
  const name = lexer.transformer();
  if (name === undefined) return undefined;
  return state.nested(() => {
    lexer.word('(');
    const args: ArgumentNode[] = [];
    do {
      args.push(readTransformerArgument(state));
      lexer.blanks();
    } while (lexer.word(','));
    if (!lexer.word(')')) throw state.error("expected a ')' token closing the transformer");
    const argument = readArgument(state);
    return { kind: 'transformer', name, args, argument, span: state.spanFrom(start) };
  });
}

function readTransformerArgument(state: ParserState): ArgumentNode {
  state.lexer.blanks();
  const argument = readList(state) ?? readText(state) ?? readOperand(state);
  if (argument !== undefined) return argument;
  throw state.error(
    'expected field transformer argument: field, transformer, quoted string, number, or transformer list',
    openQuoteHint(state) ?? 'write plain text in quotes',
  );
}

function readList(state: ParserState): ListNode | undefined {
  const { lexer } = state;
  const start = lexer.at;
  if (!lexer.word('(')) return undefined;
  const items: (OperandNode | TextNode)[] = [];
  lexer.blanks();
  if (!lexer.word(')')) {
    do {
      lexer.blanks();
      const item = readOperand(state) ?? readText(state);
      if (item === undefined) {
        throw state.error(
          'expected transformer list argument: field, transformer, quoted string, or number',
          openQuoteHint(state) ?? 'write plain text in quotes',
        );
      }
      items.push(item);
      lexer.blanks();
    } while (lexer.word(','));
    if (!lexer.word(')')) throw state.error("expected a ')' token closing the transformer list");
  }
  return { kind: 'list', items, span: state.spanFrom(start) };
}

function readText(state: ParserState): TextNode | undefined {
  const start = state.lexer.at;
  const value = state.lexer.number() ?? state.quoted();
  return value === undefined ? undefined : { kind: 'text', value, span: state.spanFrom(start) };
}
