import type { InnerMembers } from '../../json/unread.ts';
import type { JsonObject } from '../../json/value.ts';
import type { WrapperContext } from '../decoded.ts';
import type { JsonNode } from '../json-node.ts';
import type { ProblemReason } from '../problems.ts';
import type { Fragment } from '../text/fragments.ts';

/** One thing found inside a wrapper. */
export type Part = { readonly context?: WrapperContext | undefined } &
  /** `bare`: `kind: Event` alone makes it an event. */
  (
    | { readonly kind: 'node'; readonly node: JsonNode; readonly bare?: boolean }
    /** An event that was built from other fields. */
    | { readonly kind: 'event'; readonly event: JsonObject; readonly text?: string }
    /** A piece of a record that its logger split; rejoined per key. */
    | ({ readonly kind: 'fragment' } & Fragment)
    | { readonly kind: 'problem'; readonly reason: ProblemReason; readonly detail?: string }
  );

/**
 * One JSON shape that carries audit events.
 *
 * The scanner reads lines like one that was read (events/shapes). Therefore `recognise` and `open` look at no more of
 * a text with an event than its first and last characters, and whether its size is one of CUT_SIZES (text/split.ts);
 * they do not look into an object that is an event; and they give texts on as they are.
 */
export interface Envelope {
  /** Name for `--input-format`; also names the sample. */
  readonly name: string;
  /** Where the shape comes from, for listings. */
  readonly description: string;
  /** Keys an object must have for {@link recognise} to be asked. */
  readonly keys: readonly string[];
  /** Keys of which it must have one at least, for a shape without {@link keys}. */
  readonly oneOf?: readonly string[];
  /** True when the object has this shape; `true` for nothing but the keys. */
  readonly recognise: (object: JsonObject) => boolean;
  /** True for a shape that many products share: it is tried after all others. */
  readonly generic?: boolean;
  /** Members that `recognise` does not look into, and `open` seldom: a line like the last one is parsed without them. */
  readonly bodies?: InnerMembers;
  /** Yields the events, fragments and problems inside. */
  readonly open: (node: JsonNode, object: JsonObject) => Iterable<Part>;
}

/** True when an envelope recognises an object. */
export function matches(envelope: Envelope, object: JsonObject): boolean {
  for (const key of envelope.keys) if (!Object.hasOwn(object, key)) return false;
  if (envelope.oneOf?.some((key) => Object.hasOwn(object, key)) === false) return false;
  return envelope.recognise(object);
}
