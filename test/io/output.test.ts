import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendOutput, fileOutput, isSameFile, streamOutput } from '../../src/io/output.ts';
import type { TextStream } from '../../src/io/output.ts';
import { KnownError } from '../../src/util/errors.ts';
import { temporaryFolder } from './temp.ts';

interface FakeStream extends TextStream {
  readonly writes: string[];
  closed: boolean;
  waits: number;
}

function fakeStream(): FakeStream {
  return {
    writes: [],
    closed: false,
    waits: 0,
    write(data) {
      this.writes.push(Buffer.from(data).toString());
      return true;
    },
    drained() {
      this.waits++;
      return Promise.resolve();
    },
  };
}

describe('results on a stream', () => {
  test('are gathered, and handed over when the work pauses', async () => {
    const stream = fakeStream();
    const output = streamOutput(stream);
    output.write('a\n');
    output.write('b\n');
    expect(stream.writes).toEqual([]);
    await output.settle();
    expect(stream.writes).toEqual(['a\nb\n']);
    await output.settle();
    expect(stream.writes).toHaveLength(1);
  });

  test('do not pile up between pauses', () => {
    const stream = fakeStream();
    const output = streamOutput(stream);
    for (let i = 0; i < 300; i++) output.write('x'.repeat(1024));
    expect(stream.writes.join('').length).toBeGreaterThan(200 * 1024);
  });

  test('wait for a slow reader', async () => {
    const stream = fakeStream();
    const output = streamOutput(stream);
    output.write('a');
    await output.settle();
    await output.close();
    expect(stream.waits).toBe(2);
  });

  test('go nowhere once the reader has gone', async () => {
    const stream = fakeStream();
    const output = streamOutput(stream);
    expect(output.closed).toBe(false);
    stream.closed = true;
    output.write('a');
    await output.close();
    expect(output.closed).toBe(true);
    expect(stream.writes).toEqual([]);
  });
});

describe('results in a file', () => {
  test('replace what was there, whole', async () => {
    const path = join(temporaryFolder(), 'out.txt');
    writeFileSync(path, 'old and longer\n');
    const output = fileOutput(path);
    const text = 'häuser\n'.repeat(50_000);
    output.write(text);
    await output.settle();
    expect(readFileSync(path, 'utf8')).toBe('old and longer\n');
    expect(await output.close()).toBe(Buffer.byteLength(text));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test.each([
    ['a missing directory', 'no/out.txt', 'no such file or directory'],
    ['a directory', '.', 'is a directory'],
  ])('in %s are a known error', (_name, name, reason) => {
    const path = join(temporaryFolder(), name);
    const error = new KnownError('input', `cannot write ${path}: ${reason}`);
    expect(() => fileOutput(path)).toThrow(error);
    expect(() => appendOutput(path, 100, '')).toThrow(error);
  });

  test.skipIf(!existsSync('/dev/full'))('on a full disk are a known error', async () => {
    const output = fileOutput('/dev/full');
    output.write('a');
    await expect(output.close()).rejects.toThrow('no space left on the device');
  });
});

async function append(before: string, text: string, limit: number): Promise<string> {
  const path = join(temporaryFolder(), 'summary.md');
  writeFileSync(path, before);
  const output = appendOutput(path, limit, '\n(cut)\n');
  for (const line of text.match(/.*\n/g) ?? []) output.write(line);
  await output.close();
  return readFileSync(path, 'utf8');
}

describe('results added to a file', () => {
  test.each([
    ['all when it fits', 'a\n', 'b\nc\n', 6, 'a\nb\nc\n'],
    ['whole lines and a note when it does not', '', 'one\ntwo\nthree\n', 13, 'one\n(cut)\n'],
    ['nothing when there is no room', 'aaaa\n', 'b\nc\n', 5, 'aaaa\n'],
  ])('keep %s', async (_name, before, text, limit, after) => {
    const written = await append(before, text, limit);
    expect(written).toBe(after);
    expect(Buffer.byteLength(written)).toBeLessThanOrEqual(limit);
  });
});

test('the same file is recognised through links', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a');
  writeFileSync(file, '');
  symlinkSync(file, join(folder, 'link'));
  writeFileSync(join(folder, 'b'), '');
  expect(isSameFile(file, join(folder, 'link'))).toBe(true);
  expect(isSameFile(file, join(folder, 'b'))).toBe(false);
  expect(isSameFile(file, join(folder, 'none'))).toBe(false);
});
