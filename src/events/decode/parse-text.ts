import { KnownError } from '../../util/errors.ts';
import type { DecodedEvent, DecoderOptions } from '../decoded.ts';
import { createDecoder } from './decoder.ts';
import { ParsedEvent } from '../parsed-event.ts';
import { PROBLEM_REASONS, type Problem } from '../problems.ts';

/** The events and problems of a text. */
export interface ParsedText {
  /** In the order of the text. */
  readonly events: readonly ParsedEvent[];
  /** Records that did not become events, each with its reason. */
  readonly problems: readonly Problem[];
}

export interface ParseOptions extends DecoderOptions {
  /** Name of the text in findings; `-` by default. */
  readonly file?: string | undefined;
}

/**
 * Every audit event in a text that is held in memory: lines of JSON, lists of events, and all wrappings
 * that the command line reads. For long logs feed {@link createDecoder} line by line instead.
 */
export function parseEvents(text: string, options: ParseOptions = {}): ParsedText {
  const { file = '-' } = options;
  const events: ParsedEvent[] = [];
  const problems: Problem[] = [];
  const decoder = createDecoder(options);
  const sink = {
    event: (decoded: DecodedEvent): void => {
      const { time, line, context } = decoded;
      const { cluster, node, stream } = context;
      const place = {
        time,
        num: events.length + 1,
        firstTime: events[0]?.time ?? time,
        origin: { file, line, cluster, node, stream },
      };
      events.push(new ParsedEvent(decoded.text, decoded.value, place));
    },
    problem: (problem: Problem): void => void problems.push(problem),
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) decoder.line(line, index + 1, sink);
  decoder.end(sink);
  return { events, problems };
}

/**
 * The one audit event in a text.
 *
 * @throws KnownError when there is none, or more than one
 */
export function parseEvent(text: string, options: ParseOptions = {}): ParsedEvent {
  const { events, problems } = parseEvents(text, options);
  const [event] = events;
  if (event !== undefined && events.length === 1) return event;
  if (event !== undefined)
    throw new KnownError('input', `${events.length} events where one is due`);
  const [problem] = problems;
  const reason = problem === undefined ? 'empty text' : PROBLEM_REASONS[problem.reason].text;
  throw new KnownError('input', `no audit event: ${reason}`);
}
