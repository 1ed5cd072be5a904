import { findingToJson, summaryToJson } from '../encode/json-encode.ts';
import type { OutputWriter, Sink } from '../writer.ts';

/** One JSON document, written as findings come: `{"findings":[…],"summary":{…}}`. */
export function createJsonWriter(sink: Sink): OutputWriter {
  let separator = '';
  return {
    start: () => sink.write('{"findings":['),
    finding: (finding) => {
      sink.write(`${separator}\n${findingToJson(finding)}`);
      separator = ',';
    },
    end: (summary) => sink.write(`\n],"summary":${summaryToJson(summary)}}\n`),
  };
}
