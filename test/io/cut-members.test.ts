import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expandedChunks } from '../../src/io/expand/decompress.ts';
import { Random } from '../fast/random.ts';
import { readLines, temporaryFolder } from './temp.ts';

const PACKS = {
  gzip: (text: string): Buffer => gzipSync(text),
  zstd: (text: string): Buffer => spawnSync('zstd', ['-q', '-c'], { input: text }).stdout,
} as const;
type Type = keyof typeof PACKS;
const TYPES = (['gzip', 'zstd'] as const).filter(
  (type) => spawnSync(type, ['--version']).status === 0,
);

function rows(tag: string, count: number, seed: number): string {
  const random = new Random(seed);
  const row = (_: unknown, i: number): string => `${tag} ${i} ${random.below(1e9).toString(36)}\n`;
  return Array.from({ length: count }, row).join('');
}

/** Expands a stream that comes in chunks of a size. */
async function expand(type: Type, bytes: Buffer, size: number) {
  const raw = async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const details: string[] = [];
  const onProblem = ({ detail }: { detail?: string | undefined }): number =>
    details.push(detail ?? '');
  let text = '';
  for await (const chunk of expandedChunks(type, raw(), { onProblem })) {
    text += chunk.toString('latin1');
  }
  return { text, details };
}

const file = (bytes: Buffer): string => {
  const path = join(temporaryFolder(), 'x');
  writeFileSync(path, bytes);
  return path;
};
const bare = (lines: readonly string[]): string =>
  lines.map((line) => `${line.replace(/^\d+:/, '')}\n`).join('');

describe.each(TYPES)('%s data of several parts', (type) => {
  const pack = PACKS[type];

  it.each([3, 40, 600])('are read behind one that was cut anywhere: %i lines', async (count) => {
    const first = rows('first', count, count);
    const second = rows('second', count, count + 1);
    const [a, b] = [pack(first), pack(second)];
    const step = Math.max(1, Math.floor(a.length / 60));
    for (let cut = 1; cut < a.length; cut += step) {
      for (const size of [7, 1 << 20]) {
        const place = `cut at ${cut} of ${a.length}, chunks of ${size}`;
        const { text, details } = await expand(type, Buffer.concat([a.subarray(0, cut), b]), size);
        const before = text.slice(0, text.length - second.length);
        // Of zstd data, the end of a block may be taken from the start of what follows.
        const isSure = type === 'gzip' || cut < a.length - 8;
        const result = {
          place,
          problems: details.length,
          isReadOn: text.endsWith(second),
          isOnNewLine: before === '' || before.endsWith('\n'),
          isGood: !isSure || first.startsWith(before.slice(0, -1)),
        };
        const wanted = { problems: 1, isReadOn: true, isOnNewLine: true, isGood: true };
        expect(result).toEqual({ place, ...wanted });
      }
    }
  });

  it('are read behind each that is damaged, and each is counted', async () => {
    const flipped = pack(rows('first', 40, 1));
    flipped[flipped.length >> 1]! ^= 0x10;
    const cut = pack(rows('second', 40, 2)).subarray(0, -6);
    const third = rows('third', 40, 3);
    const bytes = Buffer.concat([flipped, cut, pack(third), cut.subarray(0, -20), pack(third)]);
    const { lines, reasons } = await readLines(file(bytes));
    expect(bare(lines).split(third)).toHaveLength(3);
    expect(reasons).toHaveLength(3);
    const piped = await expand(type, bytes, 1000);
    expect(piped.details).toHaveLength(3);
    expect(piped.text.split(third)).toHaveLength(3);
  });

  it('are read behind zeros', async () => {
    const [first, second] = [rows('first', 5, 1), rows('second', 5, 2)];
    for (const zeros of [1, 3, 4, 5, 512, 70_000]) {
      const parts = [pack(first), Buffer.alloc(zeros), pack(second), Buffer.alloc(zeros)];
      for (const size of [5, 1 << 20]) {
        const expanded = await expand(type, Buffer.concat(parts), size);
        expect(expanded, `${zeros}, ${size}`).toEqual({ text: first + second, details: [] });
      }
      const { lines, reasons } = await readLines(file(Buffer.concat(parts)));
      expect({ text: bare(lines), reasons }).toEqual({ text: first + second, reasons: [] });
    }
  });
});

describe('gzip data that only look like a member inside another one', () => {
  it.each([
    ['stored', (bytes: Buffer) => gzipSync(bytes, { level: 0 })],
    ['stored because they cannot be compressed', (bytes: Buffer) => gzipSync(bytes)],
  ])('are part of it: %s', async (_name, pack) => {
    const inner = gzipSync(randomBytes(100_000).toString('latin1'));
    for (const head of ['', 'x', 'head\n'.repeat(100), 'text '.repeat(9999)]) {
      const content = Buffer.concat([Buffer.from(head), inner, Buffer.from('end\n')]);
      const { text, details } = await expand('gzip', pack(content), 1000);
      expect(details).toEqual([]);
      expect(text === content.toString('latin1')).toBe(true);
    }
  });

  it('are part of it where a stored block starts with them', async () => {
    const inner = gzipSync(rows('inner', 20, 1));
    const header = Buffer.from([0, inner.length & 255, inner.length >> 8, 0, 0]);
    header.writeUInt16LE(0xffff - inner.length, 3);
    const end = deflateRawSync(Buffer.from('end\n'));
    const content = Buffer.concat([inner, Buffer.from('end\n')]);
    const whole = gzipSync(content);
    const bytes = Buffer.concat([
      whole.subarray(0, 10),
      header,
      inner,
      end,
      whole.subarray(whole.length - 8),
    ]);
    const { text, details } = await expand('gzip', bytes, 1 << 20);
    expect(details).toEqual([]);
    expect(text === content.toString('latin1')).toBe(true);
  });
});

describe.runIf(TYPES.includes('zstd'))('zstd data', () => {
  const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
  const random = (): Buffer => randomBytes(5000);
  it.each([
    ['the magic of a frame', Buffer.concat([magic, Buffer.from([0x04, 0x00])])],
    ['a frame', PACKS.zstd('inner\n')],
    ['the start of a frame', PACKS.zstd(rows('inner', 400, 1)).subarray(0, 900)],
  ])('that have %s in what cannot be compressed are whole', async (_name, inner) => {
    for (const behind of [random(), Buffer.alloc(0)]) {
      const content = Buffer.concat([random(), inner, behind]);
      const whole = spawnSync('zstd', ['-q', '-c'], { input: content }).stdout;
      expect(whole.includes(inner)).toBe(true);
      const { text, details } = await expand('zstd', whole, 1 << 20);
      expect(details).toEqual([]);
      expect(text === content.toString('latin1')).toBe(true);
    }
  });
});

it('lets no file of an archive go on with what comes behind damage', async () => {
  const name = Buffer.alloc(512);
  name.write('audit.log');
  name.write('0000644\0', 100);
  name.write(`${(3000).toString(8).padStart(11, '0')}\0`, 124);
  name.write('0ustar  \0', 156);
  name.fill(' ', 148, 156);
  const sum = name.reduce((total, byte) => total + byte, 0);
  name.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const cut = gzipSync(Buffer.concat([name, Buffer.from(rows('row', 150, 1))])).subarray(0, -100);
  const bytes = Buffer.concat([cut, gzipSync('another\n'.repeat(900))]);
  const { lines } = await readLines(file(bytes), { onEntry: () => undefined });
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.includes('another')).length).toBe(0);
});
