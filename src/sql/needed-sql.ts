import type { Atom } from '../condition/condition.ts';
import { needsOf, textsOf } from '../fast/body-search/needed-texts.ts';
import type { Sql, SqlGraph } from './sql-graph.ts';
import { patternOf, quoted } from './sql-text.ts';

/** Texts that are searched for in lines, all at once, each by its number. */
export class NeededTexts {
  readonly #numbers = new Map<string, number>();
  readonly #graph: SqlGraph;

  constructor(graph: SqlGraph) {
    this.#graph = graph;
  }

  /**
   * What the bodies of an event must hold wherever an atom is true on it; always true where that is not known. Rows
   * whose spelling may hide a text count as holding it.
   */
  needed(atom: Atom): Sql {
    const graph = this.#graph;
    const needs = needsOf(atom).map(({ anyOf }) => anyOf);
    const texts = needs.length === 0 && isWholeText(atom) ? textsOf(atom) : undefined;
    return graph.and(
      ...[...needs, ...(texts === undefined ? [] : [texts])].map((anyOf) => {
        const numbers = anyOf.map(({ text, ignoreCase }) => this.#numberOf(text, ignoreCase));
        return graph.or(
          graph.not(graph.guard('plain')),
          graph.test(
            numbers.length === 1
              ? `has(found, ${numbers[0]!})`
              : `hasAny(found, [${numbers.toSorted((a, b) => a - b).join(', ')}])`,
          ),
        );
      }),
    );
  }

  /** The numbers of the texts that a line holds. */
  get foundSql(): string {
    if (this.#numbers.size === 0) return '[]';
    return `multiMatchAllIndices(line, [${[...this.#numbers.keys()].map(quoted).join(', ')}])`;
  }

  #numberOf(text: string, ignoreCase: boolean): number {
    const pattern = `${ignoreCase ? '(?i)' : ''}${patternOf(text)}`;
    let number = this.#numbers.get(pattern);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(pattern, number);
    }
    return number;
  }
}

/** True where an atom reads one value of an event as its text, and the columns do not have that. */
function isWholeText({ left, right }: Atom): boolean {
  const path = left.field?.bound.path;
  return right === undefined && path?.length === 1 && path[0] === 'annotations';
}
