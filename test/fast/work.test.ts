import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { Scanner } from '../../src/fast/wasm/wasm-scanner.ts';
import { rulesOf } from './conditions.ts';
import { benchmarkLog, CONDITIONS, workOf } from './work.ts';

// No clock: a change that makes scans slow moves events from the scanner to JavaScript, or lines to the decoder,
// and these numbers with them. Findings alone would not show it.

const rules = await rulesOf(CONDITIONS);

afterEach(() => vi.restoreAllMocks());

test.each([
  ['normal', { rejected: 2938, judged: 62, findings: 63, odd: 0 }, 17],
  ['users', { rejected: 2981, judged: 19, findings: 19, odd: 0 }, 4],
  ['shuffled', { rejected: 2874, judged: 66, findings: 64, odd: 60 }, 15],
] as const)(
  'a log of 3,000 lines, %s, is decided where it always was',
  (profile, expected, searched) => {
    const search = vi.spyOn(Scanner.prototype, 'find');
    const work = workOf(FastScanner, rules, benchmarkLog(profile, 3000));
    expect(work).toEqual({ lines: 3000, duplicates: 0, ...expected });
    // Bodies that were searched because of an event that had to be judged.
    expect(search).toHaveBeenCalledTimes(searched);
  },
);

test('of the samples, these are read without the decoder', () => {
  const folder = new URL('../../samples/inputs/', import.meta.url);
  const works = readdirSync(folder)
    .filter((name) => name !== 'README.md')
    .map((name) => {
      const input = Buffer.from(readFileSync(new URL(name, folder)));
      return { name, ...workOf(FastScanner, rules, input) };
    });
  // Every other line of a wrapping is odd: the decoder unwraps it.
  expect(
    works.flatMap(({ name, lines, odd }) => (odd === lines ? [] : [`${name}: ${lines - odd}`])),
  ).toEqual([
    'event-stream.log: 1',
    'event.log: 1',
    'kubectl-logs.log: 1',
    'openshift-viaq.json: 1',
  ]);
});
