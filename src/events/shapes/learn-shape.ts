import { createDecoder } from '../decode/decoder.ts';
import type { DecoderOptions } from '../decoded.ts';
import { withoutColour } from '../text/line-text.ts';
import { headParts, JSON_START, splitHead } from './head-parts.ts';
import { jsonParts, type Hole } from './json-parts.ts';
import type { LineShape, ShapePart } from './line-shape.ts';
import { LineTrail, type Level } from './line-trail.ts';

/** Characters before the JSON of a text; longer ones are no prefix that comes again. */
const LONGEST_HEAD = 4096;

/**
 * The shape of a line that a decoder in this state reads as one event, without a problem and without another state
 * behind it; the caller knows that it does. Or those of lines that have the parts of one event, one after the other.
 *
 * @param options the decoder's, with its state as `memory`
 * @returns none when no other lines can be told to be read alike
 */
export function learnShapes(lines: readonly string[], options: DecoderOptions): LineShape[] {
  const trail = new LineTrail();
  const ignored = { event: () => {}, problem: () => trail.refuse() };
  const decoder = createDecoder({ ...options, trail });
  const shapes = lines.map((line, i) => {
    trail.start(line);
    decoder.line(line, i + 1, ignored);
    return shapeOf(trail, lines.length > 1, i === lines.length - 1);
  });
  const { context } = trail.found ?? {};
  if (trail.isRefused || context === undefined) return [];
  // The rows of a table may start as prefixes do.
  const isTable = options.memory?.table !== undefined;
  if (isTable && trail.levels[0].prefixes.length > 0) return [];
  const known = shapes.filter((shape) => shape !== undefined);
  return known.length === lines.length ? known.map((shape) => ({ ...shape, context })) : [];
}

function shapeOf(
  { levels, found }: LineTrail,
  isCut: boolean,
  isLast: boolean,
): Omit<LineShape, 'context'> | undefined {
  if (isLast !== (found !== undefined)) return undefined;
  const [{ piece }] = levels;
  if (isCut && (piece === undefined || piece.last !== isLast)) return undefined;
  if (!isLast && levels.length > 1) return undefined;
  const parts: (readonly ShapePart[])[] = [];
  for (const [i, level] of levels.entries()) {
    // The text behind a part is the whole one.
    const text = isCut && i === 0 ? piece?.text : levels[i + 1]?.text;
    const hole: Hole | undefined =
      text !== undefined
        ? { kind: 'string', text }
        : found && { kind: 'event', event: found.event };
    const own = hole && levelParts(level, hole, i === 0);
    if (own === undefined) return undefined;
    parts.push(own);
  }
  // A plain event needs no shape: it is odd for another reason.
  if (parts.length === 1 && parts[0]![0]?.kind === 'event') return undefined;
  return { levels: parts, piece: isCut ? { stream: piece!.key, isLast } : undefined };
}

function levelParts(level: Level, hole: Hole, isLine: boolean): ShapePart[] | undefined {
  const { text, json, piece } = level;
  if (json === undefined) return piece && restParts(level, piece.text);
  const length = text.length - json.text.length;
  if (!text.endsWith(json.text) || length > LONGEST_HEAD) return undefined;
  const head = text.includes('\u001b') ? colouredHead(level, length) : headParts(level, length);
  const body = jsonParts(isLine ? json.text.trimEnd() : json.text, json.root, hole);
  return head === undefined || body === undefined ? undefined : [...head, ...body];
}

/** A line of which all behind the prefix is a part. */
function restParts(level: Level, rest: string): ShapePart[] | undefined {
  const { text } = level;
  if (!text.endsWith(rest) || text.includes('\u001b')) return undefined;
  const head = splitHead(level, text.length - rest.length);
  return head && [...head, { kind: 'rest' }];
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
