import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ReadPlan } from '../../src/scan/plan.ts';
import { rulesOf } from '../fast/conditions.ts';
import { adversarial, plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { seeds } from '../seeds.ts';
import { outcome } from './outcome.ts';

/** Every event is told, with its number: what is merged otherwise is told otherwise. */
const RULES = await rulesOf(
  ['ka.verb = list', 'ka.verb exists', 'ka.req.pod.host_network = true'],
  '%evt.num %evt.reltime %ka.auditid',
);

interface Clock {
  /** Seconds since 2026-01-01. */
  seconds: number;
}

/** Events whose times rise, as an API server writes them; now and then one is late. */
function rising(random: Random, clock: Clock, count: number): string[] {
  return Array.from({ length: count }, () => {
    clock.seconds += random.below(4);
    const at = random.chance(3) ? clock.seconds - random.below(60) : clock.seconds;
    const time = new Date(Date.UTC(2026, 0, 1) + 1000 * at).toISOString();
    return plainLine(random).replaceAll(/Timestamp":"[^"]*"/g, `Timestamp":"${time}"`);
  });
}

/** Lines as they are found in logs: with others between, wrapped, spread over lines, and broken. */
function hostile(random: Random, clock: Clock): Buffer {
  const parts = Array.from({ length: 12 }, (): Buffer => {
    const lines = rising(random, clock, 20 + random.below(40));
    const text = (): string => {
      switch (random.below(8)) {
        case 0:
          return lines.map((line) => JSON.stringify({ log: `${line}\n`, stream: 's' })).join('\n');
        case 1:
          return lines.map((line) => `2026-01-01T00:00:00.1Z stdout F ${line}`).join('\n');
        case 2:
          return JSON.stringify(
            lines.map((line) => JSON.parse(line) as unknown),
            null,
            1,
          );
        case 3:
          return lines.join('\r\n\n');
        case 4:
          return lines.join('\nI0102 03:04:05.000000 1 main.go:1] hello\n');
        default:
          return lines.join('\n');
      }
    };
    if (random.chance(15)) return adversarial(random, 30);
    const long = random.chance(10) ? `${'x'.repeat(70_000)}\n` : '';
    return Buffer.from(`${text()}\n${long}`);
  });
  return Buffer.concat(parts);
}

/** Logs of API servers of the same time, rotated, compressed and in archives. */
function logs(seed: number): string[] {
  const folder = temporaryFolder();
  const random = new Random(seed);
  const first = hostile(random, { seconds: 0 });
  const files: Record<string, Buffer> = {
    'a.log': first,
    'b.log': Buffer.concat([hostile(random, { seconds: 50 }), Buffer.from('{"kind":"Event"')]),
    'c.log.gz': gzipSync(hostile(random, { seconds: 20 })),
    'later.log': hostile(random, { seconds: 4000 }),
    // Larger than what is read at a time.
    'large.log': Buffer.from(rising(random, { seconds: 10 }, 2500).join('\n')),
    'copy.log': first.subarray(0, first.length >> 1),
    'text.log': Buffer.from('nothing here\n\n'),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const inside = join(folder, 'inside');
  mkdirSync(inside);
  for (const name of ['d.log', 'e.log']) {
    writeFileSync(join(inside, name), hostile(random, { seconds: random.below(100) }));
  }
  execFileSync('tar', ['-cf', join(folder, 'archive.tar'), '-C', folder, 'inside']);
  return [...Object.keys(files), 'archive.tar'].map((name) => join(folder, name));
}

const WAYS: readonly Partial<ReadPlan>[] = [
  { duplicates: 'count' },
  { duplicates: 'drop' },
  { duplicates: 'count', inputFormat: 'event' },
  {
    since: BigInt(Date.UTC(2026, 0, 1, 0, 3)) * 1_000_000n,
    until: BigInt(Date.UTC(2026, 0, 1, 0, 20)) * 1_000_000n,
    cluster: 'c',
  },
];

test.each(seeds(4))(
  'both engines merge the same events in the same order (seed %i)',
  async (seed) => {
    const paths = logs(seed);
    const plan = { ...WAYS[seed % WAYS.length]!, byTime: true, maxEventSize: 60_000, given: RULES };
    const reference = await outcome(paths, 'reference', plan);
    const fast = await outcome(paths, 'fast', plan);
    expect(fast.findings).toEqual(reference.findings);
    expect(fast.rest).toBe(reference.rest);
    expect(reference.findings.length).toBeGreaterThan(500);
    const inOrder = await outcome(paths, 'reference', { ...plan, byTime: false });
    expect(inOrder.findings).not.toEqual(reference.findings);
  },
  60_000,
);

test('inputs without events are described alike', async () => {
  const folder = temporaryFolder();
  const paths = ['one.log', 'two.log'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, 'I0102 03:04:05.000000 1 main.go:1] hello\n');
  writeFileSync(paths[1]!, '\n<html>\n');
  const plan = { byTime: true, given: RULES };
  const reference = await outcome(paths, 'reference', plan);
  expect(await outcome(paths, 'fast', plan)).toEqual(reference);
  expect((JSON.parse(reference.rest) as { looksLike?: string }).looksLike).toBeDefined();
});
