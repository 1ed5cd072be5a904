import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fieldOf } from '../../src/sinks/alert.ts';
import { Backlog } from '../../src/sinks/backlog.ts';
import { Delivery } from '../../src/sinks/delivery.ts';
import { SENT, SinkDown, type Outcome, type SinkPort } from '../../src/sinks/sink.ts';
import { Throttle } from '../../src/sinks/throttle.ts';
import { folder } from '../cli/events.ts';
import { alertLine } from './alerts.ts';

const never = new Promise<void>(() => undefined);

interface Made {
  readonly delivery: Delivery;
  /** Users and held counts of the alerts of each message. */
  readonly messages: string[][];
  readonly waits: number[];
  readonly told: string[];
  readonly send: (...users: string[]) => void;
}

/** A delivery whose other side does what the script says, a step a message, and then takes everything. */
function made({
  script = [] as (Error | Outcome)[],
  capacity = 1e6,
  file = undefined as string | undefined,
  every = 0,
  now = (): number => 0,
  most = 2,
} = {}): Made {
  const messages: string[][] = [];
  const waits: number[] = [];
  const told: string[] = [];
  const steps = [...script];
  const port: SinkPort = {
    send(alerts) {
      messages.push(alerts.map((alert) => `${fieldOf(alert, 'ka.user.name')} ${alert.held}`));
      const step = steps.shift();
      if (step instanceof Error) return Promise.reject(step);
      return Promise.resolve(step ?? SENT);
    },
    close: () => undefined,
  };
  const clock = {
    wait: (milliseconds: number) => {
      waits.push(milliseconds);
      return Promise.resolve();
    },
    random: () => 0.5,
  };
  const delivery = new Delivery({
    name: 'sink',
    port,
    most,
    backlog: new Backlog(capacity, file),
    throttle: new Throttle(every, now),
    clock,
    tell: (text) => told.push(text),
  });
  return {
    delivery,
    messages,
    waits,
    told,
    send: (...users) => {
      for (const user of users) delivery.alert('Rule', () => alertLine({ user }));
    },
  };
}

test('what is found together is sent together, in order', async () => {
  const { delivery, messages, send } = made();
  send('a', 'b', 'c');
  await delivery.end(never);
  expect(messages).toEqual([['a 0', 'b 0'], ['c 0']]);
  expect(delivery.counts).toEqual({ sent: 3, held: 0, dropped: 0, refused: 0, waiting: 0 });
});

test('of a message that was taken in part, the rest is sent again', async () => {
  const { delivery, messages, send } = made({
    most: 3,
    script: [{ refused: 1, why: 'no', count: 2 }, new SinkDown('HTTP 429', 7000)],
  });
  send('a', 'b', 'c', 'd');
  await expect.poll(() => delivery.counts.waiting).toBe(0);
  expect(messages).toEqual([
    ['a 0', 'b 0', 'c 0'],
    ['c 0', 'd 0'],
    ['c 0', 'd 0'],
  ]);
  expect(delivery.counts).toEqual({ sent: 3, held: 0, dropped: 0, refused: 1, waiting: 0 });
});

test('who is down is asked again after longer and longer waits, with the same', async () => {
  const { delivery, messages, waits, told, send } = made({
    script: Array.from({ length: 8 }, () => new SinkDown('HTTP 500')),
  });
  send('a');
  await expect.poll(() => delivery.counts.sent).toBe(1);
  expect(messages).toHaveLength(9);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(told).toEqual([
    'sink takes no alerts: HTTP 500; they wait, and are sent again',
    'sink takes alerts again',
  ]);
});

test('the other side says how long it wants to be left alone', async () => {
  const { delivery, waits, send } = made({ script: [new SinkDown('HTTP 429', 7000)] });
  send('a');
  await expect.poll(() => delivery.counts.sent).toBe(1);
  expect(waits).toEqual([7000]);
});

test.each([0, -5000])('who asks for a pause of %d ms is not asked without one', async (after) => {
  const { delivery, waits, send } = made({ script: [new SinkDown('HTTP 429', after)] });
  send('a');
  await expect.poll(() => delivery.counts.sent).toBe(1);
  expect(waits).toEqual([1000]);
});

test('waits are spread', async () => {
  const backlog = new Backlog(1e6);
  const waits: number[] = [];
  for (const random of [0, 1]) {
    const steps = [new SinkDown('x')];
    const port = {
      send: () =>
        steps.pop() === undefined ? Promise.resolve(SENT) : Promise.reject(new SinkDown('x')),
      close: () => undefined,
    };
    const clock = {
      wait: (each: number) => Promise.resolve(void waits.push(each)),
      random: () => random,
    };
    const delivery = new Delivery({
      name: 's',
      port,
      most: 1,
      backlog,
      throttle: new Throttle(0, () => 0),
      clock,
      tell: () => undefined,
    });
    delivery.alert('Rule', () => alertLine());
    await expect.poll(() => delivery.counts.sent).toBe(1);
  }
  expect(waits).toEqual([800, 1200]);
});

