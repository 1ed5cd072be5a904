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
    // One after the other: a list of millions of lines would take many times the memory of the text.
    let end = -1;
    for (let line = 1; end < text.length; line++) {
      const start = end + 1;
      end = text.indexOf('\n', start);
      if (end === -1) end = text.length;
      decoder.line(text.slice(start, end), line, sink);
    }
    decoder.end(sink);
  };
}
