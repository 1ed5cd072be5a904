import type { DecoderOptions, DecodeSink, RecordDecoder } from '../decoded.ts';

/**
 * Decodes texts inside records as the lines of an input. A format that was chosen is that of the record.
 *
 * @param make a decoder that does not take texts apart: those inside of such a text are not
 */
export function innerLines(
  make: (options: DecoderOptions) => RecordDecoder,
  options: DecoderOptions,
): (text: string, sink: DecodeSink) => void {
  const inner = { ...options, format: undefined, memory: undefined, trail: undefined };
  return (text, sink) => {
    const decoder = make(inner);
    for (const [index, line] of text.split('\n').entries()) decoder.line(line, index + 1, sink);
    decoder.end(sink);
  };
}
