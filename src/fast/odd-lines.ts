import type { DecodeSink } from '../events/decoded.ts';
import type { RecordDecoder } from '../events/decoded.ts';
import { PROBLEM_REASONS } from '../events/problems.ts';

/** The decoder as the fast engine uses it: it gets odd lines only. */
export interface OddLines {
  line(text: string, line: number): void;
  /** @param stopped true when the input goes on: see {@link RecordDecoder.end} */
  end(stopped: boolean): void;
  /** True when the next line means something else to the decoder than on its own. */
  holdsNext(): boolean;
}

/**
 * Feeds odd lines to a decoder. It asks for the next line too inside a value of several lines, and after a broken
 * value until the next event, because stray brackets there belong to the broken value.
 */
export function oddLines(decoder: RecordDecoder, sink: DecodeSink): OddLines {
  let broke = false;
  const watching: DecodeSink = {
    event(event) {
      broke = false;
      sink.event(event);
    },
    problem(problem) {
      const { kind } = PROBLEM_REASONS[problem.reason];
      if (kind === 'malformed' || kind === 'limit') broke = true;
      sink.problem(problem);
    },
  };
  return {
    line: (text, line) => decoder.line(text, line, watching),
    end: (stopped) => decoder.end(watching, stopped),
    holdsNext: () => broke || decoder.pending,
  };
}
