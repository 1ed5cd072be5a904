import type { DecoderOptions, DecodeSink, RecordDecoder } from '../events/decoded.ts';
import { PROBLEM_REASONS } from '../events/problems.ts';
import { learnShapes } from '../events/shapes/learn-shape.ts';
import type { ShapeSource } from './fast-options.ts';

/** The decoder as the fast engine uses it: it gets odd lines only. */
export interface OddLines extends ShapeSource {
  line(text: string, line: number): void;
  /** @param stopped true when the input goes on: see {@link RecordDecoder.end} */
  end(stopped: boolean): void;
  /** True when the next line means something else to the decoder than on its own. */
  holdsNext(): boolean;
}

/** Takes what was found in lines without the decoder. */
export interface FoundLines {
  readonly sink: DecodeSink;
  /** An event was found and decided on elsewhere. */
  passed(): void;
}

/**
 * Feeds odd lines to a decoder. It asks for the next line too inside a value of several lines, and after a broken
 * value until the next event, because stray brackets there belong to the broken value.
 *
 * @param options the decoder's own
 */
export function oddLines(
  decoder: RecordDecoder,
  sink: DecodeSink,
  options: DecoderOptions = {},
): OddLines & FoundLines {
  let broke = false;
  let memory = decoder.memory;
  let state = JSON.stringify(memory);
  const lesson = { lines: [] as string[], size: 0, events: 0, problems: 0, before: state };
  let hasExample = false;
  const holdsNext = (): boolean => broke || decoder.pending;
  const watching: DecodeSink = {
    event(event) {
      broke = false;
      lesson.events++;
      sink.event(event);
    },
    problem(problem) {
      const { kind } = PROBLEM_REASONS[problem.reason];
      if (kind === 'malformed' || kind === 'limit') broke = true;
      lesson.problems++;
      sink.problem(problem);
    },
  };
  /** Takes a line down, with those that came before it when it goes on with them. */
  function note(text: string): void {
    if (!holdsNext()) {
      lesson.lines = [];
      lesson.size = lesson.events = lesson.problems = 0;
      lesson.before = state;
    }
    lesson.size += text.length;
    if (lesson.size > LONGEST_EXAMPLE) lesson.lines = [];
    else lesson.lines.push(text);
  }
  return {
    line(text, line) {
      note(text);
      decoder.line(text, line, watching);
      const now = decoder.memory;
      if (now !== memory) state = JSON.stringify(now);
      memory = now;
      const isOne = lesson.events === 1 && lesson.problems === 0 && !holdsNext();
      hasExample = isOne && state === lesson.before && lesson.size <= LONGEST_EXAMPLE;
    },
    end: (stopped) => decoder.end(watching, stopped),
    holdsNext,
    sink: watching,
    passed: () => void (broke = false),
    state: () => state,
    get hasExample() {
      return hasExample;
    },
    shapes: () => learnShapes(lesson.lines, { ...options, memory: decoder.memory }),
  };
}

/** Characters of a line, or of lines with the parts of an event, that shapes are learned from. */
const LONGEST_EXAMPLE = 4 * 1024 * 1024;
