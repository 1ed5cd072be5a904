import type { JsonObject } from '../../json/value.ts';
import type { WrapperContext, Trail } from '../decoded.ts';
import { JsonNode } from '../json-node.ts';
import { Watch, type Looked } from './looked.ts';

/** A text that was unwrapped: the line, or a string inside it. */
export interface Level {
  readonly text: string;
  prefixes: readonly string[];
  /** Its JSON, and what was asked of it. */
  json?: { readonly text: string; readonly root: Looked };
  /** What of it is a part of a text. */
  piece?: { readonly key: string; readonly text: string; readonly last: boolean };
}

/** The keys that tell that an object is an audit event. The scanner looks at their values too. */
const EVENT_KEYS = new Set(['kind', 'apiVersion']);

/** Follows how lines are unwrapped, one or the parts of one text, that hold one event together. */
export class LineTrail implements Trail {
  /** Of the line that was started last. */
  levels: [Level, ...Level[]] = [{ text: '', prefixes: [] }];
  readonly #watch = new Watch();
  /** The event, as an object of the last level, and the context around it. */
  found?: { readonly event: Looked; readonly context: WrapperContext };
  isRefused = false;

  start(line: string): void {
    this.levels = [{ text: line, prefixes: [] }];
  }

  get #level(): Level {
    return this.levels.at(-1)!;
  }

  refuse(): void {
    this.isRefused = true;
  }

  prefixes(names: readonly string[]): void {
    if (this.#level.prefixes.length > 0) this.refuse();
    this.#level.prefixes = names;
  }

  json(node: JsonNode): JsonNode {
    const { value } = node;
    if (typeof value !== 'object' || value === null || this.#watch.of(value) !== undefined) {
      return node;
    }
    if (this.#level.json !== undefined) this.refuse();
    const { text } = node;
    const watched = this.#watch.watched(value);
    this.#level.json = { text, root: this.#watch.of(watched)! };
    return JsonNode.root(watched, text);
  }

  string(text: string): void {
    // A line that is a JSON string, or base64 of something.
    if (this.#level.json === undefined && this.#level.piece === undefined) this.refuse();
    this.levels.push({ text, prefixes: [] });
  }

  piece(piece: NonNullable<Level['piece']>): void {
    if (this.#level.piece !== undefined) this.refuse();
    this.#level.piece = piece;
  }

  event(event: JsonObject, context: WrapperContext): void {
    const looked = this.#watch.of(event);
    const isRoot = looked !== undefined && looked === this.#level.json?.root;
    if (looked === undefined || this.found !== undefined) this.refuse();
    else if (!isRoot && !isUnread(looked)) this.refuse();
    else this.found = { event: looked, context };
  }
}

/** True when nothing was asked of an object but whether it is an event: a wrapper did not look into it. */
function isUnread({ asked, isListed }: Looked): boolean {
  return !isListed && [...asked].every((key) => EVENT_KEYS.has(key));
}
