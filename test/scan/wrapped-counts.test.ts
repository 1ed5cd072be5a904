import { Buffer } from 'node:buffer';
import { afterEach, expect, test, vi } from 'vitest';
import { BlindSpots } from '../../src/engine/blind.ts';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { FastReader } from '../../src/scan/fast-reader.ts';
import { LISTS_IN } from '../../bench/lists-in.mjs';
import { rulesOf } from '../fast/conditions.ts';
import { Random } from '../fast/random.ts';
import { benchmarkLog, CONDITIONS } from '../fast/work.ts';
import { CONTAINERS } from '../fuzz/event-lists.mjs';
import { evaluationOf } from './evaluations.ts';

// No clock: an event in a line of many costs the scanner about what it costs as a line, and the decoder twenty times
// as much. These numbers tell which events took which way; findings alone would not.

const evaluation = evaluationOf(await rulesOf(CONDITIONS));
const EVENTS = benchmarkLog('normal', 300).toString().trim().split('\n');

afterEach(() => vi.restoreAllMocks());

/** Reads a log. `decoded`: events that the decoder found. `parsed`: those of them that the scanner did not take. */
function read(text: string) {
  const found = vi.spyOn(FastScanner.prototype, 'takes');
  const judge = vi.spyOn(FastScanner.prototype, 'judge');
  let judged = 0;
  const plan = { since: undefined, until: undefined, maxEventSize: 1e8, cluster: undefined };
  const reader = new FastReader(plan, evaluation, {
    blind: new BlindSpots(),
    evaluated: () => void judged++,
  });
  reader.begin('x');
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const count = bytes.copy(reader.space(), 0, at);
    reader.filled(count);
    at += count;
  }
  reader.end();
  reader.finish();
  const { events, lines } = reader.take();
  const decoded = found.mock.calls.length;
  const parsed = judge.mock.calls.length;
  return { events, lines, decoded, parsed, judged };
}

/** Always the same choice: nothing odd. */
const USUAL = Object.assign(new Random(1), { chance: (percent: number) => percent >= 50 });

const plain = read(`${EVENTS.join('\n')}\n`);
const DECIDED = [
  'array',
  'array of texts',
  'array of arrays',
  'event list',
  'list of items',
  'get-log-events',
  'subscription',
  'kinesis',
  'AKS records',
  'records of events',
  'otlp',
  'loki',
  'search hits',
  'insights',
  'table',
  'docker',
  'journald',
  'elastic',
  'fluent',
  'members that nobody reads',
  'keys that are events',
];

test('a plain log needs no decoder', () => {
  expect(plain).toMatchObject({ events: 300, lines: 300, decoded: 0 });
  expect(plain.judged).toBeGreaterThan(0);
});

test.each(DECIDED)('events of one line are decided as events of many: %s', (name) => {
  const text = CONTAINERS[name]!(EVENTS, USUAL);
  expect(read(`${text}\n`)).toEqual({ ...plain, lines: 1 });
  // Without a line feed, and behind a line that is read otherwise.
  expect(read(`text\n${text}`)).toEqual({ ...plain, lines: 2 });
});

test.each(Object.keys(CONTAINERS).filter((name) => !DECIDED.includes(name)))(
  'where a wrapping may look into its events, the decoder reads them: %s',
  (name) => {
    const { events, decoded } = read(`${CONTAINERS[name]!(EVENTS.slice(0, 20), USUAL)}\n`);
    expect(decoded).toBe(events);
  },
);

test.each(LISTS_IN)(
  'what the benchmark measures is decided in the scanner: %s',
  (name, _aim, count, wrap) => {
    const lines: string[] = [];
    for (let i = 0; i < EVENTS.length; i += count) lines.push(wrap(EVENTS.slice(i, i + count)));
    const { events, decoded, parsed } = read(lines.join('\n'));
    // Entries of GKE are converted.
    expect({ events, decoded, parsed }).toEqual({
      events: 300,
      decoded: name === 'GKE' ? 300 : 0,
      parsed: 0,
    });
  },
);

test('only the events of a line that are unlike others go to the decoder', () => {
  const odd = EVENTS[7]!.replace('"verb"', '"\\u0076erb"').replace('Response', 'Res\\u0070onse');
  const all = [...EVENTS, odd, `${odd.slice(0, -1)},"more":1}`];
  const { events, decoded } = read(`${CONTAINERS['get-log-events']!(all, USUAL)}\n`);
  expect({ events, decoded }).toEqual({ events: 302, decoded: 2 });
});
