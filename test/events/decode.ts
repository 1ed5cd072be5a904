import { createDecoder } from '../../src/events/decode/decoder.ts';
import type { DecodedEvent, DecoderOptions, LineCounts } from '../../src/events/decoded.ts';
import type { Problem } from '../../src/events/problems.ts';
import { payloadCodec } from '../../src/io/payload-codec.ts';

export interface Decoded {
  readonly events: readonly DecodedEvent[];
  readonly problems: readonly Problem[];
  readonly counts: Readonly<LineCounts>;
  /** Problems as `line:reason`. */
  readonly reasons: readonly string[];
}

/** Decodes a whole text, as the lines of one input. */
export function decode(text: string, options: DecoderOptions = {}): Decoded {
  const events: DecodedEvent[] = [];
  const problems: Problem[] = [];
  const decoder = createDecoder({ codec: payloadCodec, ...options });
  const sink = {
    event: (event: DecodedEvent) => void events.push(event),
    problem: (problem: Problem) => void problems.push(problem),
  };
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) decoder.line(line, index + 1, sink);
  decoder.end(sink);
  const reasons = problems.map((problem) => `${problem.line}:${problem.reason}`);
  return { events, problems, counts: decoder.counts, reasons };
}

/** An audit event with a given id. */
export function auditEvent(id: string): Record<string, unknown> {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: id,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/shop/pods',
    verb: 'create',
    user: { username: 'jane', groups: ['developers'] },
    objectRef: { resource: 'pods', namespace: 'shop' },
    requestObject: { spec: { containers: [{ image: 'a "quoted" {image}' }] } },
    stageTimestamp: '2026-01-02T03:04:05.678901Z',
  };
}

export const line = (id: string): string => JSON.stringify(auditEvent(id));

export const pretty = (id: string): string => JSON.stringify(auditEvent(id), null, 2);

export const ids = (decoded: Decoded): unknown[] =>
  decoded.events.map((event) => event.value['auditID']);

/** Lines that a decoder has accounted for. */
export const accounted = ({ counts }: Decoded): number =>
  counts.blank + counts.carriers + counts.continuations + counts.problems;
