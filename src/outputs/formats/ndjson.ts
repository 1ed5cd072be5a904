import { findingToJson } from '../encode/json-encode.ts';
import type { OutputWriter, Sink } from '../writer.ts';

/** One Falco alert object per line. */
export function createNdjsonWriter(sink: Sink): OutputWriter {
  return {
    finding: (finding) => sink.write(`${findingToJson(finding)}\n`),
    end: () => undefined,
  };
}
