import { escapeJsonText, escapeJsonTextForTerminal } from '../encode/escape.ts';
import { falcoLine } from '../encode/json-encode.ts';
import { redactor } from '../encode/redact.ts';
import type { OutputContext, OutputWriter, Sink } from '../writer.ts';

/** Falco's text line (formats.cpp:format_event). */
export function createTextWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets);
  const escape = context.terminal ? escapeJsonTextForTerminal : escapeJsonText;
  return {
    finding: (finding) => sink.write(`${escape(redact(falcoLine(finding)))}\n`),
    end: () => undefined,
  };
}
