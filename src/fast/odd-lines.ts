import type { DecoderOptions, DecodeSink, RecordDecoder } from '../events/decoded.ts';
import { PROBLEM_REASONS } from '../events/problems.ts';
import { learnShape } from '../events/shapes/learn-shape.ts';
import type { LineShape } from '../events/shapes/line-shape.ts';
import type { ShapeSource } from './fast-options.ts';

/** The decoder as the fast engine uses it: it gets odd lines only. */
export interface OddLines extends ShapeSource {
  line(text: string, line: number): void;
  /** @param stopped true when the input goes on: see {@link RecordDecoder.end} */
  end(stopped: boolean): void;
  /** True when the next line means something else to the decoder than on its own. */
  holdsNext(): boolean;
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
): OddLines {
  let broke = false;
  let events = 0;
  let problems = 0;
  let state = stateOf(decoder);
  /** The last line, when it was one event and nothing else, and left the decoder as it was. */
  let example: string | undefined;
  const holdsNext = (): boolean => broke || decoder.pending;
  const watching: DecodeSink = {
    event(event) {
      broke = false;
      events++;
      sink.event(event);
    },
    problem(problem) {
      const { kind } = PROBLEM_REASONS[problem.reason];
      if (kind === 'malformed' || kind === 'limit') broke = true;
      problems++;
      sink.problem(problem);
    },
  };
  return {
    line(text, line) {
      const before = state;
      const held = holdsNext();
      events = 0;
      problems = 0;
      decoder.line(text, line, watching);
      state = stateOf(decoder);
      const isOne = events === 1 && problems === 0 && !held && !holdsNext();
      example = isOne && state === before ? text : undefined;
    },
    end: (stopped) => decoder.end(watching, stopped),
    holdsNext,
    state: () => state,
    get hasExample() {
      return example !== undefined;
    },
    shape(): LineShape | undefined {
      if (example === undefined) return undefined;
      return learnShape(example, { ...options, memory: decoder.memory });
    },
  };
}

/** All of a decoder that decides how it reads the next line, while that is on its own. */
function stateOf({ memory }: RecordDecoder): string {
  return JSON.stringify(memory);
}
