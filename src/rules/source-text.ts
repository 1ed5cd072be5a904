import { sourceOffset, type YamlScalar, type YamlSource } from './yaml.ts';

/** A position in a rules file: index in UTF-16 units. */
export interface SourcePosition {
  readonly source: YamlSource;
  readonly offset: number;
}

interface Piece {
  readonly text: string;
  readonly node: YamlScalar;
  /** Index in the node's text where the piece starts. */
  readonly from: number;
  /** True for text put in place of the character at `from`, such as the items of a list. */
  readonly inserted: boolean;
}

/**
 * Text put together from scalars of rules files: appended conditions, exceptions, items in place of list
 * names. It remembers where each part was written, so that errors point into the files (D11).
 */
export class SourceText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  private constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.text = pieces.map((piece) => piece.text).join('');
  }

  static of(node: YamlScalar): SourceText {
    return new SourceText([{ text: node.text, node, from: 0, inserted: false }]);
  }

  /** Text that stands for the whole of `node`. */
  static inserted(text: string, node: YamlScalar): SourceText {
    return new SourceText([{ text, node, from: 0, inserted: true }]);
  }

  static join(parts: readonly SourceText[]): SourceText {
    return new SourceText(parts.flatMap((part) => part.#pieces));
  }

  /** The same text without surrounding blanks. */
  trimmed(): SourceText {
    const start = this.text.length - this.text.trimStart().length;
    return this.slice(start, start + this.text.trim().length);
  }

  slice(start: number, end: number): SourceText {
    const kept: Piece[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, piece.text.length);
      if (from < to) {
        const text = piece.text.slice(from, to);
        kept.push({ ...piece, text, from: piece.inserted ? piece.from : piece.from + from });
      }
      at += piece.text.length;
    }
    return new SourceText(kept);
  }

  /** Puts `text` in place of `[start, end)`; positions inside it are those of `anchor`. */
  replace(start: number, end: number, text: string, anchor: number): SourceText {
    const { node, index } = this.#nodeAt(anchor);
    const middle: Piece = { text, node, from: index, inserted: true };
    return new SourceText([
      ...this.slice(0, start).#pieces,
      middle,
      ...this.slice(end, this.text.length).#pieces,
    ]);
  }

  /** Where the character at `index` was written. */
  locate(index: number): SourcePosition {
    const { node, index: inNode } = this.#nodeAt(index);
    return { source: node.source, offset: sourceOffset(node, inNode) };
  }

  #nodeAt(index: number): { node: YamlScalar; index: number } {
    let at = 0;
    let last = this.#pieces[0]!;
    for (const piece of this.#pieces) {
      last = piece;
      if (index < at + piece.text.length) break;
      at += piece.text.length;
    }
    const inPiece = Math.min(Math.max(index - at, 0), last.text.length);
    return { node: last.node, index: last.inserted ? last.from : last.from + inPiece };
  }
}
