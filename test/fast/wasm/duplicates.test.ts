import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { DuplicateFilter } from '../../../src/events/dedupe.ts';
import { FastScanner } from '../../../src/fast/fast-scanner.ts';
import { instantiateScanner } from '../../../src/fast/wasm/instantiate.ts';
import { MEMORY, STATUS } from '../../../src/fast/wasm/layout.gen.ts';
import type { JsonObject } from '../../../src/json/value.ts';
import { rulesOf } from '../conditions.ts';
import { plainLine } from '../corpus.ts';
import { feedAll } from '../engines.ts';
import { Random } from '../random.ts';

const rules = await rulesOf(['ka.verb exists']);
const REMEMBERED = 16;

/** Lines of the events that a scanner does not leave out. */
function kept(lines: readonly string[], key: readonly [bigint, bigint]): number[] {
  const found: number[] = [];
  const scanner = new FastScanner({
    rules,
    matching: 'all',
    remembered: REMEMBERED,
    repeatKey: key,
    timeField: 'evt.time',
    settings: { timezone: 'UTC', hostname: 'h' },
    maxLine: 1e7,
    sink: {
      event: (event) => void found.push(event.origin.line),
      odd: (text, line) => {
        if (!scanner.note(JSON.parse(text) as JsonObject)) found.push(line);
      },
      longLine: () => undefined,
      holdsNext: () => false,
      origin: (line) => ({ file: 'x', line }),
    },
  });
  scanner.begin();
  feedAll(scanner, Buffer.from(`${lines.join('\n')}\n`));
  scanner.end();
  const { repeated, events } = scanner.counts;
  expect([events - repeated, repeated > 0]).toEqual([found.length - odd(found, lines), true]);
  return found;
}

/** How many of the lines that were kept are odd. */
function odd(found: readonly number[], lines: readonly string[]): number {
  return found.filter((line) => lines[line - 1]!.startsWith(' ')).length;
}

test.each([1, 2, 3, 4, 5])(
  'the scanner forgets events when the reference does, whoever reads them (seed %i)',
  (seed) => {
    const random = new Random(seed);
    const events = Array.from({ length: 60 }, () => plainLine(random));
    const lines = Array.from({ length: 2000 }, () => {
      const line = events[random.below(random.chance(50) ? 60 : 20)]!;
      return random.chance(20) ? ` ${line}` : line;
    });
    const filter = new DuplicateFilter(REMEMBERED);
    const expected = lines.flatMap((line, i) =>
      filter.seen(JSON.parse(line) as JsonObject) ? [] : [i + 1],
    );
    expect(expected.length).toBeGreaterThan(100);
    expect(kept(lines, [BigInt(seed), 5n])).toEqual(expected);
    expect(kept(lines, [2n ** 64n - 1n, BigInt(seed)])).toEqual(expected);
  },
);

test('the hash is SipHash-2-4', () => {
  const wasm = instantiateScanner({ classify: () => 0, step: () => 0 });
  const bytes = Buffer.from(wasm.memory.buffer);
  for (let i = 0; i < 16; i++) {
    bytes[STATUS.hashKey + i] = i;
    // The test vector of 15 bytes; its last byte is its length.
    bytes[MEMORY.block + i] = i;
  }
  expect(BigInt.asUintN(64, wasm.keyedHash(MEMORY.block, 2))).toBe(0xa129ca6149be45e5n);
});

test('the hash depends on the key', () => {
  const hashes = (key: readonly [bigint, bigint]): string => {
    const scanner = new FastScanner({
      rules,
      matching: 'all',
      remembered: Infinity,
      repeatKey: key,
      timeField: 'evt.time',
      settings: { timezone: 'UTC', hostname: 'h' },
      maxLine: 1e7,
      sink: {
        event: () => undefined,
        odd: () => undefined,
        longLine: () => undefined,
        holdsNext: () => false,
        origin: (line) => ({ file: 'x', line }),
      },
    });
    scanner.begin();
    feedAll(scanner, Buffer.from(`${plainLine(new Random(1))}\n`));
    scanner.end();
    return scanner.takeNoted().join(' ');
  };
  const [one, ...others] = [hashes([1n, 2n]), hashes([1n, 3n]), hashes([2n, 2n])];
  expect(hashes([1n, 2n])).toBe(one);
  expect(others).not.toContain(one);
});
