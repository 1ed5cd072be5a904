import type { BufferedLine } from '../text/assembler.ts';

/** A brace at the end of a text, where a value may start that continues in the next lines. */
const OPENING = /[\s:=>]\{\s*$/;

/** How the second line of an object starts that was written over several lines. */
const MEMBER = /^\s*"(?:[^"\\]|\\.){0,128}"\s*:/;

interface OpeningOptions {
  /** Decodes lines once more, in this order. */
  readonly again: (lines: readonly BufferedLine[]) => void;
  /** Puts an object together that starts at an index of a line. */
  readonly opens: (line: BufferedLine, start: number) => void;
}

/**
 * Holds a line of text back at whose end an object may start, as where tools put a prefix before an event that they
 * print over several lines, until the next line tells.
 */
export class OpeningLine {
  readonly #options: OpeningOptions;
  #line: BufferedLine | undefined;

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  get pending(): boolean {
    return this.#line !== undefined;
  }

  /** Takes a line of text. @returns false when it opens nothing, or was held back before */
  hold(line: BufferedLine): boolean {
    if (line.tries > 0 || !OPENING.test(line.text.slice(-64))) return false;
    this.#line = line;
    return true;
  }

  /** Takes the line behind the one that is held back; undefined at the end. @returns false when there is none */
  next(line: BufferedLine | undefined): boolean {
    const [held] = this.take();
    if (held === undefined) return false;
    const following = line === undefined ? [] : [line];
    if (line === undefined || !MEMBER.test(line.text)) {
      held.tries++;
      this.#options.again([held, ...following]);
    } else {
      const start = held.text.lastIndexOf('{');
      held.before = held.text.slice(0, start);
      this.#options.again(following);
      this.#options.opens(held, start);
    }
    return true;
  }

  /** The line that is held back, and no more. */
  take(): readonly BufferedLine[] {
    const line = this.#line;
    this.#line = undefined;
    return line === undefined ? [] : [line];
  }
}
