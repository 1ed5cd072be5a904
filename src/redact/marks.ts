/** What stands for a credential in output. */
export const MARK = '[redacted]';

/** Takes the part of a text from `start` up to `end` for a credential. */
export type Mark = (start: number, end: number) => void;

/** A text that another one holds encoded, and where each of its characters stands there. */
export interface Layer {
  readonly text: string;
  /** Index in the outer text where a character begins. */
  readonly at: (index: number) => number;
  /** Index in the outer text behind the character before `index`. */
  readonly end: (index: number) => number;
}

/** What detectors in a text hand further texts to. */
export interface Nested {
  readonly mark: Mark;
  /** Marks a number in JSON: what stands for it needs quotes where the text is JSON itself. */
  readonly markNumber: Mark;
  /**
   * Looks through a text that stands encoded in this one.
   *
   * @param secret true when it is about a Secret
   */
  inside(layer: Layer, secret: boolean): void;
}

/** Collects parts of one text and replaces them. */
export class Marks {
  readonly #parts: [start: number, end: number, replacement: string][] = [];

  get size(): number {
    return this.#parts.length;
  }

  add(start: number, end: number, replacement = MARK): void {
    if (end > start) this.#parts.push([start, end, replacement]);
  }

  /** The text with every part replaced; parts that touch or overlap are one. */
  apply(text: string): string {
    if (this.#parts.length === 0) return text;
    const parts = this.#parts.toSorted(([a], [b]) => a - b);
    let result = '';
    let done = 0;
    for (let i = 0; i < parts.length;) {
      const [start, firstEnd, replacement] = parts[i]!;
      let end = firstEnd;
      for (i++; i < parts.length && parts[i]![0] <= end; i++) end = Math.max(end, parts[i]![1]);
      result += text.slice(done, start) + replacement;
      done = end;
    }
    return result + text.slice(done);
  }
}

/** A mark for a part of a text that begins at `offset`. */
export function shifted(mark: Mark, offset: number): Mark {
  return offset === 0 ? mark : (start, end) => mark(start + offset, end + offset);
}

/** A mark for the text of a layer. */
export function through(mark: Mark, { at, end: behind }: Layer): Mark {
  return (start, end) => mark(at(start), behind(end));
}
