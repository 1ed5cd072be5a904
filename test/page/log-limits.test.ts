import { expect, it } from 'vitest';
import { logLimits } from '../../src/page/data/log-limits.ts';

type Info = Parameters<typeof logLimits>[0];

function limits(levels: readonly string[], stages: readonly string[], leftOut = 0): string[] {
  const counted = (names: readonly string[]) => names.map((value) => ({ value, count: 1 }));
  const activity = { levels: counted(levels), stages: counted(stages) };
  const filtered = leftOut > 0 ? [{ text: '--where', count: leftOut, places: [] }] : [];
  return logLimits({ activity, absent: '', filtered } as unknown as Info);
}

it('tells what a log of such levels and stages cannot show', () => {
  expect(limits(['Metadata', 'RequestResponse'], ['ResponseStarted'])).toEqual([]);
  expect(limits(['Metadata'], ['ResponseComplete'])).toEqual([
    expect.stringMatching(/^No answer is logged/),
    expect.stringMatching(/^No body is logged/),
    expect.stringMatching(/^No start of a long answer is logged/),
  ]);
  expect(limits(['Request'], ['ResponseStarted'])).toEqual([
    expect.stringMatching(/^No answer is logged/),
  ]);
});

it('says nothing of events that were left out', () => {
  expect(limits(['Request'], ['ResponseStarted'], 12)).toEqual([
    expect.stringMatching(/^Of the events that were looked at, no answer is logged/),
  ]);
  expect(limits([], [], 12)).toEqual([
    'No event was looked at: what such a log holds is not known.',
  ]);
});

it('says why levels were not counted', () => {
  const none = { activity: undefined, filtered: [] } as unknown as Info;
  expect(logLimits({ ...none, absent: 'the input was a pipe' })).toEqual([
    'Audit levels were not counted: the input was a pipe.',
  ]);
  expect(logLimits({ ...none, absent: '' })).toEqual(['Audit levels were not counted.']);
});
