import { escapeJsonText } from '../encode/escape.ts';
import { redactor } from '../../redact/redact.ts';
import { shownLine } from '../encode/shown-message.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Falco's text line (formats.cpp:format_event). */
export function createTextWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets);
  return {
    finding: (finding) => sink.write(`${escapeJsonText(shownLine(finding, redact))}\n`),
    end: () => undefined,
  };
}
