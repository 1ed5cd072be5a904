import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorText } from '../../src/io/error-text.ts';
import { inUtf8, readTextFile } from '../../src/io/text-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TEXT = 'fail-on: high # ä 日\r\n';
const little = Buffer.from(TEXT, 'utf16le');
const big = Buffer.from(little).swap16();

describe('a file that a user names', () => {
  it.each([
    ['UTF-16LE as Windows PowerShell writes it', [0xff, 0xfe], little],
    ['UTF-16BE', [0xfe, 0xff], big],
    ['UTF-16LE without a mark', [], little],
    ['UTF-16BE without a mark', [], big],
    ['UTF-8', [], Buffer.from(TEXT)],
  ])('is read in %s', (_name, mark, bytes) => {
    const file = join(temporaryFolder(), 'a.yaml');
    writeFileSync(file, Buffer.concat([Buffer.from(mark), bytes]));
    expect(readTextFile(file)).toBe(TEXT);
  });

  it('keeps its bytes in UTF-8, with what is none', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xe4, 0x0a]);
    expect(inUtf8(bytes)).toBe(bytes);
  });

  it('may be longer than a chunk, and empty', () => {
    const file = join(temporaryFolder(), 'a.yaml');
    for (const size of [0, 1, 256 * 1024, 700_001]) {
      writeFileSync(file, 'x'.repeat(size));
      expect(readTextFile(file)).toBe('x'.repeat(size));
    }
  });

  it.skipIf(!existsSync('/dev/zero'))('that has no end is an error', () => {
    expect(() => readTextFile('/dev/zero')).toThrow('too large to be read whole');
  });
});

describe('an error in words', () => {
  it.each([
    ['EFBIG', 'larger than files may be here'],
    ['EDQUOT', 'disk quota exceeded'],
    ['E2BIG', 'E2BIG'],
    ['constructor', 'constructor'],
  ])('%s', (code, text) => {
    expect(errorText(Object.assign(new Error('x'), { code }))).toBe(text);
  });
});
