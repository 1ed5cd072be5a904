import { JsonSyntaxError, tryParse } from '../../json/parse.ts';
import type { DecodedEvent, DecoderMemory, DecoderOptions, WrapperContext } from '../decoded.ts';
import { JsonNode } from '../json-node.ts';
import { DEFAULT_MAX_EVENT_SIZE } from '../limits.ts';
import type { Problem } from '../problems.ts';
import { endsLikeJson } from '../text/line-text.ts';
import { inRecords } from './csv-table.ts';
import { Records } from './records.ts';
import { STAND_IN_MARK, standInIndex } from './stand-in.ts';

/** What is found in a line, in order. A number is the index of a stand-in. */
type Unwrapped =
  | { readonly index: number; readonly context: WrapperContext }
  | { readonly event: DecodedEvent }
  | { readonly problem: Problem };

interface UnwrappedLine {
  readonly found: readonly Unwrapped[];
  /** The memory of the decoder for the lines that follow, where it has changed. */
  readonly memory: DecoderMemory | undefined;
}

/**
 * Unwraps a line with stand-ins (stand-in.ts), as a decoder without anything pending does.
 *
 * @returns undefined when what is found may not be what is found with the events themselves, or is none of them: then
 *   nothing has happened
 */
export function unwrapLine(
  text: string,
  line: number,
  options: DecoderOptions & { readonly memory: DecoderMemory },
): UnwrappedLine | undefined {
  const value = endsLikeJson(text) ? tryParse(text) : undefined;
  if (value === undefined || value instanceof JsonSyntaxError) return undefined;
  const found: Unwrapped[] = [];
  let standIns = 0;
  let isSame = true;
  const hasMark = (part: string | undefined): boolean => part?.includes(STAND_IN_MARK) === true;
  const records = new Records(
    {
      event(event) {
        const { cluster, node, stream } = event.context;
        const index = standInIndex(event);
        if (index === -1 || hasMark(cluster) || hasMark(node) || hasMark(stream)) isSame = false;
        if (index === undefined) {
          found.push({ event });
        } else {
          standIns++;
          found.push({ index, context: event.context });
        }
      },
      problem(problem) {
        if (hasMark(problem.detail)) isSame = false;
        found.push({ problem });
      },
    },
    {
      maxSize: options.maxEventSize ?? DEFAULT_MAX_EVENT_SIZE,
      format: inRecords(options.format),
      codec: options.codec,
      dropped: () => void (isSame = false),
      // What is searched, or joined, is more than parsed: there an event is not like its stand-in.
      searched: (part) => void (isSame &&= !hasMark(part)),
      joined: () => void (isSame = false),
      lines: () => void (isSame = false),
    },
    options.memory,
  );
  records.record(JsonNode.root(value, text), line);
  if (!isSame || standIns === 0) return undefined;
  const { prefix, envelopes } = records.memory;
  const { memory } = options;
  const isKnown = prefix === memory.prefix && envelopes.join() === memory.envelopes.join();
  return { found, memory: isKnown ? undefined : { ...memory, prefix, envelopes } };
}
