/** Answers questions about itself; questions and answers are small numbers. */
export interface Subject {
  answer(question: number): number;
}

/** A result, or the question that is asked next, with what follows from its answers. */
type Node<T> =
  | { readonly question: undefined; readonly result: T }
  | { readonly question: number; readonly next: Node<T>[] };

/**
 * Results of one search on many subjects. The search asks a subject questions, and what it asks next depends on the
 * answers alone; so what it finds holds for all subjects that answer the same, whatever else they differ in.
 */
export class AnswerTree<T> {
  #root: Node<T> | undefined;

  /** @param search finds the result for a subject, and adds the questions that it asked, each once and in order */
  find<S extends Subject>(subject: S, search: (subject: S, asked: Set<number>) => T): T {
    let node = this.#root;
    while (node !== undefined) {
      if (node.question === undefined) return node.result;
      node = node.next[subject.answer(node.question)];
    }
    const asked = new Set<number>();
    const result = search(subject, asked);
    this.#root = grown(this.#root, asked.values(), subject, result);
    return result;
  }
}

/** A tree with one more result, which the answers to the questions lead to. */
function grown<T>(
  node: Node<T> | undefined,
  questions: Iterator<number>,
  subject: Subject,
  result: T,
): Node<T> {
  const { value: question, done } = questions.next();
  if (done === true) return { question: undefined, result };
  const fork = node?.question === undefined ? { question, next: [] } : node;
  const answer = subject.answer(question);
  fork.next[answer] = grown(fork.next[answer], questions, subject, result);
  return fork;
}
