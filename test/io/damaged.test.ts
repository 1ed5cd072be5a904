import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import xxhash from 'xxhash-wasm';
import { expandedChunks } from '../../src/io/expand/decompress.ts';
import type { Problem } from '../../src/events/problems.ts';
import { Random } from '../fast/random.ts';
import { readLines, temporaryFolder } from './temp.ts';

/** Bytes of a zstd block, and the most of a row. */
const BLOCK = 128 * 1024;
const ROW = 45;

/** Text that compresses as logs do, a few MiB of it. */
function rows(count: number, seed: number): string {
  const random = new Random(seed);
  const word = (): string => random.below(1e9).toString(36);
  return Array.from(
    { length: count },
    (_, i) => `{"row":${i},"a":"${word()}","b":"${word()}"}\n`,
  ).join('');
}

const LARGE = rows(20_000, 2);

const hasTool = (name: string): boolean => spawnSync(name, ['--version']).status === 0;

/** The whole lines that a tool gives before it stops at the damage. */
function linesOf(tool: string, bytes: Buffer): string[] {
  const { stdout } = spawnSync(tool, ['-dc'], { input: bytes, maxBuffer: 1 << 28 });
  return stdout.toString('latin1').split('\n').slice(0, -1);
}

async function readFile(bytes: Buffer) {
  const path = join(temporaryFolder(), 'audit.log.gz');
  writeFileSync(path, bytes);
  return readLines(path);
}

/** As {@link readFile}, through a pipe: it cannot be read a second time. */
async function readPiped(bytes: Buffer) {
  const problems: Problem[] = [];
  const chunks: Buffer[] = [];
  const path = join(temporaryFolder(), 'piped');
  writeFileSync(path, bytes);
  const raw = async function* pipe(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
  };
  const type = bytes[0] === 0x1f ? 'gzip' : 'zstd';
  for await (const chunk of expandedChunks(type, raw(), {
    onProblem: (problem) => problems.push(problem),
  })) {
    chunks.push(Buffer.from(chunk));
  }
  return {
    lines: Buffer.concat(chunks).toString('latin1').split('\n').slice(0, -1),
    reasons: problems.map(({ line, reason }) => `${line}:${reason}`),
  };
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0x10;
  return copy;
};

/** Damage of each kind to a stream of members or frames; all of it behind the first line. */
function damages(pack: (text: string) => Buffer, trailer: number): [string, Buffer][] {
  const small = pack(rows(20, 1));
  const large = pack(LARGE);
  const garbage = Buffer.from('garbage\n');
  const all: [string, Buffer][] = [];
  for (const [name, bytes] of [
    ['small', small],
    ['large', large],
  ] as const) {
    all.push(
      [`${name}, wrong checksum`, flipped(bytes, bytes.length - trailer)],
      [`${name}, garbage behind`, Buffer.concat([bytes, garbage])],
      [
        `${name}, a bad member in the middle`,
        Buffer.concat([bytes, flipped(bytes, bytes.length - trailer), small]),
      ],
      [
        `${name}, a cut member in the middle`,
        Buffer.concat([bytes, bytes.subarray(0, -trailer), small]),
      ],
      [`${name}, cut in the checksum`, bytes.subarray(0, -2)],
    );
    for (const share of [0.3, 0.5, 0.71, 0.9, 0.999]) {
      const at = Math.floor(bytes.length * share);
      all.push(
        [`${name}, a byte flipped at ${share}`, flipped(bytes, at)],
        [`${name}, cut at ${share}`, bytes.subarray(0, at)],
      );
    }
  }
  return all;
}

/** Lines of the large text in the blocks before a share of it. */
function linesBefore(share: number): number {
  const blocks = Math.floor((share * LARGE.length) / BLOCK) - 1;
  return Math.max(0, Math.floor((blocks * BLOCK) / ROW));
}

const TOOLS: [string, (text: string) => Buffer, number][] = [
  ['gzip', (text) => gzipSync(text), 8],
  [
    'zstd',
    (text) => spawnSync('zstd', ['-q', '-c'], { input: text, maxBuffer: 1 << 28 }).stdout,
    4,
  ],
];

describe.each(TOOLS.filter(([tool]) => hasTool(tool)))('damaged %s data', (tool, pack, trailer) => {
  test.each(damages(pack, trailer))(
    'gives at least what the tool gives: %s',
    async (name, bytes) => {
      const given = linesOf(tool, bytes);
      // What a flipped byte of zstd does to its block is no error to every decoder: the blocks before count.
      const share = tool === 'zstd' ? /flipped at (.*)/.exec(name)?.[1] : undefined;
      const wanted = share === undefined ? given : given.slice(0, linesBefore(Number(share)));
      const { lines, reasons } = await readFile(bytes);
      expect(lines.length).toBeGreaterThanOrEqual(wanted.length);
      const texts = lines.slice(0, wanted.length).map((line) => line.slice(line.indexOf(':') + 1));
      expect(texts).toEqual(wanted.map((line) => Buffer.from(line, 'latin1').toString('utf8')));
      // Text behind gzip data is read as text.
      const wrong = tool === 'gzip' && name.endsWith('garbage behind') ? 0 : 1;
      expect(reasons.filter((reason) => /^0:decompress-(?:error|cut)$/.test(reason))).toHaveLength(
        wrong,
      );
      const piped = await readPiped(bytes);
      expect(piped.lines.slice(0, wanted.length)).toEqual(wanted);
      expect(piped.reasons).toHaveLength(wrong);
    },
  );
});

