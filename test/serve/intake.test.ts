import { Buffer } from 'node:buffer';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Pieces } from '../../src/serve/arriving-parts.ts';
import { partsOf } from '../../src/serve/body-source.ts';
import type { BodyHead, Intake, Taken } from '../../src/serve/intake.ts';
import { MemoryIntake } from '../../src/serve/memory-intake.ts';
import { Spool } from '../../src/serve/spool/spool.ts';
import { folder } from '../cli/events.ts';

const SIZE = 1000;
const HEAD: BodyHead = { file: '/audit/lab', cluster: 'lab', at: 5 };

const open: Spool[] = [];
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.end();
});

function spoolIn(dir: string, rest: object = {}): Spool {
  const spool = new Spool({ dir, capacity: SIZE * 100, memory: SIZE * 10, ...rest });
  open.push(spool);
  return spool;
}

/** Puts bodies, of which the size is known before. */
async function put(intake: Intake, ...texts: string[]): Promise<(string | undefined)[]> {
  return Promise.all(
    texts.map(async (text) => {
      const body = intake.begin(HEAD, text.length)!;
      expect(await body.write(Buffer.from(text))).toBe(true);
      return body.finish();
    }),
  );
}

const textOf = ({ source }: Taken): string =>
  Array.from(partsOf(source), (part) => part.toString()).join('');

/** Takes everything that waits. */
function drain(intake: Intake): string[] {
  const texts: string[] = [];
  for (let taken = intake.take(); taken !== undefined; taken = intake.take()) {
    texts.push(`${taken.replayed ? 'again ' : ''}${textOf(taken)}`);
    intake.done();
  }
  return texts;
}

describe.each([
  ['in memory', () => new MemoryIntake(SIZE)],
  ['on disk', () => spoolIn(folder(), { capacity: SIZE })],
])('%s', (_name, make) => {
  test('bodies come out in order, each once, with what is known of them', async () => {
    const intake = make();
    expect(await put(intake, 'a', 'b')).toEqual([undefined, undefined]);
    expect(intake.waiting).toMatchObject({ bodies: 2, since: 5 });
    const taken = intake.take()!;
    expect(taken).toMatchObject({ ...HEAD, replayed: false });
    expect(textOf(taken)).toBe('a');
    expect(intake.waiting.bodies).toBe(2);
    intake.done();
    await put(intake, 'c');
    expect(drain(intake)).toEqual(['b', 'c']);
    expect(intake.waiting).toEqual({ bodies: 0, bytes: 0, since: undefined });
  });

  test('what does not fit is refused, until something is done', async () => {
    const intake = make();
    await put(intake, 'x'.repeat(SIZE - 400));
    expect(intake.begin(HEAD, 500)).toBeUndefined();
    intake.take();
    expect(intake.begin(HEAD, 500)).toBeUndefined();
    intake.done();
    await intake.begin(HEAD, 500)!.drop();
    await put(intake, 'y'.repeat(SIZE - 400));
    expect(drain(intake)).toEqual(['y'.repeat(SIZE - 400)]);
  });

  test('who waits is told of what comes, and of the end', async () => {
    const intake = make();
    const first = intake.changed();
    await put(intake, 'a');
    await first;
    const second = intake.changed();
    intake.close();
    await second;
    expect(intake.closed).toBe(true);
  });
});

/** Bodies of any size up to some pieces, told apart by what is in them. */
const large = (size: number, seed = 0): string =>
  Array.from({ length: size }, (_, index) => String.fromCodePoint(97 + ((index * 7 + seed) % 26)))
    .join('')
    .slice(0, size);

const LARGE = {
  capacity: 1000,
  piece: 100,
};

describe.each([
  ['in memory', () => new MemoryIntake(LARGE.capacity, new Pieces(LARGE.piece))],
  ['on disk', () => spoolIn(folder(), { memory: LARGE.capacity, inMemory: LARGE.piece })],
])('bodies of several pieces, %s', (_name, make) => {
  test.each([0, 1, 99, 100, 101, 199, 200, 201, 950])(
    '%d bytes come out as they came',
    async (size) => {
      const intake = make();
      for (const step of [7, 100, 1000]) {
        // With its size, and without: an expanded body has none.
        for (const known of [size, undefined]) {
          const body = intake.begin(HEAD, known)!;
          for (let at = 0; at < size; at += step) {
            const text = large(size, step).slice(at, at + step);
            expect(await body.write(Buffer.from(text))).toBe(true);
          }
          expect(await body.finish()).toBeUndefined();
          expect(intake.waiting).toMatchObject({ bodies: 1 });
          expect(drain(intake)).toEqual([large(size, step)]);
        }
      }
      expect(intake.memory).toBe(0);
      expect(intake.waiting).toEqual({ bodies: 0, bytes: 0, since: undefined });
    },
  );

  test('small and large ones stay in order', async () => {
    const intake = make();
    const texts = [5, 300, 10, 10, 120, 101, 3].map(large);
    for (const text of texts) await put(intake, text);
    expect(drain(intake)).toEqual(texts);
    await put(intake, ...texts);
    expect(drain(intake).toSorted()).toEqual(texts.toSorted());
  });

  test('one that is dropped in the middle leaves nothing', async () => {
    const intake = make();
    for (const size of [50, 350]) {
      const body = intake.begin(HEAD, undefined)!;
      await body.write(Buffer.from(large(size)));
      await body.drop();
    }
    await put(intake, large(900));
    expect(drain(intake)).toEqual([large(900)]);
    expect(intake.memory).toBe(0);
  });
});

