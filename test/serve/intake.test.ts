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
import type { Intake, Received } from '../../src/serve/intake.ts';
import { MemoryIntake } from '../../src/serve/memory-intake.ts';
import { Spool } from '../../src/serve/spool.ts';
import { folder } from '../cli/events.ts';

const SIZE = 1000;
const body = (text: string, at = 5): Received => ({
  bytes: Buffer.from(text),
  file: '/audit/lab',
  cluster: 'lab',
  at,
});

const open: Spool[] = [];
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.end();
});

function spoolIn(dir: string, rest: object = {}): Spool {
  const spool = new Spool({ dir, capacity: SIZE * 100, memory: SIZE * 10, ...rest });
  open.push(spool);
  return spool;
}

/** Puts bodies for which room was reserved. */
async function put(intake: Intake, ...texts: string[]): Promise<(string | undefined)[]> {
  return Promise.all(
    texts.map((text) => {
      expect(intake.reserve(text.length)).toBe(true);
      return intake.put(body(text));
    }),
  );
}

/** Takes everything that waits. */
function drain(intake: Intake): string[] {
  const texts: string[] = [];
  for (let taken = intake.take(); taken !== undefined; taken = intake.take()) {
    texts.push(`${taken.replayed ? 'again ' : ''}${taken.bytes.toString()}`);
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
    expect(intake.take()).toEqual({ ...body('a'), replayed: false });
    expect(intake.waiting.bodies).toBe(2);
    intake.done();
    await put(intake, 'c');
    expect(drain(intake)).toEqual(['b', 'c']);
    expect(intake.waiting).toEqual({ bodies: 0, bytes: 0, since: undefined });
  });

  test('what does not fit is refused, until something is done', async () => {
    const intake = make();
    await put(intake, 'x'.repeat(SIZE - 400));
    expect(intake.reserve(500)).toBe(false);
    intake.take();
    expect(intake.reserve(500)).toBe(false);
    intake.done();
    expect(intake.reserve(500)).toBe(true);
    intake.release(500);
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

describe('a spool after a crash', () => {
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

  test('a folder belongs to one run that is alive', () => {
    const dir = folder();
    writeFileSync(join(dir, 'lock'), '1');
    expect(() => spoolIn(dir)).toThrow('is in use by process 1');
    writeFileSync(join(dir, 'lock'), '999999999');
    expect(spoolIn(dir).resumed).toBe(0);
    expect(readFileSync(join(dir, 'lock'), 'utf8')).toBe(String(process.pid));
  });

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
    expect(() => spoolIn(join(dir, 'file'))).toThrow(`cannot use spool ${join(dir, 'file')}`);
    expect(existsSync(join(dir, 'file'))).toBe(true);
  });
});
