import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachLine, LineBuffer } from '../../src/io/lines.ts';
import type { LineBlock } from '../../src/io/lines.ts';

interface Split {
  readonly lines: string[];
  readonly long: number[];
}

/** Feeds a text in pieces of the given sizes. */
function split(text: string, sizes: readonly number[], maxLine: number, size: number): Split {
  const lines: string[] = [];
  const long: number[] = [];
  const onLongLine = (line: number): void => void long.push(line);
  const buffer = new LineBuffer({ maxLine, onLongLine, size });
  const take = (block: LineBlock | undefined): void => {
    if (block === undefined) return;
    const onLine = (start: number, end: number, line: number): void =>
      void lines.push(`${line}:${block.buffer.toString('utf8', start, end)}`);
    eachLine(block, maxLine, onLine, onLongLine);
  };
  let rest = Buffer.from(text);
  for (let i = 0; rest.length > 0; i++) {
    const space = buffer.space();
    const bytes = Math.min(space.length, rest.length, sizes[i % sizes.length] ?? 1);
    space.set(rest.subarray(0, bytes));
    rest = rest.subarray(bytes);
    take(buffer.filled(bytes));
  }
  take(buffer.end());
  return { lines, long };
}

function expected(text: string, maxLine: number): Split {
  const rows = text.split('\n');
  if (rows.at(-1) === '') rows.pop();
  const lines: string[] = [];
  const long: number[] = [];
  for (const [index, row] of rows.entries()) {
    const line = row.endsWith('\r') ? row.slice(0, -1) : row;
    if (Buffer.byteLength(line) > maxLine) long.push(index + 1);
    else lines.push(`${index + 1}:${line}`);
  }
  return { lines, long };
}

describe('line buffer', () => {
  it.each([
    ['', []],
    ['a', ['1:a']],
    ['a\n', ['1:a']],
    ['a\r\nb\r\n', ['1:a', '2:b']],
    ['\n\na', ['1:', '2:', '3:a']],
    ['\r\n', ['1:']],
    ['a\rb\n', ['1:a\rb']],
  ])('splits %j', (text, lines) => {
    expect(split(text, [100], 100, 16).lines).toEqual(lines);
  });

  it('gives the same lines however the bytes arrive', () => {
    const rows = fc.array(
      fc.string({ maxLength: 30, unit: fc.constantFrom('a', 'é', '"', '\r') }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(
        rows,
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (parts, ends, sizes, blockSize) => {
          const text = parts.join('\n') + (ends ? '\n' : '');
          expect(split(text, sizes, 1000, blockSize)).toEqual(expected(text, 1000));
        },
      ),
    );
  });

  it('passes over lines that are too long, wherever they fall', () => {
    const row = fc.oneof(
      fc.constantFrom('a', 'bb', ''),
      fc.integer({ min: 1, max: 90 }).map((n) => 'x'.repeat(n)),
    );
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 64 }),
        (parts, sizes, blockSize) => {
          const text = `${parts.join('\n')}\n`;
          expect(split(text, sizes, 20, blockSize)).toEqual(expected(text, 20));
        },
      ),
    );
  });

  it('keeps no more of a line than may be read', () => {
    const buffer = new LineBuffer({ maxLine: 1000, onLongLine: () => {}, size: 64 });
    let most = 0;
    for (let i = 0; i < 10_000; i++) {
      const space = buffer.space();
      buffer.filled(space.fill(0x78).length);
      most = Math.max(most, buffer.pendingBytes, space.length);
    }
    expect(most).toBeLessThanOrEqual(1002);
  });

  it('takes its memory from where it is told', () => {
    const sizes: number[] = [];
    const allocate = (size: number): Buffer => {
      sizes.push(size);
      return Buffer.alloc(size);
    };
    const buffer = new LineBuffer({ maxLine: 100, onLongLine: () => {}, size: 8, allocate });
    for (let i = 0; i < 3; i++) buffer.filled(buffer.space().fill(0x78).length);
    expect(sizes).toEqual([8, 16, 32]);
  });
});
