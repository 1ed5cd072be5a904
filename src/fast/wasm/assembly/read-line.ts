import { MEMORY, SHAPE, STATUS } from './layout.gen';
import {
  context,
  eventStart,
  fitLine,
  fitsPiece,
  fitsWhole,
  isRest,
  isTail,
  lacksRoom,
} from './shapes';
import { coloured, lineEnd } from './text';
import { firstFeed, textEnd } from './unescape';
import { seen, walkLine } from './walk';
import { isWhole } from './whole';

/** Where the event starts that was read, in the line or in the scratch area, and which context its wrapping gives it. */
export let lineStart: usize = 0;
export let eventContext: u32 = 0;
/** True while lines fit shapes: the next one is then not taken for a plain event first. */
let areWrapped: bool = false;
/** True for a line that can be read once the records were taken. */
export let waits: bool = false;
/** True for a line that can be read once more text is there. */
export let waitsForText: bool = false;
/** The end of the last line that was read with it, and how many lines came before that one. */
export let lineFeed: usize = 0;
export let moreLines: u32 = 0;

function readPlain(start: usize, end: usize, record: usize): usize {
  if (load<u8>(start) != 0x7b || coloured) return 0;
  const close = walkLine(start, end, record);
  if (close == 0 || !isWhole(record, seen) || !isTail(close, end)) return 0;
  lineStart = start;
  eventContext = 0;
  return close;
}

function readWrapped(start: usize, end: usize, record: usize): usize {
  const close = fitLine(start, end, record);
  waits = lacksRoom;
  if (close == 0 || !isWhole(record, seen)) return 0;
  lineStart = eventStart;
  eventContext = context;
  store<u32>(STATUS.shapeHits, load<u32>(STATUS.shapeHits) + 1);
  return close;
}

/** Of the text in parts that was read: the end of its last line, and how many lines come before that. */
let lastEnd: usize = 0;
let linesBefore: u32 = 0;
/** True when the parts that are there fit, and the last one is not there yet. */
let isOpen: bool = false;

/** True when a text ends as a row of CSV may that goes on in the next line (OPEN_JSON of text/csv-row.ts). */
function endsLikeRow(from: usize, end: usize): bool {
  while (end > from && load<u8>(end - 1) == 0x20) end--;
  // Of blanks alone nothing is known.
  if (end == from) return true;
  const tail = end;
  while (end > from && (load<u8>(end - 1) == 0x7b || load<u8>(end - 1) == 0x5b)) end--;
  return end != tail && load<u8>(end - 1) == 0x22;
}

/**
 * True for a part that every logger reads as one, whatever comes behind it: it does not look like a whole object, nor
 * like a row of CSV that goes on. And no character is cut in two: that would be read as two that are none.
 */
function isPiece(from: usize, end: usize, isFirst: bool, isLast: bool): bool {
  if (from == end) return false;
  if (!isFirst && (load<u8>(from) & 0xc0) == 0x80) return false;
  if (isLast) return true;
  if (isRest) return !endsLikeRow(from, end);
  const c = <u32>load<u8>(end - 1);
  return firstFeed == 0 && c > 0x20 && c != 0x7b && c != 0x5b && c != 0x7d && c != 0x5d;
}

/** A shape of the stream, or of any for 0, that a line fits; 0: there is none. The part goes to `out`. */
function pieceShape(
  start: usize,
  end: usize,
  out: usize,
  stream: u32,
  isFirst: bool,
  isLast: bool,
): usize {
  const count = <usize>load<u32>(STATUS.shapeCount);
  const state = load<u32>(STATUS.shapeState);
  for (let i: usize = 0; i < count; i++) {
    const shape = <usize>load<u32>(MEMORY.shapeList + (i << 2));
    const own = load<u32>(shape, SHAPE.stream);
    if (own == 0 || load<u32>(shape, SHAPE.state) != state) continue;
    if ((stream != 0 && own != stream) || load<u32>(shape, SHAPE.isLast) != u32(isLast)) continue;
    if (fitsPiece(shape, start, end, out) && isPiece(out, textEnd, isFirst, isLast)) return shape;
    if (lacksRoom) return 0;
  }
  return 0;
}

/**
 * Puts the parts of a text together that a logger cut, when the lines from `start` on have all of them, one behind the
 * other, and each fits a shape of the same stream; the event in it goes to the record. Other lines between them,
 * and streams that alternate, are left to the decoder.
 *
 * @param limit behind the last line that is there
 * @returns as fitLine
 */
function fitPieces(start: usize, firstEnd: usize, limit: usize, record: usize): usize {
  const whole = <usize>load<u32>(STATUS.scratchUsed);
  const maxLine = <usize>load<u32>(STATUS.maxLine);
  let p = start;
  let feed = firstEnd;
  let out = whole;
  let stream: u32 = 0;
  isOpen = false;
  linesBefore = 0;
  while (true) {
    const end = feed > p && load<u8>(feed - 1) == 0x0d ? feed - 1 : feed;
    if (end == p || coloured || end - p > maxLine) return 0;
    // What a part and the last one differ in may be the end of their texts only: the last one has a line feed there.
    const shape = pieceShape(p, end, out, stream, linesBefore == 0, false);
    if (lacksRoom) return 0;
    if (shape == 0) {
      const last = linesBefore == 0 ? 0 : pieceShape(p, end, out, stream, false, true);
      lastEnd = feed;
      return last == 0 || textEnd - whole > maxLine ? 0 : fitsWhole(last, whole, record);
    }
    stream = load<u32>(shape, SHAPE.stream);
    out = textEnd;
    if (out - whole > maxLine) return 0;
    p = feed + 1;
    if (p >= limit) {
      isOpen = true;
      return 0;
    }
    feed = lineEnd(p);
    linesBefore++;
  }
}

/** Reads an event that came in parts, of which the line is the first one. */
function readPieces(start: usize, end: usize, limit: usize, record: usize): usize {
  const close = fitPieces(start, end, limit, record);
  waits = lacksRoom;
  waitsForText = isOpen && load<u32>(STATUS.mayWait) != 0;
  if (close == 0 || !isWhole(record, seen)) return 0;
  lineStart = eventStart;
  eventContext = context;
  lineFeed = lastEnd;
  moreLines = linesBefore;
  store<u32>(STATUS.shapeHits, load<u32>(STATUS.shapeHits) + 1);
  return close;
}

/** Reads a line's event to a record. @returns the address behind it; 0 for a line that is odd */
export function readLine(start: usize, end: usize, limit: usize, record: usize): usize {
  const close = readWhole(start, end, record);
  if (close != 0 || waits || load<u32>(STATUS.streamCount) == 0) return close;
  return readPieces(start, end, limit, record);
}

function readWhole(start: usize, end: usize, record: usize): usize {
  waits = false;
  waitsForText = false;
  lineFeed = end;
  moreLines = 0;
  if (end - start > <usize>load<u32>(STATUS.maxLine)) return 0;
  const hasShapes = load<u32>(STATUS.shapeCount) != 0;
  if (hasShapes && areWrapped) {
    const close = readWrapped(start, end, record);
    if (close != 0) return close;
    areWrapped = waits;
    return waits ? 0 : readPlain(start, end, record);
  }
  const close = readPlain(start, end, record);
  if (close != 0 || !hasShapes) return close;
  const inside = readWrapped(start, end, record);
  areWrapped = inside != 0 || waits;
  return inside;
}
