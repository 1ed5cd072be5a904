import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
  TRANSFORMERS,
} from '../ast.ts';
import type {
  ListOperator,
  Modifier,
  NumberOperator,
  StringOperator,
  TransformerName,
} from '../ast.ts';

// Falco's own classes: `lex_blank` and the regular expressions of filter/parser.cpp.
const BLANK = /[ \t\r\n\b]+/y;
const NOT = /not[ \t\n\r\v\f]+/y;
const FIELD_NAME = /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y;
const IDENTIFIER = /[a-zA-Z]+[a-zA-Z0-9_]*/y;
const BARE_ARGUMENT = /[^[\]"' \t\n\r\v\f]+/y;
const BARE_VALUE = /[^()"'=, \t\n\r\v\f]+/y;
const HEX = /0[xX][0-9a-fA-F]+/y;
const NUMBER = /[+-]?[0-9]+[.]?[0-9]*(?:[eE][+-][0-9]+)?/y;

/** Reads tokens of a condition at a moving position; each method moves only when it matches. */
export class Lexer {
  readonly text: string;
  at = 0;
  /** The token read last, for "unexpected token after". */
  last = '';

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Skips blanks; true when there was at least one. */
  blanks(): boolean {
    const start = this.at;
    this.#match(BLANK, false);
    return this.at > start;
  }

  word(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    this.last = text;
    return true;
  }

  not(): boolean {
    return this.#match(NOT) !== undefined;
  }

  fieldName(): string | undefined {
    return this.#match(FIELD_NAME);
  }

  identifier(): string | undefined {
    return this.#match(IDENTIFIER);
  }

  bareArgument(): string | undefined {
    return this.#match(BARE_ARGUMENT);
  }

  bareValue(): string | undefined {
    return this.#match(BARE_VALUE);
  }

  number(): string | undefined {
    return this.#match(HEX) ?? this.#match(NUMBER);
  }

  /** A transformer's name; the opening parenthesis must follow at once. */
  transformer(): TransformerName | undefined {
    return TRANSFORMERS.find((name) => {
      return this.text[this.at + name.length] === '(' && this.word(name);
    });
  }

  numberOperator(): NumberOperator | undefined {
    return NUMBER_OPERATORS.find((operator) => this.word(operator));
  }

  /** A symbol, or a word that a blank follows. */
  stringOperator(): StringOperator | undefined {
    return STRING_OPERATORS.find((operator) => {
      if (!/^[a-z]/.test(operator)) return this.word(operator);
      return this.#isBlank(this.at + operator.length) && this.word(operator);
    });
  }

  listOperator(): ListOperator | undefined {
    return LIST_OPERATORS.find((operator) => this.word(operator));
  }

  modifier(): Modifier | undefined {
    return MODIFIERS.find((modifier) => {
      return this.#isBlank(this.at + modifier.length) && this.word(modifier);
    });
  }

  /**
   * The inside of a quoted string and its quote; undefined when no string starts here.
   *
   * The closing quote is the first one whose previous character is no backslash: in Falco a string
   * cannot end in an escaped backslash. With `paired` backslashes escape each other (D14).
   */
  quoted(paired: boolean): { raw: string; quote: string; start: number } | 'open' | undefined {
    const quote = this.text[this.at];
    if (quote !== '"' && quote !== "'") return undefined;
    const start = this.at + 1;
    let end = this.text.indexOf(quote, start);
    while (end !== -1 && end > start && this.#isEscaped(start, end, paired)) {
      end = this.text.indexOf(quote, end + 1);
    }
    if (end === -1) return 'open';
    this.last = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    return { raw: this.text.slice(start, end), quote, start };
  }

  #isEscaped(start: number, end: number, paired: boolean): boolean {
    if (!paired) return this.text[end - 1] === '\\';
    let backslashes = 0;
    while (end - 1 - backslashes >= start && this.text[end - 1 - backslashes] === '\\') {
      backslashes++;
    }
    return backslashes % 2 === 1;
  }

  #isBlank(index: number): boolean {
    return index < this.text.length && ' \t\r\n\b'.includes(this.text[index]!);
  }

  #match(pattern: RegExp, remember = true): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.at += found.length;
    if (remember) this.last = found;
    return found;
  }
}
