import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { plainLine, wholeLine } from './corpus.ts';
import { feedAll, scanFast, scanReference, type ScanOptions } from './engines.ts';
import { Random } from './random.ts';
import { randomRules } from './rule-maker.ts';

const OPTIONS: ScanOptions = { rules: await randomRules(new Random(8), 5), matching: 'all' };

function withBody(body: string, seed = 1): string {
  return plainLine(new Random(seed)).replace(/}$/, `,"pad":${body}}`);
}

/** How many of some lines the scanner leaves to the decoder, and how many events it saw twice. */
function scan(lines: readonly string[], remembered = 0) {
  let odd = 0;
  const scanner = new FastScanner({
    ...OPTIONS,
    remembered,
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    sink: {
      event: () => undefined,
      odd: () => odd++,
      longLine: () => undefined,
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  feedAll(scanner, Buffer.from(`${lines.join('\n')}\n`));
  scanner.end();
  return { odd, duplicates: scanner.counts.duplicates };
}

/** The outcomes of both engines. */
function both(lines: readonly string[]) {
  const input = Buffer.from(lines.join('\n'));
  return { fast: scanFast(input, OPTIONS, 1 << 20), reference: scanReference(input, OPTIONS) };
}

const nested = (open: string, close: string, levels: number): string =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

test('bodies of 60 levels are the last that the scanner checks, objects and arrays', () => {
  for (const [open, close] of [['{"a":', '}'] as const, ['[', ']'] as const]) {
    expect(scan([withBody(nested(open, close, 60))]).odd).toBe(0);
    for (const levels of [61, 62, 63, 64, 65]) {
      expect(scan([withBody(nested(open, close, levels))]).odd).toBe(1);
      expect(scan([withBody(`{"b":{},"c":${nested(open, close, levels)}}`)]).odd).toBe(1);
    }
    expect(scan([withBody(`{"b":[],"c":${nested(open, close, 60)}}`)]).odd).toBe(1);
  }
});

test('objects in objects, broken at each place', () => {
  const body = '{"a":{".":{},"b":{"c":{},"d":{"e":[1]}},"f":{"g":{"h":{"i":{}}}}},"j":{"k":"l"}}';
  expect(scan([withBody(body)]).odd).toBe(0);
  const broken = Array.from(body, (_, i) =>
    ['', '}', ']', '{', ',', '"', ':'].map((c) =>
      withBody(body.slice(0, i) + c + body.slice(i + 1)),
    ),
  );
  const { fast, reference } = both(broken.flat());
  expect(fast).toEqual(reference);
});

test('strings that cover whole blocks of 64 bytes, with escapes at their edges', () => {
  const lines: string[] = [];
  for (let length = 50; length < 200; length++) {
    for (const end of ['', '\\"', '\\\\', '\\\\\\"', '\\']) {
      lines.push(withBody(`{"data":"${'{'.repeat(length)}${end}","more":[1,"x"]}`));
      lines.push(withBody(`{"${'k'.repeat(length)}${end}":{"a":"b"},"more":[true]}`));
    }
  }
  const { fast, reference } = both(lines);
  expect(fast).toEqual(reference);
});

test('keys in another order than in the lines before, with blanks and broken', () => {
  const event = JSON.parse(plainLine(new Random(2))) as Record<string, unknown>;
  const r = new Random(3);
  const lines = Array.from({ length: 300 }, () => {
    const entries = Object.entries(event).toSorted(() => r.below(3) - 1);
    const text = JSON.stringify(Object.fromEntries(entries));
    const blank = text.replace(/":/g, (colon) => (r.below(9) === 0 ? '" :' : colon));
    const at = r.below(blank.length);
    return r.below(3) === 0 ? blank.slice(0, at) + blank.slice(at + 1) : blank;
  });
  const { fast, reference } = both([...lines, `{"kind":"Event",${'\0'.repeat(40)}}`]);
  expect(fast).toEqual(reference);
});

test('events are told to be duplicates across more of them than are looked up at a time', () => {
  const lines = Array.from({ length: 1200 }, (_, i) =>
    plainLine(new Random(4)).replace(/"auditID":"[^"]*"/, `"auditID":"id-${i}"`),
  );
  expect(scan([...lines, ...lines.slice(0, 700)], 10_000).duplicates).toBe(700);
});

test('a table of duplicates that is asked to remember more than it holds never fills up', () => {
  const [before, after] = wholeLine({ auditID: '"@"' }).trim().split('@') as [string, string];
  const lines = Array.from({ length: 270_000 }, (_, i) => `${before}${i}${after}`);
  expect(scan([...lines, ...lines.slice(-100)], 1e9)).toEqual({ odd: 0, duplicates: 100 });
});
