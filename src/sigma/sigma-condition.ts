import { didYouMean } from '../util/suggest.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';

/** A `condition` of Sigma, over the names of detections. */
export type SigmaCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SigmaCondition[] }
  | { readonly kind: 'not'; readonly operand: SigmaCondition }
  | { readonly kind: 'detection'; readonly name: string };

/** Deeper nesting than any rule that a person writes. */
const MAX_DEPTH = 60;
/** A token: a bracket, or a word. A pipe starts an aggregation, which Sigma has given up. */
const TOKEN = /\s*(?:([()|])|([^\s()|]+))/y;

/**
 * Reads a condition: `and`, `or`, `not`, brackets, names of detections, `1 of` and `all of` a pattern or `them`.
 *
 * @param names the detections of the rule
 * @throws SigmaError at `node`
 */
export function parseSigmaCondition(
  text: string,
  names: readonly string[],
  node: YamlNode,
): SigmaCondition {
  const reader = new Reader(tokensOf(text), names, node);
  const condition = reader.or(0);
  reader.end();
  return condition;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? match[2]!);
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #names: readonly string[];
  readonly #node: YamlNode;
  #next = 0;

  constructor(tokens: readonly string[], names: readonly string[], node: YamlNode) {
    this.#tokens = tokens;
    this.#names = names;
    this.#node = node;
  }

  or(depth: number): SigmaCondition {
    return this.#chain('or', () => this.#chain('and', () => this.#not(depth)));
  }

  /** @throws SigmaError when something is left over */
  end(): void {
    const token = this.#tokens[this.#next];
    if (token === undefined) return;
    if (token === '|' || token.toLowerCase() === 'near') {
      const hint = 'Sigma has correlation rules instead';
      throw this.#error('aggregations behind a | are no longer part of Sigma', hint);
    }
    throw this.#error(`unexpected '${token}' in the condition`, "'and' or 'or' may be missing");
  }

  #chain(kind: 'and' | 'or', operand: () => SigmaCondition): SigmaCondition {
    const operands = [operand()];
    while (this.#takes(kind)) operands.push(operand());
    return operands.length === 1 ? operands[0]! : { kind, operands };
  }

  #not(depth: number): SigmaCondition {
    if (depth > MAX_DEPTH) throw this.#error('the condition is nested too deeply');
    if (this.#takes('not')) return { kind: 'not', operand: this.#not(depth + 1) };
    if (this.#takes('(')) {
      const inner = this.or(depth + 1);
      if (!this.#takes(')')) throw this.#error("a ')' is missing in the condition");
      return inner;
    }
    return this.#operand();
  }

  #operand(): SigmaCondition {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw this.#error('the condition ends where a detection should be');
    if (this.#tokens[this.#next]?.toLowerCase() === 'of') {
      this.#next++;
      return this.#selector(token);
    }
    if (this.#names.includes(token)) return { kind: 'detection', name: token };
    const known = this.#names.length === 0 ? undefined : `detections: ${this.#names.join(', ')}`;
    throw this.#error(
      `the condition names '${token}', which is no detection`,
      didYouMean(token, this.#names) ?? known,
    );
  }

  #selector(quantifier: string): SigmaCondition {
    const kind = QUANTIFIERS.get(quantifier.toLowerCase());
    if (kind === undefined) {
      throw this.#error(`'${quantifier} of' is not known`, "write '1 of', 'any of' or 'all of'");
    }
    const pattern = this.#tokens[this.#next++];
    if (pattern === undefined) throw this.#error(`'${quantifier} of' has no pattern behind it`);
    const names = this.#names.filter((name) => isSelected(name, pattern));
    if (names.length === 0) {
      throw this.#error(
        `'${quantifier} of ${pattern}' selects no detection`,
        `detections: ${this.#names.join(', ')}`,
      );
    }
    const operands = names.map((name): SigmaCondition => ({ kind: 'detection', name }));
    return operands.length === 1 ? operands[0]! : { kind, operands };
  }

  /** Takes a word, unless a detection has its name. */
  #takes(word: string): boolean {
    const token = this.#tokens[this.#next];
    const isWord =
      token === word || (token?.toLowerCase() === word && !this.#names.includes(token));
    if (isWord) this.#next++;
    return isWord;
  }

  #error(message: string, hint?: string): SigmaError {
    return new SigmaError(message, this.#node, hint);
  }
}

const QUANTIFIERS: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['1', 'or'],
  ['any', 'or'],
  ['all', 'and'],
]);

/** Names that begin with an underscore belong to no pattern that does not. */
function isSelected(name: string, pattern: string): boolean {
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  return pattern === 'them' || matchesStars(name, pattern.split('*'));
}

/** @param pieces a pattern without its stars */
function matchesStars(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return name === first;
  const last = rest.pop()!;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