test('gzip data may be padded with zeros', async () => {
  const { lines, reasons } = await readFile(Buffer.concat([gzipSync('a\n'), Buffer.alloc(600)]));
  expect({ lines, reasons }).toEqual({ lines: ['1:a'], reasons: [] });
});

/** A frame of blocks that are not compressed; checksum and size as told, or right. */
async function frame(
  blocks: readonly string[],
  { checksum, size, flags = 0x04, window = 0x48, dictionary = [] as number[] } = {} as {
    checksum?: number;
    size?: number;
    flags?: number;
    window?: number;
    dictionary?: number[];
  },
): Promise<Buffer> {
  const text = blocks.join('');
  const hash = (await xxhash()).create64().update(Buffer.from(text)).digest();
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(checksum ?? Number(hash & 0xffffffffn));
  const field = Buffer.alloc(4);
  field.writeUInt32LE(size ?? text.length);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x80 | flags, window, ...dictionary]), field];
  for (const [i, block] of blocks.entries()) {
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | Number(i === blocks.length - 1), 0, 3);
    parts.push(header, Buffer.from(block));
  }
  if ((flags & 0x04) !== 0) parts.push(sum);
  return Buffer.concat(parts);
}

describe('zstd frames', () => {
  test('of several blocks are read one after the other', async () => {
    const frames = [
      await frame(['a\nb', 'c\n']),
      await frame([''], { flags: 0 }),
      await frame(['d\n']),
    ];
    const { lines, reasons } = await readFile(Buffer.concat(frames));
    expect({ lines, reasons }).toEqual({ lines: ['1:a', '2:bc', '3:d'], reasons: [] });
  });

  test.each([
    ['with a wrong checksum', { checksum: 1 }, ['1:a', '2:b']],
    ['with a wrong size', { size: 7 }, ['1:a', '2:b']],
    ['with a reserved bit', { flags: 0x0c }, []],
  ])('%s are damaged', async (_name, options, wanted) => {
    const { lines, reasons } = await readFile(await frame(['a\n', 'b\n'], options));
    expect({ lines, reasons }).toEqual({ lines: wanted, reasons: ['0:decompress-error'] });
  });

  test.each([
    ['that need a dictionary', frame(['a\n'], { flags: 0x05, dictionary: [9] }), / -D /],
    ['of a large window', frame(['a\n'], { window: 0xa0 }), / --long=31 /],
  ])('%s are named as whole, and those behind them are read', async (_name, odd, step) => {
    const details: string[] = [];
    const onProblem = ({ reason, detail }: Problem): void =>
      void details.push(`${reason} ${detail ?? ''}`);
    const bytes = Buffer.concat([await odd, await frame(['b\n'])]);
    const path = join(temporaryFolder(), 'x.zst');
    writeFileSync(path, bytes);
    expect(await readLines(path, { onProblem })).toMatchObject({ lines: ['1:b'] });
    expect(details).toEqual([expect.stringMatching(step)]);
    expect(details[0]).toMatch(/^unreadable zstd: .*unpack it: zstd -dc/);
  });

  test('for which memory does not suffice are not damaged', async () => {
    vi.doMock('fzstd', () => ({
      Decompress: class {
        push(): void {
          throw new RangeError('Array buffer allocation failed');
        }
      },
    }));
    const { reasons } = await readFile(await frame(['a\n']));
    vi.doUnmock('fzstd');
    expect(reasons).toEqual(['0:unreadable']);
  });

  test('cut anywhere behind a block give that block', async () => {
    const whole = await frame(['first block\n', 'second block\n']);
    const first = whole.indexOf('first block\n') + 'first block\n'.length;
    const second = whole.indexOf('second block\n') + 'second block\n'.length;
    for (let length = 4; length < whole.length; length++) {
      const { lines, reasons } = await readFile(whole.subarray(0, length));
      const wanted = ['1:first block', '2:second block'];
      expect(lines).toEqual(wanted.slice(0, length < first ? 0 : length < second ? 1 : 2));
      expect(reasons).toEqual(['0:decompress-cut']);
    }
  });
});

test('a pipe that is damaged behind what is kept for a second look gives what came before', async () => {
  const noise = Buffer.alloc(12 << 20);
  const random = new Random(7);
  for (let i = 0; i < noise.length; i++) noise[i] = 32 + random.below(90);
  const whole = gzipSync(noise, { level: 1 });
  expect(whole.length).toBeGreaterThan(8 << 20);
  const { reasons } = await readPiped(flipped(whole, whole.length - 8));
  expect(reasons).toEqual(['0:decompress-error']);
});
