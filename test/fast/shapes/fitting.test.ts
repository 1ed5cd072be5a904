import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { WAYS_IN } from '../../../bench/ways-in.mjs';
import { createDecoder } from '../../../src/events/decode/decoder.ts';
import { FastScanner } from '../../../src/fast/fast-scanner.ts';
import { oddLines } from '../../../src/fast/odd-lines.ts';
import { rulesOf } from '../conditions.ts';
import { plainLine } from '../corpus.ts';
import { feedAll } from '../engines.ts';
import { Random } from '../random.ts';
import { benchmarkLog, CONDITIONS } from '../work.ts';
import { CUTTING, WRAPPINGS } from './wrappings.ts';

// No clock: a wrapping whose lines go to the decoder is read at a twentieth of the speed, and found here.

const rules = await rulesOf(CONDITIONS);

/** How many lines were decided in the scanner, judged, or left to the decoder. */
function workOf(lines: readonly string[]) {
  const counts = { judged: 0, odd: 0 };
  const decoder = createDecoder();
  const decoded = oddLines(decoder, { event: () => {}, problem: () => {} });
  const scanner = new FastScanner({
    rules,
    matching: 'all',
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    shapes: () => decoded,
    sink: {
      event: () => counts.judged++,
      odd(text, line) {
        counts.odd++;
        decoded.line(text, line);
      },
      longLine: () => expect.unreachable(),
      holdsNext: () => decoded.holdsNext(),
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  feedAll(scanner, Buffer.from(`${lines.join('\n')}\n`));
  scanner.end();
  const { rejected, lines: read, continuationLines } = scanner.counts;
  return { ...counts, rejected, lines: read, continuationLines };
}

test('of a wrapping, two lines go to the decoder: it finds out what it is, and shows what lines are like', () => {
  const others = WRAPPINGS.filter(({ wrap }) => {
    const r = new Random(5);
    return workOf(Array.from({ length: 12 }, () => wrap(plainLine(r)))).odd > 2;
  });
  expect(others.map(({ name }) => name)).toEqual([
    // A row becomes an object first.
    'aks-tables.json',
    // Two values on a line, one of them without an event.
    'cloudwatch-subscription.json',
    'concatenated.json',
    // The summary counts these lines by the name of the member.
    'unknown-wrapper.json',
  ]);
});

test.each(CUTTING)(
  '$name: the parts of an event are put together in the scanner',
  ({ name, wrap }) => {
    const r = new Random(6);
    const lines = Array.from({ length: 60 }, () => wrap(plainLine(r)));
    const parts = lines.join('\n').split('\n').length;
    const { odd, lines: read, continuationLines } = workOf(lines);
    expect(read).toBe(parts);
    // Parts are left to the decoder that start inside a character; without a logger's word that they are parts, those
    // too that end with a bracket or a blank.
    expect(odd).toBeLessThan(parts * (name.startsWith('CRI') ? 0.15 : 0.4));
    expect(continuationLines).toBeGreaterThan(parts * 0.3);
  },
);

const plain = benchmarkLog('normal', 600).toString('utf8').trimEnd().split('\n');

test.each(WAYS_IN)('%s: the rest is decided as in a plain log', (name, _aim, wrap) => {
  const expected = workOf(plain);
  expect(expected.odd).toBe(0);
  const { judged, rejected, odd } = workOf(plain.map(wrap));
  // Times have up to nine digits, and each length is a shape of its own.
  // Of JSON, parts that end with a bracket or a blank are left to the decoder too.
  expect(odd).toBeLessThanOrEqual(name === 'docker, lines cut' ? 30 : 10);
  // Odd lines with parts of one event are several.
  expect(judged + rejected + odd).toBeGreaterThanOrEqual(plain.length);
  expect(judged).toBeGreaterThanOrEqual(expected.judged - odd);
  expect(judged).toBeLessThanOrEqual(expected.judged);
});
