import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  readSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { Problem } from '../../src/events/problems.ts';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { feedInput } from '../../src/io/read-input.ts';
import { feedRange } from '../../src/io/read-range.ts';
import { readLines, temporaryFolder } from './temp.ts';

function file(content: string | Buffer, name = 'x.log'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const ZSTD_SAMPLE = new URL('../../samples/inputs/zstd-frames.log.zst', import.meta.url);
const rows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `row ${index} ${'x'.repeat(50)}\n`).join('');

describe('reading inputs', () => {
  it('reads a file with and without a line feed at its end', async () => {
    expect((await readLines(file('a\nb\n'))).lines).toEqual(['1:a', '2:b']);
    expect((await readLines(file('a\nb'))).lines).toEqual(['1:a', '2:b']);
    expect(await readLines(file(''))).toEqual({ lines: [], reasons: [], bytes: 0 });
  });

  it('reads a file of several blocks', async () => {
    const text = rows(60_000);
    const { lines, bytes } = await readLines(file(text));
    expect(lines).toHaveLength(60_000);
    expect(lines.at(-1)).toBe(`60000:row 59999 ${'x'.repeat(50)}`);
    expect(bytes).toBe(text.length);
  });

  it.each([false, true])(
    'tells of a file that is emptied meanwhile (read by turns: %s)',
    async (waits) => {
      const text = rows(60_000);
      const path = file(text);
      const space = Buffer.alloc(1 << 16);
      const target = { space: () => space, filled: (bytes: number) => bytes, end: () => 0 };
      const problems: Problem[] = [];
      const options = { waits, onProblem: (problem: Problem) => void problems.push(problem) };
      const source = { name: path, path, size: text.length };
      let read = 0;
      for await (const bytes of feedInput(source, options, target)) {
        read += bytes ?? 0;
        truncateSync(path, 10);
      }
      const detail = `${text.length - read} bytes or more behind byte ${read}`;
      expect(problems).toEqual([{ reason: 'lost-bytes', line: 0, detail }]);
    },
  );

  it.each([
    ['in the middle of it', 0, 40_000, 10],
    ['before its first line', 30_000, 40_000, 10],
    ['in its last line', 0, Infinity, 59_000],
    ['behind the last line feed', 30_000, Infinity, 29_999],
  ])(
    'tells of a file that is emptied while a range is read, %s',
    async (_where, start, end, left) => {
      const text = rows(60_000);
      const path = file(text);
      const fd = openSync(path, 'r');
      const space = Buffer.alloc(1 << 12);
      const target = { space: () => space, filled: () => undefined, end: () => undefined };
      const problems: Problem[] = [];
      const onProblem = (problem: Problem): void => void problems.push(problem);
      truncateSync(path, left);
      const range = feedRange(fd, { start, end, size: text.length }, target, {
        holdsNext: () => false,
        onProblem,
      });
      let step = await range.next();
      while (step.done !== true) step = await range.next();
      closeSync(fd);
      expect(step.value).toBe(Infinity);
      expect(problems).toEqual([
        { reason: 'lost-bytes', line: 0, detail: expect.stringMatching(/^\d+ bytes or more/) },
      ]);
      const [, missing, behind] = /^(\d+) .* (\d+)$/.exec(problems[0]!.detail!)!;
      expect(Number(missing) + Number(behind)).toBe(text.length);
    },
  );

  it('takes nothing of another file when compressed data are left in the middle', async () => {
    const space = Buffer.alloc(1 << 16);
    const target = { space: () => space, filled: (bytes: number) => bytes, end: () => 0 };
    const other = file('x'.repeat(9000), 'other.log');
    for (let i = 0; i < 40; i++) {
      const path = file(gzipSync(randomBytes(3000 + 100 * i).toString('hex')), 'x.gz');
      const source = { name: path, path, size: undefined };
      for await (const bytes of feedInput(source, { onProblem: () => undefined }, target)) {
        if (bytes !== undefined) break;
      }
      // It gets the number of the descriptor that was closed.
      const fd = openSync(other, 'r');
      await sleep(2);
      expect(readSync(fd, space, 0, space.length, null)).toBe(9000);
      closeSync(fd);
    }
  });

  it('replaces invalid UTF-8', async () => {
    expect((await readLines(file(Buffer.from([0x61, 0xff, 0x62, 0x0a])))).lines).toEqual([
      '1:a\ufffdb',
    ]);
  });

  it('reports lines that are too long, and reads those around them', async () => {
    const text = `a\n${'x'.repeat(3_000_000)}\nb\n${'y'.repeat(200)}\nc\n`;
    const result = await readLines(file(text), { maxEventSize: 100 });
    expect(result.lines).toEqual(['1:a', '3:b', '5:c']);
    expect(result.reasons).toEqual(['2:line-too-long', '4:line-too-long']);
  });

  it('tells gzip by its first bytes, and reads all members', async () => {
    const members = [gzipSync('a\nb'), gzipSync('c\nd\n'), gzipSync('')];
    expect((await readLines(file(Buffer.concat(members)))).lines).toEqual(['1:a', '2:bc', '3:d']);
    expect((await readLines(file('plain\n', 'x.gz'))).lines).toEqual(['1:plain']);
  });

  it('hands over what is readable of cut gzip data', async () => {
    const whole = gzipSync(rows(50_000), { level: 1 });
    const result = await readLines(file(whole.subarray(0, Math.floor(whole.length / 2))));
    expect(result.lines.length).toBeGreaterThan(1000);
    expect(result.lines[0]).toMatch(/^1:row 0 /);
    expect(result.reasons).toEqual(['0:decompress-cut']);
  });

  it('hands over what is readable of damaged gzip data', async () => {
    const bytes = gzipSync(rows(50_000), { level: 1 });
    bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 64);
    const result = await readLines(file(bytes));
    expect(result.lines[0]).toMatch(/^1:row 0 /);
    expect(result.reasons).toEqual(['0:decompress-error']);
  });

  it('stops at a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000, 0x78));
    const result = await readLines(file(Buffer.concat([gzipSync('first\n'), bomb])));
    expect(result.lines).toEqual(['1:first']);
    expect(result.reasons).toEqual(['2:line-too-long', '0:decompress-limit']);
  });

  it('stops at the cap on expanded bytes', async () => {
    const maxExpanded = { bytes: 1000, ratio: 1e9 };
    const result = await readLines(file(gzipSync(rows(1000))), { maxExpanded });
    expect(result.reasons).toEqual(['0:decompress-limit']);
  });

  it('reads zstd, several frames and skippable ones too', async () => {
    const frame = readFileSync(ZSTD_SAMPLE);
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const result = await readLines(file(Buffer.concat([skippable, frame, frame])));
    expect(result.reasons).toEqual([]);
    expect(result.lines).toHaveLength(2);
  });

  it('refuses zstd windows of gigabytes, in later frames too', async () => {
    const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa7];
    const block = [0x02, 0x00, 0x10, 0x41];
    const evil = Buffer.from([...header, ...Array.from({ length: 50 }, () => block).flat()]);
    const result = await readLines(file(Buffer.concat([readFileSync(ZSTD_SAMPLE), evil])));
    expect(result.lines).toHaveLength(1);
    expect(result.reasons).toEqual(['0:unreadable']);
  });

  it('reports cut and damaged zstd data', async () => {
    const frame = readFileSync(ZSTD_SAMPLE);
    expect((await readLines(file(frame.subarray(0, frame.length - 20)))).reasons).toEqual([
      '0:decompress-cut',
    ]);
    const damaged = Buffer.concat([frame, Buffer.from('no frame')]);
    const result = await readLines(file(damaged));
    expect(result.lines).toHaveLength(1);
    expect(result.reasons).toEqual(['0:decompress-error']);
  });

  it('reads UTF-16 as PowerShell writes it', async () => {
    expect((await readLines(file(Buffer.from('\ufeffä\r\nb\r\n', 'utf16le')))).lines).toEqual([
      '1:ä',
      '2:b',
    ]);
  });

  it.each([
    ['a zip archive', [0x50, 0x4b, 0x03, 0x04, 0x14]],
    ['xz data', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
    ['control bytes', [1, 2, 3, 4, 5, 6]],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x22, 0, 0, 0]],
    ['UTF-32 of the other order', [0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b, 0, 0, 0, 0x22]],
  ])('says that %s is binary', async (_name, bytes) => {
    const result = await readLines(file(Buffer.from(bytes)));
    expect(result).toMatchObject({ lines: [], reasons: ['0:binary'] });
  });

  it('reads a log that starts with NUL bytes', async () => {
    expect((await readLines(file(`${'\0'.repeat(5000)}a\n`))).reasons).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('reports a file that may not be read', async () => {
    const path = file('a\n');
    chmodSync(path, 0);
    expect((await readLines(path)).reasons).toEqual(['0:unreadable']);
  });

  it('reports a missing file', async () => {
    expect((await readLines('/nonexistent/x.log')).reasons).toEqual(['missing']);
  });

  it('reads a named pipe', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
    const writer = import('node:fs/promises').then((fs) => fs.writeFile(path, gzipSync('a\nb\n')));
    expect((await readLines(path)).lines).toEqual(['1:a', '2:b']);
    await writer;
  });

  it('stops between blocks when told to', async () => {
    const controller = new AbortController();
    const path = file(rows(200_000));
    controller.abort();
    const result = await readLines(path, { signal: controller.signal });
    expect(result.lines.length).toBeLessThan(200_000);
    expect(result.reasons).toEqual([]);
  });
});
