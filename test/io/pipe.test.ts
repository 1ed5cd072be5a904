import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachLine } from '../../src/io/lines.ts';
import { readInput } from '../../src/io/read-input.ts';
import { readLines, temporaryFolder } from './temp.ts';

function fifo(): string {
  const path = join(temporaryFolder(), 'fifo');
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
  return path;
}

const rows = (count: number): string =>
  Array.from({ length: count }, (_, index) => `row ${index} ${'x'.repeat(index % 97)}\n`).join('');

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  it('hands over each line before the next one comes', async () => {
    const path = fifo();
    const seen: string[] = [];
    // Opening for reading too keeps the writer from waiting for a reader.
    const writer = await open(path, 'r+');
    await writer.write('row 0\n');
    const stop = new AbortController();
    const options = { onProblem: () => undefined, signal: stop.signal };
    for await (const block of readInput({ path, name: path, size: undefined }, options)) {
      eachLine(
        block,
        1000,
        (start, end) => seen.push(block.buffer.toString('utf8', start, end)),
        () => undefined,
      );
      if (seen.length === 50) stop.abort();
      else await writer.write(`row ${seen.length}\n`);
    }
    await writer.close();
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `row ${index}`));
  });

  it.each([
    ['text', rows(100_000)],
    ['gzip data', gzipSync(rows(100_000))],
  ])('hands over all %s, however it is cut into writes', async (_name, content) => {
    const path = fifo();
    const bytes = Buffer.from(content);
    const write = async (): Promise<void> => {
      const writer = await open(path, 'w');
      for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 200_003) {
        await writer.writeFile(bytes.subarray(at, at + size));
      }
      await writer.close();
    };
    const [result] = await Promise.all([readLines(path), write()]);
    expect(result.bytes).toBe(bytes.length);
    expect(result.reasons).toEqual([]);
    expect(result.lines).toHaveLength(100_000);
    expect(result.lines.at(-1)).toBe(`100000:row 99999 ${'x'.repeat(99_999 % 97)}`);
  });
});
