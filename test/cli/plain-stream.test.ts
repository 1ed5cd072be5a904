import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { plainStream } from '../../src/cli/terminal/plain-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-audit-plain-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is written to at once, behind what it holds', () => {
  const path = join(folder, 'out.txt');
  writeFileSync(path, 'before\n');
  const fd = openSync(path, 'a');
  const stream = plainStream(fd)!;
  expect(stream.write('Müller\n')).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('before\nMüller\n');
  expect(stream).toMatchObject({ isTTY: false, closed: false, failure: undefined });
  closeSync(fd);
});

test('what fails is told, once', () => {
  const path = join(folder, 'read-only.txt');
  writeFileSync(path, '');
  const fd = openSync(path, 'r');
  const stream = plainStream(fd)!;
  expect(stream.write('text')).toBe(true);
  expect(stream).toMatchObject({ closed: true, failure: 'EBADF' });
  expect(stream.write('more')).toBe(true);
  closeSync(fd);
});

test.skipIf(process.platform === 'win32')('the null device is one, other devices are not', () => {
  for (const [path, plain] of [
    ['/dev/null', true],
    ['/dev/zero', false],
  ] as const) {
    const fd = openSync(path, 'w');
    expect(plainStream(fd) !== undefined).toBe(plain);
    closeSync(fd);
  }
});

test('what is no open descriptor is none', () => {
  expect(plainStream(9999)).toBeUndefined();
});
