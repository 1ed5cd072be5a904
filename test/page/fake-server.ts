/** Stands in for the server of the page: answers by path, and when an answer comes. */
export interface FakeServer {
  /** A text is an error that the server names; a function is asked with the question. */
  readonly answers: Record<string, unknown>;
  readonly questions: { readonly path: string; readonly body: unknown }[];
  /** Takes the place of the global one. */
  readonly fetch: (path: string, given: RequestInit) => Promise<unknown>;
  /** The bodies of the questions to a path. */
  asked(path: string): unknown[];
  /** Holds back the answer to the next question to a path. @returns lets it go */
  hold(path: string): () => void;
}

export function fakeServer(): FakeServer {
  const answers: Record<string, unknown> = {};
  const questions: FakeServer['questions'] = [];
  const held = new Map<string, Promise<void>[]>();
  return {
    answers,
    questions,
    asked: (path) => questions.filter((each) => each.path === path).map(({ body }) => body),
    hold(path) {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      held.set(path, [...(held.get(path) ?? []), gate]);
      return release;
    },
    async fetch(path, { body, signal }) {
      const question: unknown = JSON.parse(body as string);
      questions.push({ path, body: question });
      const own = answers[path];
      const answer: unknown =
        typeof own === 'function' ? (own as (given: unknown) => unknown)(question) : own;
      const isProblem = typeof answer === 'string';
      const text = isProblem ? `${answer}\n` : JSON.stringify(answer);
      const stopped = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
      stopped.catch(() => undefined);
      const pause = new Promise<void>((resolve) => setTimeout(resolve, 1));
      await Promise.race([held.get(path)?.shift() ?? pause, stopped]);
      return { ok: !isProblem, text: () => Promise.resolve(text) };
    },
  };
}