test('in memory, a burst takes the room of the queue and no more, however its bodies come', async () => {
  const pieces = new Pieces(LARGE.piece);
  const intake = new MemoryIntake(LARGE.capacity, pieces);
  let refused = 0;
  for (let round = 0; round < 20; round++) {
    const coming = Array.from({ length: 30 }, (_, index) => {
      const body = intake.begin(HEAD, index % 2 === 0 ? 250 : undefined);
      if (body === undefined) refused++;
      return body;
    }).filter((body) => body !== undefined);
    for (const body of coming) {
      let fits = true;
      for (let part = 0; part < 5 && fits; part++) fits = await body.write(Buffer.alloc(50));
      if (fits) await body.finish();
      else {
        refused++;
        await body.drop();
      }
    }
    expect(intake.memory).toBeLessThanOrEqual(LARGE.capacity);
    drain(intake);
    expect(intake.memory).toBe(0);
  }
  expect(refused).toBeGreaterThan(300);
  // The memory of the first round did for all.
  expect(pieces.allocated).toBeLessThanOrEqual(LARGE.capacity);
});

test('on disk, large bodies take next to no memory: as many may come at once as the disk holds', async () => {
  const dir = folder();
  const intake = spoolIn(dir, { memory: 1_000_000, inMemory: 200_000, capacity: 40_000_000 });
  const coming = Array.from({ length: 5 }, () => intake.begin(HEAD, 5_000_000)!);
  // Until they have begun a file, the start of each is in memory.
  expect(intake.memory).toBe(1_000_000);
  expect(intake.begin(HEAD, 1)).toBeUndefined();
  const part = (number: number): Buffer => Buffer.alloc(250_000, number);
  await Promise.all(coming.map((body) => body.write(part(0))));
  expect(intake.memory).toBeLessThan(700_000);
  for (const body of coming) {
    for (let number = 1; number < 20; number++) expect(await body.write(part(number))).toBe(true);
    expect(intake.memory).toBeLessThan(700_000);
    await body.finish();
  }
  expect(intake.memory).toBe(0);
  // What is evaluated is read from the file, part by part.
  const { source } = intake.take()!;
  expect(source).toMatchObject({ size: 5_000_000, path: join(dir, '0000000001.spool') });
  const parts = Array.from(partsOf(source), (each) => Buffer.from(each));
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(300_000);
  const whole = Buffer.concat(Array.from({ length: 20 }, (_, number) => part(number)));
  expect(Buffer.concat(parts).equals(whole)).toBe(true);
});

