// Room events/shapes: what a line is like that holds one event, learned from one such line, so that the next ones
// like it need no decoder.
// Door: this file for the form of a shape, learn-shape.ts to learn one.
// Neighbours: decode and wrappers tell a Trail (../decoded.ts) how they unwrap a line; the fast engine compares lines
// with shapes in its scanner.
// Inside: line-trail.ts follows the unwrapping, looked.ts what is asked of its values; head-parts.ts and
// json-parts.ts make a shape of that.

import type { WrapperContext } from '../decoded.ts';

/** A part of a line, or of a text inside it. */
export type ShapePart =
  /** Exactly this text. */
  | { readonly kind: 'text'; readonly text: string }
  /** One digit. */
  | { readonly kind: 'digit' }
  /** What comes next is this text; it is not passed over. */
  | { readonly kind: 'ahead'; readonly text: string }
  /** Any JSON value; one that starts with `first` where that is given. */
  | { readonly kind: 'value'; readonly first?: '{' | '[' | undefined }
  /** The event, an object. */
  | { readonly kind: 'event' }
  /** A JSON string whose text has parts of its own: the next level. */
  | { readonly kind: 'string' }
  /** All the rest of the line: a part of a text that a logger cut. */
  | { readonly kind: 'rest' };

/**
 * What lines are like that the decoder reads alike, in the state in which it is: one event where the part `event` is,
 * with the same context, and no problem; and the state stays as it is.
 */
export interface LineShape {
  /** Parts of the line, then of the text of the string in it, and so on inwards. The last one has the event. */
  readonly levels: readonly (readonly ShapePart[])[];
  readonly context: WrapperContext;
  /**
   * Where the line has a part of a text only: which lines have the others. The part is what is at `rest`, or at
   * `string`. The levels behind the first one are those of the whole text, and the last part has them.
   */
  readonly piece?: { readonly stream: string; readonly isLast: boolean } | undefined;
}
