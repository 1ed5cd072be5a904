import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWhole, writeWhole } from '../../src/io/write/whole-file.ts';
import { temporaryFolder } from './temp.ts';

/** More than is kept in memory and copied at a time, with characters of several bytes on the borders. */
const LARGE = 'häuser\n'.repeat(500_000);
const ON_WINDOWS = process.platform === 'win32';

describe('a file that is written whole', () => {
  test.each([
    ['small', ['new\n']],
    ['large', [LARGE]],
    ['in many pieces', Array.from({ length: 40_000 }, (_, i) => `${i} ${'ü'.repeat(60)}\n`)],
    ['empty', []],
  ])('has its old content until it is in its place: %s', (_name, pieces) => {
    const folder = temporaryFolder();
    const path = join(folder, 'out');
    writeFileSync(path, 'old\n');
    const file = openWhole(path);
    for (const piece of pieces) {
      file.write(piece);
      // What a process that is killed here leaves behind: nothing but the old file.
      expect(readdirSync(folder)).toEqual(['out']);
    }
    expect(readFileSync(path, 'utf8')).toBe('old\n');
    const bytes = file.commit();
    expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
    expect(bytes).toBe(statSync(path).size);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test.skipIf(ON_WINDOWS)('keeps the mode of what it replaces, whatever the mask', () => {
    const path = join(temporaryFolder(), 'out');
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    writeWhole(path, 'new');
    expect(statSync(path).mode & 0o777).toBe(0o666);
  });

  test.skipIf(ON_WINDOWS).each([
    ['new', undefined],
    ['there before', 0o644],
  ])('is for its owner alone when it is private and %s', (_name, mode) => {
    const path = join(temporaryFolder(), 'out');
    if (mode !== undefined) writeFileSync(path, 'old', { mode });
    const file = openWhole(path, { private: true });
    file.write(LARGE);
    file.commit();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.skipIf(ON_WINDOWS)('is what a link leads to, also where nothing is there yet', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'elsewhere'));
    for (const name of ['old', 'none']) {
      symlinkSync(join('elsewhere', name), join(folder, name));
    }
    writeFileSync(join(folder, 'elsewhere', 'old'), 'old');
    for (const name of ['old', 'none']) {
      writeWhole(join(folder, name), 'new');
      expect(readlinkSync(join(folder, name))).toBe(join('elsewhere', name));
      expect(readFileSync(join(folder, 'elsewhere', name), 'utf8')).toBe('new');
    }
  });

  test.each([
    ['a directory', '.', 'EISDIR'],
    ['in a directory that is missing', join('no', 'out'), 'ENOENT'],
  ])('is refused at once: %s', (_name, name, code) => {
    const path = join(temporaryFolder(), name);
    expect(() => openWhole(path)).toThrow(expect.objectContaining({ code }));
  });

  test.skipIf(ON_WINDOWS)('is refused at once where links lead in a circle', () => {
    const path = join(temporaryFolder(), 'circle');
    symlinkSync(path, path);
    expect(() => openWhole(path)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  test('leaves other names of what it replaces as they were', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'kept'), 'old');
    linkSync(join(folder, 'kept'), join(folder, 'out'));
    writeWhole(join(folder, 'out'), 'new');
    expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('old');
  });
});

describe('what is no regular file is written to as it is', () => {
  test.skipIf(ON_WINDOWS)('a FIFO', () => {
    const path = join(temporaryFolder(), 'fifo');
    execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
    const reader = openSync(path, 'r+');
    writeWhole(path, 'text');
    const read = Buffer.alloc(4);
    readSync(reader, read);
    closeSync(reader);
    expect(read.toString()).toBe('text');
    expect(statSync(path).isFIFO()).toBe(true);
  });

  test.skipIf(!existsSync('/proc/self/fd'))('a file behind a descriptor', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'out');
    const fd = openSync(path, 'w+');
    const { ino } = statSync(path);
    symlinkSync(`/proc/${process.pid}/fd/${fd}`, join(folder, 'link'));
    writeWhole(join(folder, 'link'), 'text');
    expect(realpathSync(join(folder, 'link'))).toBe(realpathSync(path));
    // Whoever holds it open sees the text: it is the same file.
    expect(statSync(path).ino).toBe(ino);
    expect(readFileSync(path, 'utf8')).toBe('text');
    closeSync(fd);
  });

  test('a live file: readers see what comes', () => {
    const path = join(temporaryFolder(), 'out');
    const file = openWhole(path, { live: true });
    file.write('one\n');
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    file.write('two\n');
    expect(file.commit()).toBe(8);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  test('a live file that is emptied has no hole where its text was', () => {
    const path = join(temporaryFolder(), 'out');
    const file = openWhole(path, { live: true });
    file.write('one\n');
    truncateSync(path);
    file.write('two\n');
    expect(file.commit()).toBe(8);
    expect(readFileSync(path, 'utf8')).toBe('two\n');
  });

  test.skipIf(ON_WINDOWS).each([{ adds: true }, { adds: false }])(
    'a live file that is moved or removed is begun anew under its name, for the same people: %j',
    ({ adds }) => {
      const path = join(temporaryFolder(), 'out');
      const file = openWhole(path, { live: true, adds, private: true });
      file.write('one\n');
      renameSync(path, `${path}.1`);
      file.write('two\n');
      file.write('three\n');
      expect(readFileSync(`${path}.1`, 'utf8')).toBe('one\n');
      expect(readFileSync(path, 'utf8')).toBe('two\nthree\n');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      rmSync(path);
      // Who rotates it may make the new one.
      writeFileSync(path, 'head\n');
      file.write('four\n');
      expect(file.commit()).toBe(19);
      expect(readFileSync(path, 'utf8')).toBe('head\nfour\n');
    },
  );
});
