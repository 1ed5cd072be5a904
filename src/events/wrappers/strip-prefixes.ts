import { mergeContext } from '../context.ts';
import type { WrapperContext } from '../decoded.ts';
import type { Fragment } from '../text/fragments.ts';
import { MAX_PREFIXES } from '../limits.ts';
import { joinedText } from '../text/line-bytes.ts';
import { contentStart } from '../text/line-text.ts';
import { PREFIXES } from './prefixes.ts';
import type { Prefix } from './prefixes.ts';
import { isJournaldCut } from '../text/split.ts';

/** A line without its prefixes. */
export interface Stripped {
  readonly rest: string;
  readonly context: WrapperContext;
  /** The prefixes that were stripped, at least one. */
  readonly prefixes: readonly Prefix[];
  readonly fragment?: Fragment;
}

/** The start of a line of the legacy audit format, whose own timestamp is no prefix. */
const LEGACY = /^\S{1,40} AUDIT: id="/;

/** Text that may follow the prefixes: JSON, a legacy line, or klog text, which is reported as such. */
const ACCEPTED = /^(?:[{["]|\S{1,40} AUDIT: id="|[IWEF]\d{4} \d\d:)/;

/** Streams with an open record; see Fragments. */
export interface OpenStreams {
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
  if (LEGACY.test(rest.slice(0, headLength(rest)))) return undefined;
  let context: WrapperContext = {};
  const prefixes: Prefix[] = [];
  for (let round = 0; round < MAX_PREFIXES; round++) {
    const isFirst = round === 0;
    const hit = strip(
      rest,
      isFirst && only !== undefined ? [only] : candidates(rest, isFirst ? last : undefined),
    );
    if (hit === undefined) return undefined;
    const { prefix, groups } = hit;
    prefixes.push(prefix);
    rest = rest.slice(hit.length);
    context = mergeContext(context, prefix.context?.(groups));
    if (prefix.splits === true) {
      const key = `${prefix.name} ${groups['stream'] ?? ''}`;
      const isLast = groups['tag'] === 'F';
      if (!isLast || open.has(key)) {
        return { rest, context, prefixes, fragment: { key, text: rest, last: isLast } };
      }
      rest = joinedText(rest);
    }
    if (prefix.cuts === true) {
      const key = `${prefix.name} ${groups['host'] ?? ''} ${groups['ident'] ?? ''}`;
      const isLast = !isJournaldCut(rest) || rest.endsWith('}');
      if (open.has(key) || (!isLast && rest.startsWith('{'))) {
        return { rest, context, prefixes, fragment: { key, text: rest, last: isLast } };
      }
    }
    rest = rest.slice(contentStart(rest));
    if (ACCEPTED.test(rest) && !rest.startsWith('[pod/')) return { rest, context, prefixes };
  }
  return undefined;
}

/** The prefixes that a text may have by its first character, one of them first. */
function candidates(text: string, first: Prefix | undefined): readonly Prefix[] {
  if (text === '') return [];
  const start = Math.min(text.charCodeAt(0), OTHER_START.charCodeAt(0));
  let lists = CANDIDATES.get(first);
  if (lists === undefined) CANDIDATES.set(first, (lists = []));
  return (lists[start] ??= (first === undefined ? PREFIXES : [first, ...PREFIXES]).filter(
    ({ starts }) => starts.test(String.fromCharCode(start)),
  ));
}

/** By the prefix that is first and the character; kept, since they are asked for with every line. */
const CANDIDATES = new Map<Prefix | undefined, (readonly Prefix[])[]>();
/** Stands for itself and all characters after it: to prefixes they are letters, or none at all. */
const OTHER_START = '\u00aa';

/**
 * How much of a text prefixes are looked for in: all before the JSON object in it. So what an event holds decides
 * nothing: `node {"kind": "Event"…` has a colon and a blank where a syslog line has them too.
 */
function headLength(text: string): number {
  const at = text.indexOf(JSON_START);
  return at === -1 ? text.length : at;
}

const JSON_START = '{"';

interface Hit {
  readonly prefix: Prefix;
  readonly length: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** The first prefix that a text has; the JSON behind it is looked at when there is none before it. */
function strip(text: string, list: readonly Prefix[]): Hit | undefined {
  const length = headLength(text);
  const head = text.slice(0, length + JSON_START.length);
  for (const prefix of list) {
    const hit = apply(prefix, head);
    if (hit !== undefined && hit.length <= length) return hit;
  }
  if (length === text.length) return undefined;
  for (const prefix of list) {
    const hit = apply(prefix, text);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function apply(prefix: Prefix, text: string): Hit | undefined {
  const match = prefix.pattern.exec(text);
  if (match === null) return undefined;
  return { prefix, length: match[0].length, groups: match.groups ?? {} };
}
