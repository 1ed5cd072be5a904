import { afterEach, expect, test, vi } from 'vitest';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import type { ReadPlan } from '../../src/scan/plan.ts';
import { rulesOf } from '../fast/conditions.ts';
import { benchmarkLog, CONDITIONS } from '../fast/work.ts';
import { temporaryFolder } from '../io/temp.ts';
import { outcome } from './outcome.ts';

// No clock: a way to read logs that falls back to the reference engine, or decodes every line, is slow without
// being wrong. These numbers show it.

const LINES = 1000;
const given = await rulesOf(CONDITIONS);

interface Log {
  readonly paths: readonly [string, string];
  readonly checkpoint: string;
}

/** A log, and a copy of it. */
function logs(): Log {
  const folder = temporaryFolder();
  const [log, copy] = ['audit.log', 'copy.log'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  writeFileSync(log, benchmarkLog('normal', LINES));
  copyFileSync(log, copy);
  return { paths: [log, copy], checkpoint: join(folder, 'checkpoint.json') };
}

afterEach(() => vi.restoreAllMocks());

/** Events that the scanner found itself, and those that the decoder found for it. */
async function decided(
  paths: readonly string[],
  plan: Partial<ReadPlan>,
  signal = new AbortController().signal,
): Promise<{ scanner: number; decoder: number }> {
  let scanner = 0;
  // Called when the counts of a part are taken.
  const settle = vi.spyOn(FastScanner.prototype, 'settle');
  settle.mockImplementation(function (this: FastScanner) {
    scanner += this.counts.events;
  });
  const judge = vi.spyOn(FastScanner.prototype, 'judge');
  await outcome(paths, 'fast', { given, ...plan }, { signal });
  return { scanner, decoder: judge.mock.calls.length };
}

test.each<[string, Partial<ReadPlan> | 'checkpoint']>([
  ['in order', {}],
  ['as plain events only', { inputFormat: 'event' }],
  ['behind a prefix only', { inputFormat: 'cri' }],
  ['from a checkpoint on', 'checkpoint'],
  ['by time', { byTime: true }],
  ['without copies of events', { duplicates: 'drop' }],
])('a plain log that is read %s is decided in the scanner', async (_way, way) => {
  const { paths, checkpoint } = logs();
  const plan = way === 'checkpoint' ? { checkpoint } : way;
  expect(await decided(paths, plan)).toEqual({ scanner: 2 * LINES, decoder: 0 });
});

test('a plain log that is followed is decided in the scanner', async () => {
  const end = new AbortController();
  end.abort();
  // What is there when the signal comes is read.
  const work = await decided(logs().paths, { follow: true }, end.signal);
  expect(work).toEqual({ scanner: 2 * LINES, decoder: 0 });
});

test('a plain event is none when the only format is a wrapper', async () => {
  expect(await decided(logs().paths, { inputFormat: 'docker' })).toEqual({
    scanner: 0,
    decoder: 0,
  });
});
