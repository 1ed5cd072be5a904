import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inputFormats } from '../../src/events/wrappers/formats.ts';
import { rulesOf } from '../fast/conditions.ts';
import { adversarial, plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { AT_NIGHT, seeds } from '../seeds.ts';
import { outcome } from './outcome.ts';

function corpora(seed: number): string[] {
  const folder = temporaryFolder();
  const random = new Random(seed);
  const plain = Array.from({ length: 120 }, () => plainLine(random)).join('\n');
  const files: Record<string, string | Buffer> = {
    'audit.log': plain,
    'again.log': plain.slice(0, plain.length / 2),
    'odd.log': adversarial(random, 80),
    'packed.log.gz': gzipSync(plain.slice(plain.length / 3)),
    // The long lines are passed over, the last one at the end of its file; their bytes count.
    'long.log': `${plain}\n${'x'.repeat(3 << 20)}\n${plain}\n`,
    'long-end.log': `${plain.slice(0, 5000)}\n${'x'.repeat((1 << 20) + 2)}`,
    'table.csv': `@logStream,@message\n${plain
      .split('\n')
      .map((line, i) => `s${i},"${line.replaceAll('"', '""')}"`)
      .join('\n')}`,
    'colours.log': plain.replaceAll(/[{}]/g, (char) => `\u001b[1m${char}\u001b[0m`),
    'mixed.log': Buffer.concat([Buffer.from(`${plain}\n`), gzipSync(plain), Buffer.from('\n[\n')]),
    'wide.log': Buffer.from(plain, 'utf16le'),
    'text.log': 'I0102 03:04:05.000000 1 main.go:1] hello\n\nnot json\n',
  };
  return Object.entries(files).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

/** Rules that find something in every event, and tell its number. */
const NUMBERED = await rulesOf(
  ['ka.verb = get', 'ka.verb exists', 'ka.req.pod.host_network = true'],
  '%evt.num %evt.reltime %ka.auditid',
);

test.each(seeds(3))(
  'both engines tell the same of several inputs with the bundled rules (seed %i)',
  async (seed) => {
    const paths = corpora(seed);
    const reference = await outcome(paths, 'reference', { duplicates: 'count' });
    const fast = await outcome(paths, 'fast', { duplicates: 'count' });
    expect(fast.findings).toEqual(reference.findings);
    expect(fast.rest).toBe(reference.rest);
    expect(reference.findings.length).toBeGreaterThan(20);
    // The half that is in two files, and the packed part of it.
    expect(JSON.parse(reference.rest).duplicates).toBeGreaterThan(100);
  },
);

test.each(seeds(3))('both engines leave out the same copies of events (seed %i)', async (seed) => {
  const paths = corpora(seed);
  const changes = { duplicates: 'drop' as const, given: NUMBERED };
  const reference = await outcome(paths, 'reference', changes);
  expect(await outcome(paths, 'fast', changes)).toEqual(reference);
  const { duplicates, summary } = JSON.parse(reference.rest) as Record<string, unknown>;
  expect(duplicates).toBeGreaterThan(100);
  expect(summary).toContain(`read before (--dedupe)`);
});

/** Events whose keys an attacker would choose: the next differs from one in what is easily overlooked. */
function likeKeys(): Buffer {
  const event = (auditID: unknown, stage: unknown = 'Panic', more = {}): string =>
    JSON.stringify({
      ...(JSON.parse(plainLine(new Random(3))) as object),
      auditID,
      stage,
      ...more,
    });
  const long = 'a'.repeat(600);
  const ids = [
    'a',
    'A',
    '',
    7,
    null,
    long,
    `${long}b`,
    `${long}c`,
    'a'.repeat(512),
    'a'.repeat(513),
    '\ud800',
    '\ud801',
    '\ufffd',
    'é',
    'e\u0301',
    'a"',
    'a\\"',
    'a\0',
    'a\0Panic',
    '"',
    '{}',
    'aPanic',
    `${'x'.repeat(300)}\ud800${'y'.repeat(300)}`,
    `${'x'.repeat(300)}\ud801${'y'.repeat(300)}`,
  ];
  const lines = ids.flatMap((id) => [
    event(id),
    event(id, ''),
    event(id, 5),
    event(id, `anic`),
    event(id, 'Panic', { stageTimestamp: '2024-01-01T00:00:00Z' }),
    event(id, 'Panic', { stageTimestamp: 'never' }),
    event(id).replace('{', '{ '),
    `[${event(id)}]`,
    event(id).replace('"auditID":"a', '"auditID":"\\u0061'),
  ]);
  // Bytes that are no UTF-8 are read as one and the same character.
  const broken = [0xff, 0xfe, 0xc3].map((byte) => {
    const [head, tail] = event('#').split('#') as [string, string];
    return Buffer.concat([Buffer.from(head), Buffer.from([byte]), Buffer.from(`${tail}\n`)]);
  });
  const text = Buffer.from(`${lines.join('\n')}\n`);
  return Buffer.concat([text, ...broken, text, ...broken]);
}

test.each(['drop', 'count'] as const)(
  'events that only look like others are told apart (duplicates: %s)',
  async (duplicates) => {
    const path = join(temporaryFolder(), 'keys.log');
    writeFileSync(path, likeKeys());
    const changes = { duplicates, given: NUMBERED };
    const reference = await outcome([path], 'reference', changes);
    expect(await outcome([path], 'fast', changes)).toEqual(reference);
    expect((JSON.parse(reference.rest) as { duplicates: number }).duplicates).toBeGreaterThan(150);
  },
);

test('both engines agree inside a time window and with the first match only', async () => {
  const paths = corpora(9);
  const changes = {
    since: BigInt(Date.parse('2024-03-01T00:00:00Z')) * 1_000_000n,
    until: BigInt(Date.parse('2024-08-01T00:00:00Z')) * 1_000_000n,
    matching: 'first' as const,
  };
  const reference = await outcome(paths, 'reference', changes);
  expect(await outcome(paths, 'fast', changes)).toEqual(reference);
  expect(reference.findings.length).toBeGreaterThan(5);
});

test('an input without events is described alike', async () => {
  const path = corpora(5).at(-1)!;
  const reference = await outcome([path], 'reference');
  expect(await outcome([path], 'fast')).toEqual(reference);
  expect(JSON.parse(reference.rest).looksLike).toContain('klog');
});

const given = await rulesOf(['ka.verb = get', 'ka.auditid exists']);

const SAMPLES = fileURLToPath(new URL('../../samples/inputs/', import.meta.url));
const samples = readdirSync(SAMPLES).filter((name) => !name.endsWith('.md'));

/** The samples of a format, and every other of the rest, by turns; at night all. */
function samplesFor(inputFormat: string, index: number): string[] {
  return samples
    .filter((name, at) => AT_NIGHT || name.startsWith(inputFormat) || (at + index) % 2 === 0)
    .map((name) => join(SAMPLES, name));
}

test.each(inputFormats().map(({ name }, index) => [name, index] as const))(
  'both engines tell the same of samples when %s is the only input format',
  async (inputFormat, index) => {
    const own = join(temporaryFolder(), 'mixed.log');
    writeFileSync(own, adversarial(new Random(7), 20));
    const paths = [...samplesFor(inputFormat, index), own];
    const reference = await outcome(paths, 'reference', { inputFormat, given });
    expect(await outcome(paths, 'fast', { inputFormat, given })).toEqual(reference);
    expect(JSON.parse(reference.rest).looksLike).toBeUndefined();
  },
);
