import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/io/follow/byte-print.ts';
import { sortOut, type FoundFile, type Sorted } from '../../../src/io/follow/decide.ts';
import { NEVER, newGeneration, type Generation } from '../../../src/io/follow/generation.ts';

const PATH = '/logs/audit.log';

function found(name: string, id: string, text: string, packed = false): FoundFile {
  const bytes = Buffer.from(text);
  return {
    id,
    name,
    path: `/logs/${name}`,
    size: packed ? 20 : bytes.length,
    modified: 1n,
    born: 1n,
    packed,
    start: bytes.subarray(0, 4096),
    before: (position, length) => bytes.subarray(Math.max(0, position - length), position),
  };
}

/** A generation of which so much was read, up to its last line feed. */
function read(id: string, text: string, state: Generation['state'] = 'live'): Generation {
  const bytes = Buffer.from(text);
  const position = bytes.lastIndexOf(0x0a) + 1;
  return {
    ...newGeneration({ id, path: PATH, name: 'audit.log', state }, 0),
    position,
    seen: bytes.length,
    head: bytes.subarray(0, 4096),
    tail: bytes.subarray(Math.max(0, position - 4096), position),
  };
}

function sort(
  generations: readonly Generation[],
  live: FoundFile | undefined,
  rotated: readonly FoundFile[],
  held: readonly Generation[] = [],
): Sorted {
  return sortOut(generations, { live, rotated, base: 'audit.log' }, [], (one) =>
    held.includes(one),
  );
}

const kindOf = (sorted: Sorted, generation: Generation): string =>
  sorted.where.get(generation)?.kind ?? 'none';

describe('where a generation is read on', () => {
  const one = 'event 1\nevent 2\n';

  test('in its own file as it grows', () => {
    const generation = read('i1', one);
    const sorted = sort([generation], found('audit.log', 'i1', `${one}event 3\n`), []);
    expect(sorted.where.get(generation)).toMatchObject({ kind: 'file', live: true });
    expect(sorted).toMatchObject({ liveIsKnown: true, fresh: [], copies: [] });
  });

  test('in its own file under another name, and the live one is new', () => {
    const generation = read('i1', one);
    const sorted = sort([generation], found('audit.log', 'i2', 'event 3\n'), [
      found('audit.log.1', 'i1', one),
    ]);
    expect(sorted.where.get(generation)).toMatchObject({ kind: 'file', live: false });
    expect(sorted.liveIsKnown).toBe(false);
  });

  test('in a copy, when its file was emptied and has grown beyond the position again', () => {
    const generation = read('i1', one);
    const sorted = sort([generation], found('audit.log', 'i1', 'event 4\nevent 5\nevent 6\n'), [
      found('audit.log.1', 'i7', `${one}event 3\n`),
    ]);
    expect(sorted.where.get(generation)).toMatchObject({
      kind: 'copy',
      file: { name: 'audit.log.1' },
    });
    expect(sorted).toMatchObject({ liveIsKnown: false, fresh: [] });
  });

  test('in a packed copy, once that is whole', () => {
    const generation = read('i1', one);
    const live = found('audit.log', 'i2', '');
    const packed = found('audit.log.1.gz', 'i7', `${one}event 3\n`, true);
    expect(kindOf(sort([generation], live, [packed]), generation)).toBe('copy');
    const original = found('audit.log.1', 'i1', `${one}event 3\n`);
    const both = sort([generation], live, [original, packed]);
    expect(both.where.get(generation)).toMatchObject({ file: { name: 'audit.log.1' } });
    expect(both.fresh).toEqual([]);
  });

  test('nowhere: it is held, read before the copy was made, or lost', () => {
    const generation = read('i1', one);
    const live = found('audit.log', 'i2', 'event 3\n');
    expect(kindOf(sort([generation], live, [], [generation]), generation)).toBe('held');
    const short = found('audit.log.1', 'i3', 'event 1\n');
    expect(kindOf(sort([generation], live, [short]), generation)).toBe('read');
    expect(kindOf(sort([generation], live, []), generation)).toBe('lost');
    const unread = read('i1', '');
    expect(kindOf(sort([unread], live, []), unread)).toBe('read');
  });

  test('an inode that came back with other content is another file', () => {
    const generation = read('i1', one);
    const sorted = sort([generation], found('audit.log', 'i1', 'event 8\nevent 9\n'), []);
    expect(kindOf(sorted, generation)).toBe('lost');
    expect(sorted.liveIsKnown).toBe(false);
  });

  test('a fingerprint of the bytes before the position tells what the start does not', () => {
    const start = `${'same '.repeat(1000)}\n`;
    const generation = read('i1', `${start}event 1\n`);
    const sorted = sort([generation], found('audit.log', 'i1', `${start}event 2\n`), []);
    expect(kindOf(sorted, generation)).toBe('lost');
  });
});

describe('files that nobody has read', () => {
  test('are those of other content, in order; copies of what was read are not', () => {
    const done = read('i1', 'event 1\n', 'done');
    const generation = read('i2', 'event 2\n');
    const sorted = sort(
      [{ ...done, head: fingerprintOf(done.head) }, generation],
      found('audit.log', 'i9', 'event 5\n'),
      [
        found('audit.log.1', 'i4', 'event 4\n'),
        found('audit.log.2', 'i3', 'event 3\n'),
        found('audit.log.3', 'i2', 'event 2\n'),
        found('audit.log.4.gz', 'i8', 'event 1\n', true),
      ],
    );
    expect(sorted.fresh.map(({ name }) => name)).toEqual(['audit.log.2', 'audit.log.1']);
    expect(sorted.copies.map(({ name }) => name)).toEqual(['audit.log.4.gz']);
  });

  test('a copy that is still being made is one', () => {
    const generation = read('i1', `${'event '.repeat(1000)}\n`);
    const sorted = sort([generation], found('audit.log', 'i1', `${'event '.repeat(1000)}\n`), [
      found('audit.log.1', 'i2', 'event event '),
      found('audit.log.2', 'i3', ''),
    ]);
    expect(sorted.fresh).toEqual([]);
    expect(sorted.copies.map(({ name }) => name)).toEqual(['audit.log.1']);
    expect(sorted.empty).toBe(true);
  });

  test('a start that is no line yet tells nothing', () => {
    const generation = read('i1', '{"kind":');
    const sorted = sort([generation], found('audit.log', 'i1', '{"kind":'), [
      found('audit.log.1', 'i2', '{"kind":"Event 1"}\n'),
    ]);
    expect(sorted.fresh).toHaveLength(1);
  });

  test('what grew after it was done with is read on; a copy never is', () => {
    const done = read('i1', 'event 1\n', 'done');
    const copy = { ...read('i2', 'event 1\n', 'done'), position: NEVER };
    const sorted = sort([done, copy], undefined, [
      found('audit.log.1', 'i1', 'event 1\nevent 2\n'),
      found('audit.log.2', 'i2', 'event 1\nevent 2\n'),
    ]);
    expect(sorted.grown.map(([generation]) => generation)).toEqual([done]);
    expect(sorted.fresh).toEqual([]);
  });
});