test('a disk that fails is no failure of the other side', async () => {
  const dir = folder();
  const { delivery, messages, told, send } = made({ file: join(dir, 'alerts', 'a.ndjson') });
  send('a', 'b', 'c');
  rmSync(join(dir, 'alerts'), { recursive: true });
  await delivery.end(never);
  expect(messages).toEqual([['a 0', 'b 0'], ['c 0']]);
  expect(told).toEqual([]);
  expect(delivery.counts).toMatchObject({ sent: 3, waiting: 0 });
});

test('a message has a bound in bytes, and one alert at least', async () => {
  const { delivery, messages, send } = made({ most: 100, capacity: 1e7 });
  for (const size of [400_000, 400_000, 400_000, 1_500_000, 10])
    delivery.alert('Rule', () => alertLine({ output: 'x'.repeat(size) }));
  send('a');
  await delivery.end(never);
  expect(messages.map(({ length }) => length)).toEqual([2, 1, 1, 2]);
  expect(delivery.counts.sent).toBe(6);
});

test('what is lost is told when it begins, once', async () => {
  const refused: Outcome = { refused: 1, why: 'HTTP 400: no' };
  const { delivery, told, send } = made({
    script: [refused, refused],
    most: 1,
    capacity: alertLine().length * 2 + 20,
  });
  send('a', 'b', 'c', 'd');
  expect(told).toEqual([
    'sink: more alerts wait than it may keep: further ones are dropped, and counted',
  ]);
  await delivery.end(never);
  expect(told.slice(1)).toEqual([
    'sink: an alert is refused for good: HTTP 400: no; further ones are counted',
  ]);
  expect(delivery.counts).toMatchObject({ dropped: 2, refused: 2 });
});

test('what is refused is counted, and the rest goes on', async () => {
  const { delivery, send } = made({ script: [{ refused: 1, why: 'no' }] });
  send('a', 'b', 'c');
  await delivery.end(never);
  expect(delivery.counts).toMatchObject({ sent: 2, refused: 1, waiting: 0 });
  expect(delivery.why).toBe('no');
});

test('what waits has a bound; beyond it, alerts are dropped and counted', async () => {
  const { delivery, send } = made({
    capacity: alertLine({ user: 'a' }).length * 2,
    script: [new SinkDown('x')],
  });
  send('a', 'b', 'c', 'd');
  expect(delivery.counts).toMatchObject({ dropped: 2, waiting: 2 });
  await delivery.end(never);
});

test('at the end there is one more try; what is left is told', async () => {
  const { delivery, messages, send } = made({
    script: Array.from({ length: 3 }, () => new SinkDown('gone')),
  });
  send('a');
  await delivery.end(never);
  expect(messages.length).toBeLessThanOrEqual(2);
  expect(delivery.counts).toMatchObject({ sent: 0, waiting: 1 });
  expect(delivery.why).toBe('gone');
});

describe('throttling', () => {
  test('a rule has one alert in a while; the next one tells how many were held', async () => {
    let now = 0;
    const { delivery, messages, send } = made({ every: 300_000, now: () => now, most: 1 });
    send('a', 'b', 'c');
    now = 299_999;
    send('d');
    now = 300_000;
    send('e', 'f');
    await delivery.end(never);
    expect(messages).toEqual([['a 0'], ['e 3']]);
    expect(delivery.counts).toMatchObject({ sent: 2, held: 4 });
  });

  test('a clock that was set back holds nothing for longer than it would have been held', () => {
    let now = 1e6;
    const throttle = new Throttle(10, () => now);
    expect(throttle.pass('a')).toBe(0);
    now = 5;
    expect(throttle.pass('a')).toBe(0);
    expect(throttle.pass('a')).toBeUndefined();
  });

  test('rules do not hold each other', () => {
    const throttle = new Throttle(10, () => 0);
    expect([throttle.pass('a'), throttle.pass('b'), throttle.pass('a')]).toEqual([0, 0, undefined]);
  });
});

