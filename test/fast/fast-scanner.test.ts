import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { MAX_WEIGHT } from '../../src/json/weight.ts';
import { plainLine } from './corpus.ts';
import { rulesOf } from './conditions.ts';
import { feedAll, scanFast, scanReference, type ScanOptions } from './engines.ts';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { Random } from './random.ts';
import { randomRules } from './rule-maker.ts';

const rules = await randomRules(new Random(5), 10);
const OPTIONS: ScanOptions = { rules, matching: 'all' };

function log(seed: number, lines: number): string[] {
  const r = new Random(seed);
  return Array.from({ length: lines }, () => plainLine(r));
}

/** The outcome of the fast path and that of the reference engine. */
function both(text: string, options: ScanOptions, blockSize: number) {
  const input = Buffer.from(text);
  return {
    fast: scanFast(input, options, blockSize),
    reference: scanReference(input, options),
  };
}

test('a line of 5 MB grows the block', () => {
  const long = plainLine(new Random(1)).replace(/}$/, `,"pad":"${'x'.repeat(5e6)}"}`);
  const { fast, reference } = both([...log(1, 5), long, ...log(2, 5)].join('\n'), OPTIONS, 4096);
  expect(fast).toEqual(reference);
});

test('lines over the limit are reported and passed over, at any block size', () => {
  const long = plainLine(new Random(1)).replace(/}$/, `,"pad":"${'x'.repeat(9000)}"}`);
  const text = [...log(1, 3), long, ...log(2, 3), long, long, 'x'.repeat(6001), ''].join('\n');
  for (const size of [100, 6000, 1 << 20]) {
    const { fast, reference } = both(text, { ...OPTIONS, maxLine: 6000 }, size);
    expect(fast).toEqual(reference);
  }
});

test('a line of exactly the limit is read, one byte more is not', () => {
  const line = plainLine(new Random(3));
  for (const maxLine of [line.length - 1, line.length, line.length + 1]) {
    for (const end of ['\n', '\r\n', '']) {
      const { fast, reference } = both(line + end, { ...OPTIONS, maxLine }, 128);
      expect(fast).toEqual(reference);
    }
  }
});

test('blank lines, CRLF and a missing last line feed', () => {
  const [a, b, c] = log(4, 3);
  for (const text of [`\n${a}\r\n\r\n\n${b}\n${c}`, '', '\n\n']) {
    const { fast, reference } = both(text, OPTIONS, 1 << 20);
    expect(fast).toEqual(reference);
  }
});

test('a text that ends inside a string or behind a backslash', () => {
  const [a, b] = log(6, 2);
  for (const tail of ['{"kind":"Eve', '{"kind":"Event\\', '{"a":[[', '{"a', '{"kind":"Event",']) {
    const { fast, reference } = both(`${a}\n${b}\n${tail}`, OPTIONS, 1 << 20);
    expect(fast).toEqual(reference);
  }
});

test('more events than the scanner keeps at a time', () => {
  const always: ScanOptions = {
    rules: [{ ...rules[0]!, condition: { kind: 'and', operands: [] } }],
    matching: 'all',
  };
  const { fast, reference } = both(log(9, 700).join('\n'), always, 1 << 22);
  expect(fast).toEqual(reference);
});

/** A scanner that notes what it hands over. */
function noting() {
  const noted = { odd: 0, events: 0 };
  const scanner = new FastScanner({
    ...OPTIONS,
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    sink: {
      event: () => noted.events++,
      odd: () => noted.odd++,
      longLine: () => undefined,
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  return { scanner, noted };
}

test('lines of a usual log never reach the decoder', () => {
  const { scanner, noted } = noting();
  const input = Buffer.from(`${log(11, 300).join('\n')}\n`);
  feedAll(scanner, input);
  scanner.flush();
  expect({ odd: noted.odd, events: scanner.counts.events }).toEqual({ odd: 0, events: 300 });
});

test('open events are handed over together, at the latest when there is no room for further text', () => {
  const { scanner, noted } = noting();
  const input = Buffer.from(`${log(11, 20).join('\n')}\n`);
  const seen: number[] = [];
  // The scanner has room for 4 MB.
  for (let bytes = 0; bytes < 5e6; bytes += input.length) {
    feedAll(scanner, input);
    seen.push(noted.events);
  }
  scanner.flush();
  const some = noted.events / seen.length;
  expect(some).toBeGreaterThan(0);
  expect(seen[0]).toBe(0);
  expect(Math.max(...seen)).toBeGreaterThan(some);
  expect(noted.events).toBe(some * seen.length);
});

test('more values of a field than the scanner remembers', () => {
  const lines = log(12, 4000).map((line, i) =>
    line.replace(/"username":"[^"]*"/, `"username":"user-${i}"`),
  );
  const { fast, reference } = both(lines.join('\n'), OPTIONS, 1 << 20);
  expect(fast).toEqual(reference);
});

test('more classes of values than a few, in several fields', async () => {
  const numbers = Array.from({ length: 120 }, (_, i) => i);
  const conditions = numbers.flatMap((i) => [
    `ka.user.name = user-${i} and ka.target.namespace = ns-${i % 7}`,
    `ka.target.resource = things-${i} and ka.verb = get`,
  ]);
  const r = new Random(13);
  const lines = log(13, 3000).map((line) =>
    line
      .replace(/"username":"[^"]*"/, `"username":"user-${r.below(130)}"`)
      .replace(/"resource":"[^"]*"/, `"resource":"things-${r.below(130)}"`)
      .replace(/"namespace":"[^"]*"/, `"namespace":"ns-${r.below(9)}"`),
  );
  const options: ScanOptions = { rules: await rulesOf(conditions), matching: 'all' };
  const { fast, reference } = both(lines.join('\n'), options, 1 << 20);
  expect(reference.findings.length).toBeGreaterThan(300);
  expect(fast).toEqual(reference);
});

test('lines that may hold more than is parsed at once are read as the decoder does', () => {
  const [a, b, c] = log(3, 3) as [string, string, string];
  const padded = b.replace(/}$/, `,"pad":"${','.repeat(MAX_WEIGHT)}"}`);
  const wide = c.replace(/}$/, `,"requestObject":[0${',0'.repeat(MAX_WEIGHT)}]}`);
  const text = [a, `{"kind":"EventList","items":[${a},${padded},${b}]}`, b, wide, c, ''];
  const { fast, reference } = both(text.join('\n'), OPTIONS, 1 << 20);
  expect(fast).toEqual(reference);
  expect(reference.problems.filter((each) => each.includes('too-many-values')).length).toBe(1);
});
