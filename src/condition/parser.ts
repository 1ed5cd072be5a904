import type {
  ArgumentNode,
  CheckNode,
  ConditionNode,
  FieldNode,
  ListNode,
  Modifier,
  OperandNode,
  Operator,
  RightNode,
  Span,
  TextNode,
  TransformerName,
  TransformerNode,
} from './ast.ts';
import { ConditionError } from './errors.ts';
import { Lexer } from './lexer.ts';
import { unescapeString } from './literal.ts';

/** Recursion that Falco allows for rule and macro conditions. */
const MAX_DEPTH = 1000;
/** Recursion that one more pair of parentheses costs in Falco: 150 pairs pass, 250 do not. */
const DEPTH_PER_PARENTHESIS = 5;

const OPERATOR_EXPECTED =
  "expected a valid check operator: one of 'exists', '<=', '<', '>=', '>', '==', '=', '!=', 'glob', " +
  "'iglob', 'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex', " +
  "'intersects', 'in', 'pmatch'";
const TRANSFORMER_EXPECTED =
  "or a field with a valid transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', 'len', " +
  "'join', 'concat', 'getopt'";

/** A parsed condition. */
export interface ParsedCondition {
  readonly node: ConditionNode;
  /** What Falco would say against the text, when only k8s-audit reads it (D14, D15). */
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
    return { node: new Parser(text, false).parse(), refusedByFalco: undefined };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    try {
      return { node: new Parser(text, true).parse(), refusedByFalco: error };
    } catch {
      throw error;
    }
  }
}

