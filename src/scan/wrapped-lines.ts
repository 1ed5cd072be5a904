import type { DecoderMemory } from '../events/decoded.ts';
import { unwrapLine } from '../events/decode/unwrap-line.ts';
import type { WrappedLine } from '../fast/fast-scanner.ts';
import type { OpenInput } from './open-input.ts';

/**
 * Unwraps a line with events in it, and takes what it has, in order; the scanner decides on the events that have
 * stand-ins.
 *
 * @param reopen opens the input anew, with the memory for the lines that follow
 * @returns how many events these are; undefined when the decoder must read the line
 */
export function takeWrapped(
  line: WrappedLine,
  { reading, decoder, found }: OpenInput,
  reopen: (memory: DecoderMemory) => OpenInput,
): number | undefined {
  if (found === undefined) return undefined;
  const unwrapped = unwrapLine(line.text, line.line, { ...reading, memory: decoder.memory });
  if (unwrapped === undefined) return undefined;
  const { memory } = unwrapped;
  const lines = memory === undefined ? found : reopen(memory).found!;
  let decided = 0;
  for (const one of unwrapped.found) {
    if ('index' in one) {
      decided++;
      lines.passed();
      line.take(one.index, one.context);
      continue;
    }
    line.flush();
    if ('event' in one) lines.sink.event(one.event);
    else lines.sink.problem(one.problem);
  }
  line.flush();
  return decided;
}
