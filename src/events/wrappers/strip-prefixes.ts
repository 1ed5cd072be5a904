import { mergeContext } from '../context.ts';
import type { WrapperContext } from '../decoded.ts';
import type { Fragment } from '../text/fragments.ts';
import { MAX_PREFIXES } from '../limits.ts';
import { contentStart } from '../text/line-text.ts';
import { PREFIXES } from './prefixes.ts';
import type { Prefix } from './prefixes.ts';
import { isJournaldCut } from '../text/split.ts';

/** A line without its prefixes. */
export interface Stripped {
  readonly rest: string;
  readonly context: WrapperContext;
  /** The first prefix that was stripped. */
  readonly first: Prefix;
  readonly fragment?: Fragment;
}

/** The start of a line of the legacy audit format, whose own timestamp is no prefix. */
const LEGACY = /^\S{1,40} AUDIT: id="/;

/** Text that may follow the prefixes: JSON, a legacy line, or klog text, which is reported as such. */
const ACCEPTED = /^(?:[{["]|\S{1,40} AUDIT: id="|[IWEF]\d{4} \d\d:)/;

/** Streams with an open record; see Fragments. */
interface OpenStreams {
  has(key: string): boolean;
}

/**
 * A line without its prefixes, or undefined when what is behind them is no record.
 *
 * @param last the prefix tried first
 * @param only the one prefix that may be stripped
 */
export function stripPrefixes(
  text: string,
  last: Prefix | undefined,
  only: Prefix | undefined,
  open: OpenStreams,
): Stripped | undefined {
  let rest = text.slice(contentStart(text));
  if (LEGACY.test(rest)) return undefined;
  let context: WrapperContext = {};
  let first: Prefix | undefined;
  for (let round = 0; round < MAX_PREFIXES; round++) {
    const hit: Hit | undefined =
      round > 0
        ? strip(rest, undefined)
        : only === undefined
          ? strip(rest, last)
          : apply(only, rest);
    if (hit === undefined) return undefined;
    const { prefix, groups } = hit;
    first ??= prefix;
    rest = rest.slice(hit.length);
    context = mergeContext(context, prefix.context?.(groups));
    if (prefix.splits === true) {
      const key = `${prefix.name} ${groups['stream'] ?? ''}`;
      const isLast = groups['tag'] === 'F';
      if (!isLast || open.has(key)) {
        return { rest, context, first, fragment: { key, text: rest, last: isLast } };
      }
    }
    if (prefix.cuts === true) {
      const key = `${prefix.name} ${groups['host'] ?? ''} ${groups['ident'] ?? ''}`;
      const isLast = !isJournaldCut(rest) || rest.endsWith('}');
      if (open.has(key) || (!isLast && rest.startsWith('{'))) {
        return { rest, context, first, fragment: { key, text: rest, last: isLast } };
      }
    }
    rest = rest.slice(contentStart(rest));
    if (ACCEPTED.test(rest) && !rest.startsWith('[pod/')) return { rest, context, first };
  }
  return undefined;
}

interface Hit {
  readonly prefix: Prefix;
  readonly length: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

function strip(text: string, last: Prefix | undefined): Hit | undefined {
  const hit = last === undefined ? undefined : apply(last, text);
  if (hit !== undefined) return hit;
  for (const prefix of PREFIXES) {
    const found = apply(prefix, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

function apply(prefix: Prefix, text: string): Hit | undefined {
  const match = prefix.pattern.exec(text);
  if (match === null) return undefined;
  return { prefix, length: match[0].length, groups: match.groups ?? {} };
}
