/** Lines and characters that are looked at to tell what an input without events is. */
const MAX_LINES = 40;
const MAX_SIZE = 65_536;

/** Keeps the first lines of the first input that has any. */
export class FirstLook {
  #lines: string[] = [];
  #size = 0;
  #isOver = false;

  /** Takes a line that is not known to be an event; blank ones do not count. */
  note(text: string): void {
    if (this.#isOver || text.trim() === '') return;
    const part = text.slice(0, MAX_SIZE - this.#size);
    this.#lines.push(part);
    this.#size += part.length;
    this.#isOver = this.#size >= MAX_SIZE || this.#lines.length >= MAX_LINES;
  }

  /** Another input starts. */
  next(): void {
    if (this.#lines.length > 0) this.#isOver = true;
  }

  /** The lines so far, for {@link describeInput}; undefined without any. */
  get text(): string | undefined {
    return this.#lines.length === 0 ? undefined : this.#lines.join('\n');
  }
}