describe('a backlog in a file', () => {
  const entry = (user: string): { line: string; held: number } => ({
    line: alertLine({ user }),
    held: user.length,
  });

  test('is there again after a kill, without what was sent', () => {
    const file = join(folder(), 'sinks', 'a.ndjson');
    const killed = new Backlog(1e6, file);
    for (const user of ['a', 'bb', 'ccc']) expect(killed.push(entry(user))).toBe(true);
    killed.shift(1);
    const next = new Backlog(1e6, file);
    expect(next.first(9)).toEqual([entry('bb'), entry('ccc')]);
    next.push(entry('d'));
    next.shift(2);
    expect(new Backlog(1e6, file).first(9)).toEqual([entry('d')]);
  });

  test('how many are sent is written over what stood there, so that no kill finds it empty', () => {
    const file = join(folder(), 'a.ndjson');
    const backlog = new Backlog(1e6, file);
    for (let i = 0; i < 12; i++) backlog.push(entry('a'));
    const { size, ino } = statSync(`${file}.sent`);
    backlog.shift(11);
    expect(statSync(`${file}.sent`)).toMatchObject({ size, ino });
    expect(new Backlog(1e6, file).size).toBe(1);
  });

  test('a line that was written in part is none', () => {
    const file = join(folder(), 'a.ndjson');
    const killed = new Backlog(1e6, file);
    for (const user of ['a', 'b']) killed.push(entry(user));
    truncateSync(file, readFileSync(file).length - 10);
    const next = new Backlog(1e6, file);
    expect(next.first(9)).toEqual([entry('a')]);
    next.push(entry('c'));
    expect(new Backlog(1e6, file).first(9)).toEqual([entry('a'), entry('c')]);
  });

  test('holds in memory what the disk does not take, and writes it when it does', async () => {
    const file = join(folder(), 'a.ndjson');
    const backlog = new Backlog(1e6, file);
    // In place of a full disk: nothing can be added to a folder.
    rmSync(file);
    mkdirSync(file);
    for (const user of ['a', 'b', 'c']) expect(backlog.push(entry(user))).toBe(true);
    await expect(backlog.sync()).rejects.toThrow('EISDIR');
    expect(backlog.first(9)).toEqual([entry('a'), entry('b'), entry('c')]);
    expect(() => backlog.shift(1)).toThrow('EISDIR');
    expect(backlog.unkept).toBe(2);
    rmdirSync(file);
    await backlog.sync();
    expect(backlog.unkept).toBe(0);
    backlog.push(entry('d'));
    expect(new Backlog(1e6, file).first(9)).toEqual([entry('b'), entry('c'), entry('d')]);
  });

  test('writes as much as the disk takes of what is in memory alone', () => {
    const file = join(folder(), 'a.ndjson');
    const script = `
      import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
      import { Backlog } from '${new URL('../../dist/sinks/backlog.js', import.meta.url).href}';
      const backlog = new Backlog(1e7, '${file}');
      rmSync('${file}');
      mkdirSync('${file}');
      for (let i = 0; i < 2000; i++) backlog.push({ held: 0, line: JSON.stringify('x'.repeat(1000)) });
      rmdirSync('${file}');
      const failed = await backlog.sync().catch((error) => error);
      console.log(failed instanceof Error, backlog.size, backlog.unkept);`;
    // Files of 1 MiB at most, in place of a full disk.
    const args = ['-c', 'ulimit -f 1024; exec "$0" "$@"', process.execPath, '--input-type=module'];
    const said = execFileSync('bash', [...args, '-e', script], { encoding: 'utf8' });
    const [failed, size, unkept] = said.trim().split(' ');
    expect([failed, size]).toEqual(['true', '2000']);
    expect(Number(unkept)).toBeLessThan(1200);
    expect(new Backlog(1e7, file).size).toBe(2000 - Number(unkept));
  });

  test('starts though the disk takes nothing, and goes on where it was', () => {
    const file = join(folder(), 'a.ndjson');
    const killed = new Backlog(1e6, file);
    for (const user of ['a', 'b', 'c', 'd']) killed.push(entry(user));
    killed.shift(1);
    truncateSync(file, readFileSync(file).length - 10);
    // In place of a full disk: the file cannot be written anew.
    mkdirSync(`${file}.new`);
    const next = new Backlog(1e6, file);
    expect(next.first(9)).toEqual([entry('b'), entry('c')]);
    next.shift(1);
    next.push(entry('e'));
    expect(new Backlog(1e6, file).first(9)).toEqual([entry('c'), entry('e')]);
  });

  test('what is sent does not fill the disk, though something always waits', () => {
    const file = join(folder(), 'a.ndjson');
    const backlog = new Backlog(5000, file);
    backlog.push(entry('first'));
    for (let index = 0; index < 100; index++) {
      expect(backlog.push(entry(`user-${index}`))).toBe(true);
      backlog.shift(1);
      expect(readFileSync(file).length).toBeLessThan(12_000);
    }
    expect(new Backlog(5000, file).first(9)).toEqual([entry('user-99')]);
  });

  test('is made durable when something has come', async () => {
    const file = join(folder(), 'a.ndjson');
    const backlog = new Backlog(1e6, file);
    backlog.push(entry('a'));
    await backlog.sync();
    rmSync(file);
    // Nothing has come since.
    await backlog.sync();
    backlog.push(entry('b'));
    rmSync(file);
    await expect(backlog.sync()).rejects.toThrow('ENOENT');
  });

  test('is empty when everything is sent', () => {
    const file = join(folder(), 'a.ndjson');
    const backlog = new Backlog(1e6, file);
    backlog.push(entry('a'));
    backlog.shift(1);
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(new Backlog(1e6, file).size).toBe(0);
  });

  test('is sent by the next run at once', async () => {
    const file = join(folder(), 'a.ndjson');
    new Backlog(1e6, file).push(entry('a'));
    const { delivery, messages } = made({ file });
    await delivery.end(never);
    expect(messages).toEqual([['a 1']]);
  });
});
