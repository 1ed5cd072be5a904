/** Cuts text into lines. Empty ones are left out. */
export class LineCutter {
  readonly #take: (line: string) => void;
  #part = '';

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  write(text: string): void {
    const lines = (this.#part + text).split('\n');
    this.#part = lines.pop()!;
    for (const line of lines) if (line !== '') this.#take(line);
  }
}