/** Parses a field or transformer that makes up the whole text, as an output template needs it. */
export function parseOperand(text: string): OperandNode | undefined {
  const parser = new Parser(text, false);
  try {
    const operand = parser.operand();
    return parser.atEnd ? operand : undefined;
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
}

class Parser {
  readonly #lexer: Lexer;
  readonly #wide: boolean;
  #depth = 0;

  constructor(text: string, wide: boolean) {
    this.#lexer = new Lexer(text);
    this.#wide = wide;
  }

  get atEnd(): boolean {
    return this.#lexer.atEnd;
  }

  parse(): ConditionNode {
    if (this.#lexer.text === '') throw this.#error('filter input string is empty');
    const node = this.#or();
    if (!this.#lexer.atEnd) {
      throw this.#error(
        `unexpected token after '${this.#lexer.last}', expecting 'or', 'and'`,
        this.#operatorHint(),
      );
    }
    return node;
  }

  #or(): ConditionNode {
    return this.#chain('or', () => this.#and());
  }

  #and(): ConditionNode {
    return this.#chain('and', () => this.#not());
  }

  #chain(kind: 'and' | 'or', operand: () => ConditionNode): ConditionNode {
    const start = this.#lexer.at;
    this.#lexer.blanks();
    const children = [operand()];
    this.#lexer.blanks();
    while (this.#lexer.word(kind)) {
      if (this.#lexer.blanks()) children.push(operand());
      else if (this.#lexer.text[this.#lexer.at] === '(') {
        // Falco takes only the parentheses as the operand here; D15 reads on as usual.
        children.push(this.#wide ? operand() : this.#parenthesised());
      } else throw this.#error(`expected blank or '(' after '${kind}'`);
      this.#lexer.blanks();
    }
    if (children.length === 1) return children[0]!;
    return { kind, children, span: this.#spanFrom(start) };
  }

  #not(): ConditionNode {
    this.#lexer.blanks();
    const start = this.#lexer.at;
    let negated = false;
    while (this.#lexer.not()) negated = !negated;
    let child: ConditionNode;
    if (this.#lexer.text.startsWith('not(', this.#lexer.at)) {
      this.#lexer.word('not');
      negated = !negated;
      child = this.#parenthesised();
    } else {
      child = this.#check();
    }
    return negated ? { kind: 'not', child, span: this.#spanFrom(start) } : child;
  }

  #parenthesised(): ConditionNode {
    this.#depth += DEPTH_PER_PARENTHESIS;
    if (this.#depth > MAX_DEPTH) {
      throw this.#error(`exceeded max depth limit of ${MAX_DEPTH}`);
    }
    this.#lexer.word('(');
    const node = this.#or();
    this.#lexer.blanks();
    if (!this.#lexer.word(')')) throw this.#error("expected a ')' token", this.#operatorHint());
    this.#depth -= DEPTH_PER_PARENTHESIS;
    return node;
  }

  #check(): ConditionNode {
    this.#lexer.blanks();
    if (this.#lexer.text[this.#lexer.at] === '(') return this.#parenthesised();
    const start = this.#lexer.at;
    const operand = this.operand();
    if (operand !== undefined) return this.#comparison(operand, start);
    const name = this.#lexer.identifier();
    if (name !== undefined) return { kind: 'macro', name, span: this.#spanFrom(start) };
    throw this.#error("expected a '(' token, a field check, or an identifier");
  }

  /** A field or a transformer; undefined when neither starts here. */
  operand(): OperandNode | undefined {
    return this.#field() ?? this.#transformer();
  }

  #field(): FieldNode | undefined {
    const start = this.#lexer.at;
    const name = this.#lexer.fieldName();
    if (name === undefined) return undefined;
    const argument = this.#argument();
    return { kind: 'field', name, argument, span: this.#spanFrom(start) };
  }

  #argument(): string | undefined {
    if (!this.#lexer.word('[')) return undefined;
    const argument = this.#quoted() ?? this.#lexer.bareArgument();
    if (argument === undefined) {
      throw this.#error('expected a valid field argument: a quoted string or a bare string');
    }
    if (!this.#lexer.word(']')) throw this.#error("expected a ']' token");
    return argument;
  }

  #transformer(): TransformerNode | undefined {
    const start = this.#lexer.at;
    const name = this.#lexer.transformer();
    if (name === undefined) return undefined;
    this.#depth += DEPTH_PER_PARENTHESIS;
    if (this.#depth > MAX_DEPTH) throw this.#error(`exceeded max depth limit of ${MAX_DEPTH}`);
    this.#lexer.word('(');
    const args: ArgumentNode[] = [this.#transformerArgument()];
    this.#lexer.blanks();
    while (this.#lexer.word(',')) {
      args.push(this.#transformerArgument());
      this.#lexer.blanks();
    }
    if (!this.#lexer.word(')')) {
      throw this.#error("expected a ')' token closing the transformer");
    }
    const argument = this.#argument();
    this.#depth -= DEPTH_PER_PARENTHESIS;
    const span = this.#spanFrom(start);
    return { kind: 'transformer', name: name as TransformerName, args, argument, span };
  }

  #transformerArgument(): ArgumentNode {
    this.#lexer.blanks();
    const start = this.#lexer.at;
    if (this.#lexer.word('(')) return this.#transformerList(start);
    const argument = this.#text() ?? this.operand();
    if (argument !== undefined) return argument;
    throw this.#error(
      'expected field transformer argument: field, transformer, quoted string, number, or transformer list',
    );
  }

  #transformerList(start: number): ListNode {
    const items: (OperandNode | TextNode)[] = [];
    this.#lexer.blanks();
    if (!this.#lexer.word(')')) {
      do {
        this.#lexer.blanks();
        const item = this.operand() ?? this.#text();
        if (item === undefined) {
          throw this.#error(
            'expected transformer list argument: field, transformer, quoted string, or number',
          );
        }
        items.push(item);
        this.#lexer.blanks();
      } while (this.#lexer.word(','));
      if (!this.#lexer.word(')')) {
        throw this.#error("expected a ')' token closing the transformer list");
      }
    }
    return { kind: 'list', items, span: this.#spanFrom(start) };
  }

  #text(): TextNode | undefined {
    const start = this.#lexer.at;
    const value = this.#lexer.number() ?? this.#quoted();
    return value === undefined ? undefined : { kind: 'text', value, span: this.#spanFrom(start) };
  }

  #comparison(left: OperandNode, start: number): CheckNode {
    this.#lexer.blanks();
    const check = (
      operator: Operator,
      right: RightNode,
      modifier?: Modifier,
    ): CheckNode => ({ kind: 'check', left, operator, modifier, right, span: this.#spanFrom(start) });

    if (this.#lexer.word('exists')) return check('exists', { kind: 'none' });
    const numberOperator = this.#lexer.numberOperator();
    if (numberOperator !== undefined) return check(numberOperator, this.#numberRight());
    const stringOperator = this.#lexer.stringOperator();
    if (stringOperator !== undefined) {
      const modifier = this.#modifier();
      if (modifier === undefined) return check(stringOperator, this.#stringRight());
      return check(stringOperator, this.#modifierList(), modifier);
    }
    const listOperator = this.#lexer.listOperator();
    if (listOperator !== undefined) return check(listOperator, this.#listRight());
    throw this.#error(OPERATOR_EXPECTED);
  }

  /** A modifier, when what follows makes it one: else the word is an ordinary value. */
  #modifier(): Modifier | undefined {
    const before = this.#lexer.at;
    const last = this.#lexer.last;
    if (this.#lexer.blanks()) {
      const modifier = this.#lexer.modifier();
      if (modifier !== undefined) {
        this.#lexer.blanks();
        const at = this.#lexer.at;
        if (this.#lexer.text[at] === '(') return modifier;
        const word = this.#lexer.identifier();
        this.#lexer.at = at;
        if (word !== undefined && !['and', 'or', 'not'].includes(word)) return modifier;
      }
    }
    this.#lexer.at = before;
    this.#lexer.last = last;
    return undefined;
  }

  #numberRight(): RightNode {
    this.#lexer.blanks();
    const operand = this.#rightOperand();
    if (operand !== undefined) return operand;
    const start = this.#lexer.at;
    const value = this.#lexer.number();
    if (value === undefined) {
      throw this.#error(`expected a number value ${TRANSFORMER_EXPECTED}`);
    }
    return { kind: 'value', value, span: this.#spanFrom(start) };
  }

  #stringRight(): RightNode {
    this.#lexer.blanks();
    const operand = this.#rightOperand();
    if (operand !== undefined) return operand;
    const start = this.#lexer.at;
    const value = this.#value();
    if (value === undefined) {
      throw this.#error(`expected a string value ${TRANSFORMER_EXPECTED}`);
    }
    return { kind: 'value', value, span: this.#spanFrom(start) };
  }

  #listRight(): RightNode {
    this.#lexer.blanks();
    const list = this.#list() ?? this.#rightOperand() ?? this.#identifierList();
    if (list !== undefined) return list;
    throw this.#error(`expected a list, an identifier, ${TRANSFORMER_EXPECTED}`);
  }

  #modifierList(): RightNode {
    const list = this.#list() ?? this.#identifierList();
    if (list !== undefined) return list;
    throw this.#error('expected a list or an identifier');
  }

  #identifierList(): RightNode | undefined {
    const start = this.#lexer.at;
    const name = this.#lexer.identifier();
    if (name === undefined) return undefined;
    return { kind: 'list', values: [name], span: this.#spanFrom(start) };
  }

  #list(): RightNode | undefined {
    const start = this.#lexer.at;
    if (!this.#lexer.word('(')) return undefined;
    const values: string[] = [];
    this.#lexer.blanks();
    if (!this.#lexer.word(')')) {
      do {
        this.#lexer.blanks();
        const value = this.#value();
        if (value === undefined) throw this.#error('expected a string value');
        values.push(value);
        this.#lexer.blanks();
      } while (this.#lexer.word(','));
      if (!this.#lexer.word(')')) throw this.#error("expected a ')' token");
    }
    return { kind: 'list', values, span: this.#spanFrom(start) };
  }

  /** `val(field)` or a transformer on the right of an operator. */
  #rightOperand(): RightNode | undefined {
    const start = this.#lexer.at;
    let operand: OperandNode | undefined;
    if (this.#lexer.word('val(')) {
      this.#lexer.blanks();
      operand = this.#field();
      if (operand === undefined) throw this.#error("expected a field within 'val' transformer");
      this.#lexer.blanks();
      if (!this.#lexer.word(')')) {
        throw this.#error("expected a ')' token closing the transformer");
      }
    } else {
      operand = this.#transformer();
    }
    if (operand === undefined) return undefined;
    return { kind: 'operand', operand, span: this.#spanFrom(start) };
  }

  #value(): string | undefined {
    return this.#quoted() ?? this.#lexer.bareValue();
  }

  #quoted(): string | undefined {
    const token = this.#lexer.quoted(this.#wide);
    if (token === undefined || token === 'open') return undefined;
    return unescapeString(token.raw, token.quote, token.start);
  }

  #spanFrom(start: number): Span {
    return { start, end: this.#lexer.at };
  }

  /** What to write instead of an operator of other languages. */
  #operatorHint(): string | undefined {
    const rest = this.#lexer.text.slice(this.#lexer.at, this.#lexer.at + 4);
    if (rest.startsWith('&&') || rest.startsWith('AND')) return "write 'and'";
    if (rest.startsWith('||') || rest.startsWith('OR')) return "write 'or'";
    return undefined;
  }

  #error(message: string, hint?: string): ConditionError {
    return new ConditionError(message, this.#lexer.at, hint);
  }
}