describe('a spool after a crash', () => {
  test('a large body that had not come whole was not acknowledged; one that had is there', async () => {
    const dir = folder();
    const killed = spoolIn(dir, { inMemory: 10 });
    await put(killed, 'small', large(500));
    const body = killed.begin(HEAD, undefined)!;
    await body.write(Buffer.from(large(400)));
    expect(readdirSync(dir).filter((name) => name.endsWith('.coming'))).toHaveLength(1);
    const next = spoolIn(dir, { inMemory: 10 });
    expect(readdirSync(dir).filter((name) => name.endsWith('.coming'))).toEqual([]);
    expect(next.resumed).toBe(2);
    await put(next, large(300));
    expect(drain(next)).toEqual(['again small', large(500), large(300)]);
    expect(next.lost).toBe(0);
    await body.drop();
  });

  test.each([
    [
      'changed',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 70_000 ? 0 : byte))),
    ],
    ['cut', (bytes: Buffer) => bytes.subarray(0, 70_000)],
    ['cut in its head', (bytes: Buffer) => bytes.subarray(0, 30)],
  ])('a large body that the disk has %s is counted as lost', async (_name, damaged) => {
    const dir = folder();
    const killed = spoolIn(dir, { inMemory: 10, capacity: 10_000_000 });
    await put(killed, 'first', large(400_000), 'third');
    const path = join(dir, '0000000002.spool');
    writeFileSync(path, damaged(readFileSync(path)));
    const next = spoolIn(dir);
    expect(drain(next)).toEqual(['again first', 'third']);
    expect(next.lost).toBe(1);
  });

  test('a large body that cannot be written is not acknowledged, and takes no room', async () => {
    const dir = folder();
    const spool = spoolIn(dir, { inMemory: 10 });
    // The name of its file is taken.
    writeFileSync(join(dir, '1.coming'), '');
    const [why] = await put(spool, large(500));
    expect(why).toContain(`cannot write to spool ${dir}`);
    expect(spool.memory).toBe(0);
    expect(await put(spool, large(SIZE * 50))).toEqual([undefined]);
    expect(drain(spool)).toEqual([large(SIZE * 50)]);
  });

  test('goes on with what was not done; the first body may have been reported', async () => {
    const dir = folder();
    const killed = spoolIn(dir, { segmentSize: 50 });
    for (const text of ['a', 'b', 'c', 'd']) await put(killed, text);
    killed.take();
    killed.done();
    killed.take();
    const next = spoolIn(dir);
    expect(next.resumed).toBe(3);
    expect(next.waiting.bodies).toBe(3);
    await put(next, 'e');
    expect(drain(next)).toEqual(['again b', 'c', 'd', 'e']);
    expect(next.lost).toBe(0);
    await next.end();
    expect(spoolIn(dir).resumed).toBe(0);
  });

  test('files that are done are removed', async () => {
    const dir = folder();
    const spool = spoolIn(dir, { segmentSize: 1 });
    for (let index = 0; index < 10; index++) await put(spool, `body ${index}`);
    expect(drain(spool)).toHaveLength(10);
    expect(readdirSync(dir).filter((name) => name.endsWith('.spool'))).toHaveLength(1);
  });

  const segment = (dir: string): string =>
    join(
      dir,
      readdirSync(dir).find((name) => name.endsWith('.spool'))!,
    );

  test.each([1, 12, 20, 30, 60])(
    'a body of which the last %d bytes were never written was not acknowledged',
    async (cut) => {
      const dir = folder();
      const killed = spoolIn(dir);
      await put(killed, 'first');
      const whole = readFileSync(segment(dir)).length;
      await put(killed, 'x'.repeat(100));
      const { length } = readFileSync(segment(dir));
      truncateSync(segment(dir), Math.max(whole, length - cut));
      const next = spoolIn(dir);
      await put(next, 'next');
      expect(drain(next)).toEqual(['again first', 'next']);
      expect(next.lost).toBe(0);
    },
  );

  test('zeros behind the end are no body', async () => {
    const dir = folder();
    await put(spoolIn(dir), 'first');
    appendFileSync(segment(dir), Buffer.alloc(4096));
    const next = spoolIn(dir);
    expect(drain(next)).toEqual(['again first']);
    expect(next.lost).toBe(0);
  });

  test('a body that the disk changed is counted as lost, those around it are not', async () => {
    const dir = folder();
    const killed = spoolIn(dir);
    await put(killed, 'first');
    const before = readFileSync(segment(dir)).length;
    await put(killed, 'second');
    const after = readFileSync(segment(dir)).length;
    await put(killed, 'third');
    const bytes = readFileSync(segment(dir));
    bytes[after - 1]! ^= 1;
    writeFileSync(segment(dir), bytes);
    const next = spoolIn(dir);
    expect(drain(next)).toEqual(['again first', 'third']);
    expect(next.lost).toBe(1);
    expect(before).toBeLessThan(after);
  });

  test('a file that is gone loses its bodies, and says so', async () => {
    const dir = folder();
    const spool = spoolIn(dir, { segmentSize: 1 });
    for (const text of ['a', 'b']) await put(spool, text);
    writeFileSync(join(dir, '0000000001.spool'), 'garbage');
    expect(drain(spool)).toEqual(['b']);
    expect(spool.lost).toBe(1);
    expect(spool.waiting).toMatchObject({ bodies: 0, bytes: 0 });
  });

  test.each(['', '{"segment":', 'null', '{"segment":"x","offset":1}'])(
    'a position %j is that of the start',
    async (text) => {
      const dir = folder();
      await put(spoolIn(dir), 'a', 'b');
      writeFileSync(join(dir, 'position.json'), text);
      expect(drain(spoolIn(dir))).toEqual(['again a', 'b']);
    },
  );

  test('what cannot be written is not acknowledged, and takes no room', async () => {
    const dir = folder();
    const spool = spoolIn(dir, { segmentSize: 1, capacity: SIZE });
    await put(spool, 'a');
    // The name of the next file is taken.
    writeFileSync(join(dir, '0000000002.spool'), '');
    const [why] = await put(spool, 'x'.repeat(SIZE - 300));
    expect(why).toContain(`cannot write to spool ${dir}`);
    expect(await put(spool, 'y'.repeat(SIZE - 300))).toEqual([undefined]);
    expect(drain(spool)).toEqual(['a', 'y'.repeat(SIZE - 300)]);
  });

  test('a folder that cannot be used is named', () => {
    const dir = folder({ file: 'x' });
    expect(() => spoolIn(join(dir, 'file'))).toThrow(
      `cannot use spool ${join(dir, 'file')}: something else has this name`,
    );
    expect(existsSync(join(dir, 'file'))).toBe(true);
  });
});
