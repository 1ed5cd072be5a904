import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import { mergeContext } from '../context.ts';
import { JsonNode } from '../json-node.ts';
import type { ProblemReason } from '../problems.ts';
import { Assembler } from '../text/assembler.ts';
import { contentStart } from '../text/line-text.ts';
import { withSingleBackslashes } from '../text/escaped-text.ts';
import { RecordSearch, wholeEnd } from '../text/record-search.ts';
import { alone, reasonOf } from '../text/text-record.ts';
import { holdsEvents } from './hidden-events.ts';
import type { KnownPrefixes } from './known-prefixes.ts';
import type { Place } from './unwrapping.ts';

/** What is done with the values of a text. */
export interface SeveralOptions {
  readonly maxSize: number;
  readonly prefixes: KnownPrefixes;
  /** Whether elements stay in their lists. */
  readonly inLists: boolean;
  readonly value: (node: JsonNode, place: Place) => void;
  readonly problem: (reason: ProblemReason) => void;
}

/**
 * Reads the values of a text that holds several, and the elements of lists in it, one after the other. Those behind
 * other text are read when events are in them. Prefixes like those of the text are no such text: a logger's lines stand
 * one after the other there.
 */
export function readSeveral(written: string, place: Place, options: SeveralOptions): void {
  const text = readable(written);
  let here = place;
  let isEmpty = true;
  const problem = (reason: ProblemReason): void => {
    isEmpty = false;
    options.problem(reason);
  };
  const take = (part: string, head?: string): void => {
    const own = options.inLists && head !== undefined ? alone(part, head) : part;
    const value = tryParse(own);
    if (value instanceof JsonSyntaxError) return problem(reasonOf(value));
    isEmpty = false;
    options.value(JsonNode.root(value, own), here);
  };
  const search = new RecordSearch(text, holdsEvents);
  const assembler = new Assembler({
    maxSize: options.maxSize,
    value: (value) => take(value),
    element: (element, _lines, _bad, head) => take(element, head),
    structural: () => {},
    nextRecord: (_line, torn) => search.behindTorn(torn),
  });
  const line = { text, line: 0, tries: 0, quiet: false };
  for (let at = contentStart(text); at !== -1;) {
    const fed = assembler.feed(line, at);
    if (fed === 'done') break;
    const { behind, resume = -1 } = fed === 'open' ? {} : fed;
    at = behind === undefined ? resume : search.behindValue(behind);
    const own =
      at === -1 ? undefined : options.prefixes.again(text, behind ?? at, at, place.before);
    if (own === undefined) problem(fed === 'open' ? 'cut-json' : fed.reason);
    here = { ...place, context: mergeContext(place.before?.context ?? place.context, own) };
  }
  if (isEmpty) options.problem('empty-list');
}

/** A text as it was before its backslashes were escaped once more, when the first value in it can be read only so. */
function readable(text: string): string {
  const plain = withSingleBackslashes(text);
  if (plain === undefined || wholeEnd(text, 0, holdsEvents) > 0) return text;
  return wholeEnd(plain, 0, holdsEvents) > 0 ? plain : text;
}
