import { isBlock } from './inlined';
import { BLOCK, MAX, MEMORY, PART, SHAPE, STATUS, STEP } from './layout.gen';
import { coloured, restoreBlanks, scalarEnd, spaced, stringEnd } from './text';
import { endText, firstFeed, textEnd, unescape } from './unescape';
import { validate } from './validate';
import { walkLine } from './walk';

/** Of the line that fitted: where its event starts, and which context its wrapping gives it. */
export let eventStart: usize = 0;
export let context: u32 = 0;
/** Behind the texts that were unescaped for the line. */
export let scratchEnd: usize = 0;
/** True when a line may fit once the texts of earlier lines are no longer wanted. */
export let lacksRoom: bool = false;

/** The string of the line itself that was unescaped last: the next shape may ask for the same one. */
let knownString: usize = 0;
let knownEnd: usize = 0;
let knownTextEnd: usize = 0;
let knownFeed: usize = 0;

/** True once the event of a line was found to be odd: no other shape helps. */
let isOdd: bool = false;

/** Bytes that are part of characters which take several. */
function wideBytes(p: usize, end: usize): usize {
  let count: usize = 0;
  for (; p + 16 <= end; p += 16) count += <usize>popcnt<u32>(<u32>i8x16.bitmask(v128.load(p)));
  for (; p < end; p++) count += <usize>(load<u8>(p) >> 7);
  return count;
}

/**
 * True for a text that a logger may have cut: from some place between its start and `at` it has exactly the size at
 * which one does. A byte that is no UTF-8 counts as the three of the character that stands for it.
 */
export function hasSize(from: usize, at: usize, end: usize, size: usize): bool {
  if (end - at > size || (end - from) * 3 < size) return false;
  return end - from + 2 * wideBytes(from, end) >= size;
}

function mayBeCut(from: usize, at: usize, end: usize): bool {
  return hasSize(from, at, end, MAX.dockerCut) || hasSize(from, at, end, MAX.journaldCut);
}

/** Whether the bytes at `p` are those of a step's blocks. */
function isText(p: usize, block: usize, length: usize): bool {
  const end = p + length;
  for (; p < end; p += 16) {
    if (!isBlock(p, block)) return false;
    block += BLOCK.size;
  }
  return true;
}

/** True when there is no escape byte: colours are part of what a shape starts with, and of nothing else. */
function isUncoloured(p: usize, end: usize): bool {
  while (p < end) if (load<u8>(p++) == 0x1b) return false;
  return true;
}

/** Address behind any JSON value; 0 for one that is not valid for certain, or does not start with `first`. */
function valueEnd(p: usize, end: usize, first: u32): usize {
  const c = <u32>load<u8>(p);
  if (first != 0 && c != first) return 0;
  if (c == 0x22) return stringEnd(p + 1) + 1;
  return c == 0x7b || c == 0x5b ? validate(p, end) : scalarEnd(p);
}

/** Unescapes the string at `p`. @returns the address behind it; 0 when it is left to the decoder */
function openString(p: usize, end: usize, isLine: bool): usize {
  if (load<u8>(p) != 0x22) return 0;
  if (!isLine || p != knownString) {
    if (scratchEnd + (end - p) + MAX.overread > MEMORY.scratchEnd) {
      lacksRoom = true;
      return 0;
    }
    const quote = unescape(p + 1, end, scratchEnd);
    if (!isLine) return quote == 0 ? 0 : quote + 1;
    knownString = p;
    knownEnd = quote == 0 ? 0 : quote + 1;
    knownTextEnd = textEnd;
    knownFeed = firstFeed;
  }
  return knownEnd;
}

/** True for a part of which the logger itself says that it is one: all behind a prefix. */
export let isRest: bool = false;

/** Copies the rest of a line to the scratch area. @returns the address behind it; 0 without room */
function copyRest(p: usize, end: usize): usize {
  if (scratchEnd + (end - p) + MAX.overread > MEMORY.scratchEnd) {
    lacksRoom = true;
    return 0;
  }
  isRest = true;
  memory.copy(scratchEnd, p, end - p);
  endText(scratchEnd + (end - p));
  return end;
}

/** True for the blanks that may end a line; a carriage return is one. */
export function isTail(p: usize, end: usize): bool {
  while (p < end) {
    const c = load<u8>(p++);
    if (c != 0x20 && c != 0x09 && c != 0x0d) return false;
  }
  return true;
}

/** The next step; behind an end, the first one of the next level. */
let step: usize = 0;
/** Behind the event, 0 while there was none, and whether there were blanks in it. */
let close: usize = 0;
let hadBlanks: bool = false;

