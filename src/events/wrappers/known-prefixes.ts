import type { Trail, WrapperContext } from '../decoded.ts';
import type { InputFormat } from './formats.ts';
import { PREFIXES, type Prefix } from './prefixes.ts';
import { stripPrefixes, type OpenStreams, type Stripped } from './strip-prefixes.ts';
import type { Before } from './unwrapping.ts';

interface KnownPrefixesOptions {
  readonly format: InputFormat | undefined;
  readonly lastPrefix?: number | undefined;
  readonly trail?: Trail | undefined;
}

/** Takes prefixes from texts, and tries the one that the text before had first. */
export class KnownPrefixes {
  readonly #options: KnownPrefixesOptions;
  readonly #open: OpenStreams;
  #last: Prefix | undefined;

  constructor(options: KnownPrefixesOptions, open: OpenStreams) {
    this.#options = options;
    this.#open = open;
    this.#last = PREFIXES[options.lastPrefix ?? -1];
  }

  /** Index of the prefix that is tried first; -1 for none. */
  get last(): number {
    return this.#last === undefined ? -1 : PREFIXES.indexOf(this.#last);
  }

  /** True when a text starts with a known prefix of another logger. */
  startOf(text: string): boolean {
    return this.#strip(text) !== undefined;
  }

  /** True when one text is prefixes of the other, and nothing but them. */
  isBefore(before: string, text: string): boolean {
    const stripped = this.#strip(before + text);
    return stripped?.fragment === undefined && stripped?.rest === text;
  }

  /** A text without its prefixes, undefined when it has none. */
  take(text: string): Stripped | undefined {
    const stripped = this.#strip(text);
    if (stripped === undefined) return undefined;
    this.#options.trail?.prefixes(stripped.prefixes.map(({ name }) => name));
    this.#last = stripped.prefixes.slice(0, 1).find(({ generic }) => generic !== true);
    return stripped;
  }

  /**
   * What prefixes say that stand from one index of a text to another; undefined when they are not those that were
   * before the text.
   */
  again(
    text: string,
    from: number,
    to: number,
    before: Before | undefined,
  ): WrapperContext | undefined {
    const stripped = before && this.#strip(text.slice(from));
    if (stripped === undefined || stripped.fragment !== undefined) return undefined;
    const isThere = stripped.rest.length === text.length - to;
    const isLike =
      stripped.prefixes.length === before!.prefixes.length &&
      stripped.prefixes.every((prefix, i) => prefix === before!.prefixes[i]);
    return isThere && isLike ? stripped.context : undefined;
  }

  #strip(text: string): Stripped | undefined {
    const { format } = this.#options;
    if (format !== undefined && format.prefix === undefined) return undefined;
    return stripPrefixes(text, this.#last, format?.prefix, this.#open);
  }
}
