import { skipBlanks, skipValue } from '../../json/locate.ts';
import { decodeString, stringEnd } from '../../json/quoted-text.ts';
import type { Looked } from './looked.ts';
import type { ShapePart } from './line-shape.ts';

/** Where in a JSON value the next level is: an object, or a string with this text. */
export type Hole =
  | { readonly kind: 'event'; readonly event: Looked }
  | { readonly kind: 'string'; readonly text: string };

/** Thrown inside this file when another line of the same shape could be read otherwise. */
class NoShape extends Error {}

/**
 * The parts of a JSON text. Keys and values that were read are text; of other values nothing counts.
 *
 * @returns undefined when there is not exactly one place of the hole, or a key comes twice
 */
export function jsonParts(text: string, root: Looked, hole: Hole): ShapePart[] | undefined {
  const walk = new Walk(text, hole);
  try {
    const end = walk.value(skipBlanks(text, 0), root);
    walk.text(end, text.length);
    return walk.holes === 1 ? walk.parts : undefined;
  } catch (error) {
    if (error instanceof NoShape) return undefined;
    throw error;
  }
}

class Walk {
  readonly parts: ShapePart[] = [];
  holes = 0;
  readonly #text: string;
  readonly #hole: Hole;

  constructor(text: string, hole: Hole) {
    this.#text = text;
    this.#hole = hole;
  }

  /** Adds a part of the text as it is. */
  text(from: number, to: number): void {
    if (to > from) this.parts.push({ kind: 'text', text: this.#text.slice(from, to) });
  }

  /** Adds an object or array. @returns the index after it */
  value(at: number, looked: Looked): number {
    const end = skipValue(this.#text, at);
    if (this.#hole.kind === 'event' && this.#hole.event === looked) {
      this.#add({ kind: 'event' });
    } else if (!looked.isOpen) {
      this.parts.push({ kind: 'value', first: this.#text[at] === '{' ? '{' : '[' });
    } else if (this.#text[at] === '{') this.#object(at, looked);
    else this.#array(at, looked);
    return end;
  }

  #object(start: number, looked: Looked): void {
    const text = this.#text;
    const keys = new Set<string>();
    let kept = start;
    let at = skipBlanks(text, start + 1);
    while (text[at] === '"') {
      const keyEnd = stringEnd(text, at);
      const key = decodeString(text.slice(at + 1, keyEnd - 1));
      if (keys.has(key)) throw new NoShape();
      keys.add(key);
      const value = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
      this.text(kept, value);
      kept = this.#member(value, looked, key);
      at = this.#next(kept);
    }
    this.text(kept, at + 1);
  }

  #array(start: number, looked: Looked): void {
    const text = this.#text;
    let kept = start;
    let at = skipBlanks(text, start + 1);
    for (let index = 0; text[at] !== ']'; index++) {
      if (at >= text.length) throw new NoShape();
      this.text(kept, at);
      kept = this.#member(at, looked, String(index));
      at = this.#next(kept);
    }
    this.text(kept, at + 1);
  }

  /** Where the next member starts, or the closing bracket is. */
  #next(end: number): number {
    const at = skipBlanks(this.#text, end);
    return this.#text[at] === ',' ? skipBlanks(this.#text, at + 1) : at;
  }

  /** Adds the value of a member. @returns the index after it */
  #member(at: number, looked: Looked, key: string): number {
    const end = skipValue(this.#text, at);
    const inner = looked.taken.get(key);
    if (inner !== undefined) return this.value(at, inner);
    const container = looked.value as Readonly<Record<string, unknown>>;
    if (!looked.taken.has(key)) this.parts.push({ kind: 'value' });
    else if (this.#hole.kind === 'string' && container[key] === this.#hole.text) {
      this.#add({ kind: 'string' });
    } else this.text(at, end);
    return end;
  }

  #add(part: ShapePart): void {
    this.holes++;
    this.parts.push(part);
  }
}