/** Goes on over the steps of one text up to their end. @returns the address behind what they are for; 0: no fit */
function level(from: usize, end: usize, isLine: bool, record: usize): usize {
  let p = from;
  for (let kind = load<u32>(step); kind != PART.end; kind = load<u32>(step)) {
    const length = <usize>load<u32>(step, STEP.length);
    const advance = <usize>load<u32>(step, STEP.advance);
    step += STEP.size;
    if (kind == PART.text) {
      if (!isText(p, step, length)) return 0;
      p += advance;
      step += ((length + 15) >> 4) * BLOCK.size;
    } else if (kind == PART.value) {
      p = valueEnd(p, end, <u32>length);
    } else if (kind == PART.rest) {
      p = copyRest(p, end);
    } else {
      if (mayBeCut(from, p, end)) return 0;
      if (kind == PART.string) {
        p = openString(p, end, isLine);
      } else {
        eventStart = p;
        close = load<u8>(p) == 0x7b ? walkLine(p, end, record) : 0;
        hadBlanks = spaced;
        p = close;
        if (p == 0) isOdd = true;
      }
    }
    if (p == 0 || p > end) return 0;
  }
  step += STEP.size;
  return p;
}

/** Compares texts inside a line with the levels of a shape, from `step` on. @returns as {@link fitLine} */
function innerLevels(
  shape: usize,
  textStart: usize,
  end: usize,
  feed: usize,
  record: usize,
): usize {
  let from = textStart;
  while (true) {
    // Only the last character may be a line feed.
    if (feed != 0 && feed + 1 < end) return 0;
    scratchEnd = (end + MAX.overread + 15) & ~15;
    if (level(from, end, false, record) != end) return 0;
    if (close != 0) return found(shape);
    from = scratchEnd;
    end = textEnd;
    feed = firstFeed;
  }
}

function found(shape: usize): usize {
  restoreBlanks(hadBlanks);
  context = load<u32>(shape, SHAPE.context);
  return close;
}

/** Compares a line with a shape; its event goes to the record. @returns as {@link fitLine} */
function fits(shape: usize, start: usize, end: usize, record: usize): usize {
  step = shape + SHAPE.size;
  close = 0;
  scratchEnd = <usize>load<u32>(STATUS.scratchUsed);
  const p = level(start, end, true, record);
  if (p == 0 || !isTail(p, end)) return 0;
  if (close != 0) return found(shape);
  // The line's own string may be known from another shape.
  return innerLevels(shape, scratchEnd, knownTextEnd, knownFeed, record);
}

/** Whether a line fits a shape of a part of a text; the part goes to `out`, up to `textEnd`. */
export function fitsPiece(shape: usize, start: usize, end: usize, out: usize): bool {
  step = shape + SHAPE.size;
  scratchEnd = out;
  lacksRoom = false;
  isRest = false;
  const p = level(start, end, false, 0);
  return p != 0 && isTail(p, end);
}

/** Compares a text whose parts were put together with the shape of its last part, which was fitted last. */
export function fitsWhole(shape: usize, from: usize, record: usize): usize {
  close = 0;
  return innerLevels(shape, from, textEnd, firstFeed, record);
}

/** Whether a shape may be that of a line with escape bytes: its first text must have all of them. */
function mayFitColoured(shape: usize, start: usize, end: usize): bool {
  const first = shape + SHAPE.size;
  if (load<u32>(first) != PART.text) return false;
  return isUncoloured(start + <usize>load<u32>(first, STEP.advance), end);
}

/**
 * Finds a shape of the decoder's state that a line fits; the event in it goes to the record. The line ends at
 * `end`, where a line feed is.
 *
 * @returns the address behind the event, in the line or in the scratch area; 0 when no shape fits
 */
export function fitLine(start: usize, end: usize, record: usize): usize {
  const count = <usize>load<u32>(STATUS.shapeCount);
  const state = load<u32>(STATUS.shapeState);
  knownString = 0;
  isOdd = false;
  lacksRoom = false;
  if (load<u8>(end - 1) == 0x0d) end--;
  for (let i: usize = 0; i < count; i++) {
    const entry = MEMORY.shapeList + (i << 2);
    const shape = <usize>load<u32>(entry);
    if (load<u32>(shape, SHAPE.state) != state || load<u32>(shape, SHAPE.stream) != 0) continue;
    if (coloured && !mayFitColoured(shape, start, end)) continue;
    const behind = fits(shape, start, end, record);
    if (behind != 0) {
      // The next line is likely to fit the same one.
      if (i > 0) {
        memory.copy(MEMORY.shapeList + 4, MEMORY.shapeList, i << 2);
        store<u32>(MEMORY.shapeList, <u32>shape);
      }
      return behind;
    }
    if (isOdd || lacksRoom) return 0;
  }
  return 0;
}
