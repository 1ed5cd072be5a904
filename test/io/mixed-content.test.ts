import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { headOf } from '../../src/io/content/head-of.ts';
import { contentKind } from '../../src/io/content/content-kind.ts';
import { readLines, temporaryFolder } from './temp.ts';

const file = (...parts: (string | Buffer)[]): string => {
  const path = join(temporaryFolder(), 'x.log');
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  return path;
};
const utf16 = (text: string, swap = false): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};
const rows = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `row ${from + i} ${Math.imul(i + 1, 0x9e3779b1)}`);
const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const bare = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/^\d+:/, ''));

describe('text and gzip data in one input', () => {
  const [a, b, c] = [rows(0, 30_000), rows(30_000, 20_000), rows(50_000, 10)];

  it.each([
    ['text, then gzip', [text(a), gzipSync(text(b))], [...a, ...b]],
    ['gzip, then text', [gzipSync(text(a)), text(b)], [...a, ...b]],
    ['gzip, text, gzip', [gzipSync(text(a)), text(b), gzipSync(text(c))], [...a, ...b, ...c]],
    ['text, gzip, text', [text(c), gzipSync(text(b)), text(a)], [...c, ...b, ...a]],
    ['a short text first', ['x\n', gzipSync(text(a))], ['x', ...a]],
    ['a short text last', [gzipSync(text(a)), 'x\ny\n'], [...a, 'x', 'y']],
    ['gzip inside gzip', [gzipSync(gzipSync(text(a)))], a],
    ['UTF-16 inside gzip', [gzipSync(utf16(text(a)))], a],
  ] as const)('%s', async (_name, parts, lines) => {
    const result = await readLines(file(...parts));
    expect(result.reasons).toEqual([]);
    expect(bare(result.lines)).toEqual(lines);
    expect(result.lines.at(-1)).toMatch(new RegExp(`^${lines.length}:`));
  });

  it('finds gzip data wherever it starts in what is read at a time', async () => {
    // Around the sizes of buffers: 512 bytes, 4096 bytes and 1 MiB.
    for (const size of [511, 512, 513, 4095, 4096, 4097, (1 << 20) - 2, (1 << 20) - 1, 1 << 20]) {
      const head = `${'x'.repeat(size - 1)}\n`;
      const { lines, reasons } = await readLines(file(head, gzipSync('end\n')));
      expect(reasons, `${size}`).toEqual([]);
      expect(
        lines.map((line) => line.length),
        `${size}`,
      ).toEqual([size + 1, 5]);
    }
  });

  it('reads lines in UTF-16 behind other text, wherever they start in what is read at a time', async () => {
    const wide = rows(0, 2000).map((row) => `{"a":"${row}"}`);
    for (const size of [200, 511, 512, 513, 4096, 65_536, (1 << 20) - 3, (1 << 20) - 1, 1 << 20]) {
      for (const mark of ['', '\ufeff']) {
        const head = `${'x'.repeat(size - 1)}\n`;
        const bytes = [
          head,
          utf16(`${mark}${wide.join('\r\n')}\r\n`),
          `{"b":"${'y'.repeat(80)}"}\n`,
        ];
        const { lines, reasons } = await readLines(file(...bytes));
        expect(reasons, `${size}`).toEqual([]);
        expect(lines, `${size}`).toHaveLength(wide.length + 2);
        expect(lines[1], `${size}`).toBe(`2:${wide[0]}`);
        expect(lines.at(-1)).toContain('"b"');
      }
    }
  });

  it('keeps NUL bytes in text', async () => {
    const { lines } = await readLines(file('{"a":1}\n{\0\0\n', '\0\0{"b":1}\n'));
    expect(bare(lines)).toHaveLength(3);
  });

  it('reads on behind damaged gzip data in the middle', async () => {
    const bytes = gzipSync(text(b));
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 64);
    const { lines, reasons } = await readLines(file(text(c), bytes, text(a)));
    expect(reasons).toEqual(['0:decompress-error']);
    expect(bare(lines).slice(0, 10)).toEqual(c);
    expect(bare(lines)).toEqual(expect.arrayContaining([b[0], a[1], a.at(-1)]));
  });

  it('keeps bytes that only look like gzip data', async () => {
    const fake = Buffer.from([0x1f, 0x8b, 0x08, 0x41, 0x0a]);
    const { lines } = await readLines(
      file('one\n'.repeat(50), fake, 'two\n', Buffer.from([0x1f]), '\n', Buffer.from([0x1f, 0x8b])),
    );
    expect(bare(lines)).toContain('two');
    expect(lines.at(-1)).toContain('\u001f');
  });
});

