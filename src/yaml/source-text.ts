import { sourceOffset } from './source-offset.ts';
import type { YamlNode, YamlScalar, YamlSource } from './yaml-node.ts';

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
  /** True for text of a file that comes with the program. */
  readonly trusted: boolean;
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

  /** The text of a scalar. */
  static of(node: YamlScalar): SourceText {
    return new SourceText([
      { text: node.text, node, from: 0, inserted: false, trusted: isTrusted(node) },
    ]);
  }

  /** Text that is not written in the file; it points at the start of `node`. */
  static inserted(text: string, node: YamlNode): SourceText {
    return new SourceText([
      { text, node: scalarAt(node), from: 0, inserted: true, trusted: isTrusted(node) },
    ]);
  }

  /** All parts, one after the other. */
  static join(parts: readonly SourceText[]): SourceText {
    return new SourceText(parts.flatMap((part) => part.#pieces));
  }

  /** The same text without surrounding blanks (C's isspace). */
  trimmed(): SourceText {
    const start = /^[ \t\n\v\f\r]*/.exec(this.text)![0].length;
    let end = this.text.length;
    while (end > start && /[ \t\n\v\f\r]/.test(this.text[end - 1]!)) end--;
    return this.slice(start, end);
  }

  /** The part `[start, end)`. */
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
    if (kept.length > 0) return new SourceText(kept);
    // An empty text has a place too.
    const { node, index } = this.#nodeAt(start);
    return new SourceText([{ text: '', node, from: index, inserted: true, trusted: false }]);
  }

  /**
   * Replaces `[start, end)` by `text`; errors inside the new text point at the character at `anchor`.
   *
   * @param trusted true for a text that comes with the program
   */
  replace(start: number, end: number, text: string, anchor: number, trusted = false): SourceText {
    const { node, index } = this.#nodeAt(anchor);
    const middle: Piece = { text, node, from: index, inserted: true, trusted };
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

  /** True for a character that comes with the program. */
  isTrusted(index: number): boolean {
    return this.#pieceAt(index).piece.trusted;
  }

  #pieceAt(index: number): { piece: Piece; start: number } {
    let end = 0;
    let found: { piece: Piece; start: number } | undefined;
    for (const piece of this.#pieces) {
      found = { piece, start: end };
      end += piece.text.length;
      if (index < end) break;
    }
    if (found === undefined) throw new Error('a text without pieces has no place');
    return found;
  }

  #nodeAt(index: number): { node: YamlScalar; index: number } {
    const { piece, start } = this.#pieceAt(index);
    const inPiece = Math.min(Math.max(index - start, 0), piece.text.length);
    return { node: piece.node, index: piece.inserted ? piece.from : piece.from + inPiece };
  }
}

function isTrusted({ source }: YamlNode): boolean {
  return source.trusted === true;
}

/** A scalar that only stands for a place. */
function scalarAt(node: YamlNode): YamlScalar {
  if (node.kind === 'scalar') return node;
  const { source, start } = node;
  return { kind: 'scalar', text: '', isNull: false, source, start, end: start, style: 'plain' };
}
