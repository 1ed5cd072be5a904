import { spawnSync } from 'node:child_process';
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { partsOf } from '../../src/serve/body-source.ts';
import { Spool, type SetAside } from '../../src/serve/spool/spool.ts';
import { folder } from '../cli/events.ts';

const open: Spool[] = [];
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.end();
});

function spoolIn(dir: string, rest: object = {}): Spool {
  const spool = new Spool({ dir, capacity: 100_000, memory: 100_000, inMemory: 1000, ...rest });
  open.push(spool);
  return spool;
}

async function put(spool: Spool, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    const body = spool.begin({ file: '/audit/lab', cluster: 'lab', at: 5 }, text.length)!;
    await body.write(Buffer.from(text));
    expect(await body.finish()).toBeUndefined();
  }
}

/** Takes the next body as a run does that is killed while it evaluates it. */
const KILLED = `
  const { Spool } = await import(process.argv[1]);
  const spool = new Spool({ dir: process.argv[2], capacity: 1e5, memory: 1e5 });
  console.log(spool.take().file);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => setInterval(() => undefined, 1000));`;
const PROGRAM = new URL('../../dist/serve/spool/spool.js', import.meta.url).href;

function killedWhileItEvaluates(dir: string): void {
  const args = ['--input-type=module', '-e', KILLED, PROGRAM, dir];
  const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ stdout, signal }).toEqual({ stdout: '/audit/lab\n', signal: 'SIGKILL' });
}

const textOf = (spool: Spool): string | undefined => {
  const taken = spool.take();
  if (taken === undefined) return undefined;
  const text = Array.from(partsOf(taken.source), (part) => part.toString()).join('');
  return `${taken.replayed ? 'again ' : ''}${text.slice(0, 10)}`;
};

test.each([
  ['small', 'poison'],
  ['large', 'poison'.repeat(1000)],
])('a %s body that three starts did not survive is set aside, whole', async (_name, poison) => {
  const dir = folder();
  const before = spoolIn(dir);
  await put(before, poison, 'next', 'last');
  await before.end();
  for (let start = 0; start < 3; start++) killedWhileItEvaluates(dir);
  const aside: SetAside[] = [];
  const spool = spoolIn(dir, { setAside: (body: SetAside) => aside.push(body) });
  expect(spool.waiting.bodies).toBe(3);
  // The next one was never begun.
  expect(textOf(spool)).toBe('next');
  expect(aside).toMatchObject([{ file: '/audit/lab', cluster: 'lab', at: 5, attempts: 3 }]);
  expect(readFileSync(aside[0]!.path, 'utf8')).toBe(poison);
  expect(spool.quarantined).toMatchObject({ bodies: 1, bytes: poison.length });
  expect(spool.waiting.bodies).toBe(2);
  spool.done();
  expect(textOf(spool)).toBe('last');
  expect(spool.lost).toBe(0);
});

test('the one behind it gets as many starts of its own', async () => {
  const dir = folder();
  await put(spoolIn(dir), 'first', 'second', 'third');
  for (let start = 0; start < 3; start++) spoolIn(dir).take();
  expect(textOf(spoolIn(dir))).toBe('second');
  expect(textOf(spoolIn(dir))).toBe('again second');
  expect(textOf(spoolIn(dir))).toBe('again second');
  expect(textOf(spoolIn(dir))).toBe('third');
  expect(
    readdirSync(join(dir, 'quarantine')).filter((name) => name.endsWith('.body')),
  ).toHaveLength(2);
});

test('runs that ended by themselves blame no body, nor do those that came behind it', async () => {
  const dir = folder();
  await put(spoolIn(dir), 'slow', 'next');
  for (let start = 0; start < 5; start++) {
    const spool = spoolIn(dir);
    expect(textOf(spool)).toBe('again slow');
    await spool.end();
  }
  for (let start = 0; start < 2; start++) spoolIn(dir).take();
  const done = spoolIn(dir);
  expect(textOf(done)).toBe('again slow');
  done.done();
  for (let start = 0; start < 3; start++) expect(textOf(spoolIn(dir))).toBe('again next');
});

test('what is set aside takes room of the spool, until somebody removes it', async () => {
  const dir = folder();
  await put(spoolIn(dir), 'x'.repeat(60_000));
  for (let start = 0; start < 3; start++) spoolIn(dir).take();
  const spool = spoolIn(dir);
  expect(textOf(spool)).toBeUndefined();
  const head = { file: '/audit', cluster: undefined, at: 5 };
  expect(spool.begin(head, 50_000)).toBeUndefined();
  for (const name of readdirSync(join(dir, 'quarantine'))) rmSync(join(dir, 'quarantine', name));
  expect(spool.quarantined).toMatchObject({ bodies: 0, bytes: 0 });
  await spool.begin(head, 50_000)!.drop();
});

test('a body that cannot be set aside is evaluated', async () => {
  const dir = folder();
  await put(spoolIn(dir), 'poison');
  writeFileSync(join(dir, 'quarantine'), '');
  for (let start = 0; start < 5; start++) expect(textOf(spoolIn(dir))).toBe('again poison');
});