describe('UTF-16', () => {
  it.each([
    ['little endian without a mark', utf16(text(rows(0, 5000)))],
    ['big endian without a mark', utf16(text(rows(0, 5000)), true)],
    ['with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(text(rows(0, 5000)))])],
  ])('%s', async (_name, bytes) => {
    const { lines, reasons } = await readLines(file(bytes));
    expect(reasons).toEqual([]);
    expect(bare(lines)).toEqual(rows(0, 5000));
  });

  it.each([false, true])(
    'goes over into what other programs append, big endian: %s',
    async (swap) => {
      for (const size of [1, 4, 2500]) {
        // Without a mark, the first characters tell.
        for (const mark of size === 1 ? ['\ufeff'] : ['', '\ufeff']) {
          const [first, second] = [rows(0, size), rows(size, size)];
          const bytes = Buffer.concat([
            utf16(`${mark}${first.join('\r\n')}\r\n`, swap),
            Buffer.from(text(second)),
          ]);
          const result = await readLines(file(bytes));
          expect(result.reasons).toEqual([]);
          expect(bare(result.lines), `${size}`).toEqual([...first, ...second]);
        }
      }
    },
  );

  it('goes over in the middle of what is read at a time', async () => {
    const line = '{"kind":"Event","n":1}';
    for (let size = 250; size < 270; size++) {
      const first = rows(0, size * 5);
      const path = file(utf16(`\ufeff${text(first)}`), `${line}\n`, text(rows(0, 9000)));
      const { lines } = await readLines(path);
      expect(bare(lines)).toEqual([...first, line, ...rows(0, 9000)]);
    }
  });

  it('is not told from text with a few NUL bytes', () => {
    expect(contentKind(Buffer.from('{"a":1}\0\0\n')).type).toBe('text');
    expect(contentKind(Buffer.from('a\0b{"kind":"Event"}')).type).toBe('text');
  });
});

describe('NUL bytes before the first line', () => {
  it.each([1, 2, 3, 511, 4096, 4097, 3_000_000])('%i of them', async (count) => {
    const { lines, reasons } = await readLines(file(Buffer.alloc(count), text(rows(0, 3))), {
      maxEventSize: 100_000,
    });
    expect(reasons).toEqual([]);
    expect(bare(lines).map((line) => line.replaceAll('\0', ''))).toEqual(rows(0, 3));
  });

  it('and nothing else are no line', async () => {
    expect(await readLines(file(Buffer.alloc(100_000)))).toMatchObject({ lines: [], reasons: [] });
  });

  it('without an end, as a device has them, are read until a signal', async () => {
    let reads = 0;
    const zeros = {
      read(space: Buffer): number {
        reads++;
        if (reads > 100) throw new Error('read on');
        return space.fill(0).length;
      },
      wait: () => Promise.resolve(),
      close: () => undefined,
    };
    expect((await headOf(zeros, AbortSignal.abort())).start).toHaveLength(0);
  });

  it('before gzip data', async () => {
    const { lines } = await readLines(file(Buffer.alloc(5000), gzipSync(text(rows(0, 3)))));
    expect(bare(lines)).toEqual(rows(0, 3));
  });
});

describe('what is no log', () => {
  const bytes = (textOf: string): Buffer => Buffer.from(textOf, 'latin1');

  it.each([
    ['zip', bytes('PK\u0003\u0004\u0014\u0000'), 'unzip -p FILE'],
    ['xz', bytes('\u00fd7zXZ\u0000\u0000'), 'xz -dc FILE | k8s-audit scan -'],
    ['bzip2', bytes('BZh91AY&SY\u0000'), 'bzip2 -dc FILE | k8s-audit scan -'],
    ['PDF', bytes('%PDF-1.7\n'), 'a PDF document'],
    ['ELF', bytes('\u007fELF\u0002\u0001'), 'an ELF program'],
    ['PNG', bytes('\u0089PNG\r\n'), 'a PNG image'],
    ['SQLite', bytes('SQLite format 3\u0000'), 'an SQLite database'],
    ['ORC', bytes('ORC\u0011\u0000\u0000\n\u0006\u0012\u0004\b\u0001P'), 'orc-tools data FILE'],
    ['Arrow', bytes('ARROW1\u0000\u0000'), 'an Arrow file'],
    ['legacy lz4', bytes('\u0002!L\u0018'), 'lz4 -dc FILE'],
    ['lzip', bytes('LZIP\u0001'), 'lzip -dc FILE'],
    ['lzop', bytes('\u0089LZO\u0000\r\n'), 'lzop -dc FILE'],
    ['lzma', bytes('\u005d\u0000\u0000\u0080\u0000'), 'xz -dc FILE'],
    ['Parquet', bytes('PAR1\u0015\u0004'), 'a Parquet file'],
    ['pcap', bytes('\u00d4\u00c3\u00b2\u00a1\u0002\u0000'), 'a packet capture'],
    ['pcapng', bytes('\n\r\r\n\u001c\u0000'), 'a packet capture'],
  ])('%s is named', (_name, start, part) => {
    const kind = contentKind(start);
    expect(kind.type === 'binary' ? kind.detail : kind.type).toContain(part);
  });

  it('is not taken from text that starts alike', () => {
    const lines = [
      'BZh is bzip2',
      'PAR1',
      'SQLite',
      '%PDF',
      'Rar!',
      'MZ',
      'Object',
      'ORC',
      'LZIP',
      ']',
      'ARROW1',
    ];
    expect(lines.map((line) => contentKind(Buffer.from(`${line} text\n`)).type)).toEqual(
      lines.map(() => 'text'),
    );
  });
});
