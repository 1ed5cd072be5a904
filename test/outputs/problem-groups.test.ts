import { expect, it } from 'vitest';
import { SummaryBuilder } from '../../src/engine/summary.ts';
import { caseInfo } from '../../src/outputs/case/case-info.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import { context, memorySink } from './findings.ts';

const GROUPS = [
  ['Input that was not read', 'klog text of a Kubernetes component'],
  ['Events with a fault, evaluated all the same', 'event whose timestamp cannot be read'],
  ['Input that was read in an unusual way', 'event found inside a wrapper that is not known'],
] as const;

function problems(): SummaryBuilder {
  const builder = new SummaryBuilder();
  builder.problem('a.log', { reason: 'unknown-wrapper', line: 3 });
  builder.problem('a.log', { reason: 'bad-timestamp', line: 2 });
  builder.problem('a.log', { reason: 'klog', line: 1 });
  return builder;
}

it.each(['html', 'markdown'] as const)(
  '%s does not tell events as unread that were evaluated',
  async (format) => {
    const sink = memorySink();
    const writer = await FORMATS[format].create(sink, context());
    writer.start?.();
    writer.end(problems().build(0));
    const parts = GROUPS.flatMap(([title, text]) => [title, text]);
    const places = parts.map((text) => sink.text().indexOf(text));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  },
);

it('neither does the page', () => {
  const counts = { dropped: 0, withoutRequest: 0, severities: new Map() };
  const info = caseInfo(problems().build(0), context(), counts, undefined);
  expect(info.problems.map((group) => [group.title, group.problems[0]!.text])).toEqual(GROUPS);
});
