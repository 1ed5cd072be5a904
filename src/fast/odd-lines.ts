import type { DecodeSink } from '../events/decoded.ts';
import type { RecordDecoder } from '../events/decoded.ts';
import { PROBLEM_REASONS } from '../events/problems.ts';

/** A decoder that only sees the lines that the scanner leaves to it. */
export interface OddLines {
  line(text: string, line: number): void;
  end(): void;
  /** True when the next line means something else to the decoder than on its own. */
  holdsNext(): boolean;
}

/**
 * Feeds a decoder with odd lines. It holds the next line in the middle of a value, and after a
 * broken one until there is an event: stray brackets that follow belong to what broke.
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
    end: () => decoder.end(watching),
    holdsNext: () => broke || decoder.pending,
  };
}
