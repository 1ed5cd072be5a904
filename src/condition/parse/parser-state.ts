import type { Span } from '../ast.ts';
import { ConditionError } from '../condition-error.ts';
import { Lexer } from './lexer.ts';
import { unescapeString } from './literal.ts';

/** Recursion that Falco allows for rule and macro conditions. */
const MAX_DEPTH = 1000;
/** Recursion of a condition without parentheses, and what each pair adds in Falco: 198 pairs pass, 199 do not. */
const DEPTH_OF_CONDITION = 6;
const DEPTH_PER_PARENTHESIS = 5;

/** State that all parts of the parser share: the text, the reading mode and the nesting depth. */
export class ParserState {
  readonly lexer: Lexer;
  /** True to read what Falco refuses as well (D14, D15). */
  readonly wide: boolean;
  #depth = DEPTH_OF_CONDITION;

  constructor(text: string, wide: boolean) {
    this.lexer = new Lexer(text);
    this.wide = wide;
  }

  /** Reads something in parentheses. @throws ConditionError when it is nested too deeply */
  nested<Node>(read: () => Node): Node {
    this.#depth += DEPTH_PER_PARENTHESIS;
    if (this.#depth > MAX_DEPTH) throw this.error(`exceeded max depth limit of ${MAX_DEPTH}`);
    const node = read();
    this.#depth -= DEPTH_PER_PARENTHESIS;
    return node;
  }

  /** The next character is `char`; it is not consumed. */
  isAt(char: string): boolean {
    return this.lexer.text.startsWith(char, this.lexer.at);
  }

  /** The value of a quoted string; undefined when none starts here, or it is never closed. */
  quoted(): string | undefined {
    const token = this.lexer.quoted(this.wide);
    if (token === undefined || token === 'open') return undefined;
    return unescapeString(token.raw, token.quote, token.start);
  }

  spanFrom(start: number): Span {
    return { start, end: this.lexer.at };
  }

  /** An error at the current position. */
  error(message: string, hint?: string): ConditionError {
    return new ConditionError(message, this.lexer.at, hint);
  }
}
