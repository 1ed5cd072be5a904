import { createDecoder } from '../decode/decoder.ts';
import type { DecoderOptions } from '../decoded.ts';
import { withoutColour } from '../text/line-text.ts';
import { headParts, JSON_START } from './head-parts.ts';
import { jsonParts, type Hole } from './json-parts.ts';
import type { LineShape, ShapePart } from './line-shape.ts';
import { LineTrail, type Level } from './line-trail.ts';

/** Characters before the JSON of a text; longer ones are no prefix that comes again. */
const LONGEST_HEAD = 4096;

/**
 * The shape of a line that a decoder in this state reads as one event, without a problem and without another state
 * behind it; the caller knows that it does.
 *
 * @param options the decoder's, with its state as `memory`
 * @returns undefined when no other line can be told to be read alike
 */
export function learnShape(line: string, options: DecoderOptions): LineShape | undefined {
  const trail = new LineTrail(line);
  const ignored = { event: () => {}, problem: () => trail.refuse() };
  createDecoder({ ...options, trail }).line(line, 1, ignored);
  const { found, levels } = trail;
  if (trail.isRefused || found === undefined) return undefined;
  // The rows of a table may start as prefixes do.
  if (options.memory?.table !== undefined && levels[0].prefixes.length > 0) return undefined;
  const parts: (readonly ShapePart[])[] = [];
  for (const [i, level] of levels.entries()) {
    const text = levels[i + 1]?.text;
    const hole: Hole =
      text === undefined ? { kind: 'event', event: found.event } : { kind: 'string', text };
    const own = levelParts(level, hole, i === 0);
    if (own === undefined) return undefined;
    parts.push(own);
  }
  // A plain event needs no shape: it is odd for another reason.
  if (parts.length === 1 && parts[0]![0]?.kind === 'event') return undefined;
  return { levels: parts, context: found.context };
}

function levelParts(level: Level, hole: Hole, isLine: boolean): ShapePart[] | undefined {
  const { text, json } = level;
  if (json === undefined) return undefined;
  const length = text.length - json.text.length;
  if (!text.endsWith(json.text) || length > LONGEST_HEAD) return undefined;
  const head = text.includes('\u001b') ? colouredHead(level, length) : headParts(level, length);
  const body = jsonParts(isLine ? json.text.trimEnd() : json.text, json.root, hole);
  return head === undefined || body === undefined ? undefined : [...head, ...body];
}

/** A prefix with colours is one text: digits are part of the codes for them. */
function colouredHead({ text, prefixes }: Level, length: number): ShapePart[] | undefined {
  const head = text.slice(0, length);
  const isBehind = withoutColour(text).indexOf(JSON_START) === withoutColour(head).length;
  if (prefixes.length === 0 || !isBehind) return undefined;
  return [
    { kind: 'text', text: head },
    { kind: 'ahead', text: JSON_START },
  ];
}
