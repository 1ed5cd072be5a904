import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldOf } from '../../src/sinks/alert.ts';
import { Backlog } from '../../src/sinks/backlog.ts';
import { Delivery } from '../../src/sinks/delivery.ts';
import { SENT, SinkDown } from '../../src/sinks/sink.ts';
import { Throttle } from '../../src/sinks/throttle.ts';
import { folder } from '../cli/events.ts';
import { alertLine } from './alerts.ts';

const never = new Promise<void>(() => undefined);

interface Made {
  readonly delivery: Delivery;
  /** Users whose alerts were taken. */
  readonly taken: string[];
  readonly send: (...users: string[]) => void;
  /** The waits that are open, each to be ended by a call. */
  readonly waits: (() => void)[];
}

/** A delivery whose other side answers with a fault to messages that hold an alert of one of some users. */
function made(
  faulty: ReadonlySet<string>,
  {
    most = 1,
    backlog = new Backlog(1e6),
    ...rest
  }: { most?: number; backlog?: Backlog; late?: Backlog | undefined } = {},
): Made {
  const taken: string[] = [];
  const waits: (() => void)[] = [];
  const delivery = new Delivery({
    name: 'sink',
    port: {
      send(alerts) {
        const users = alerts.map((alert) => fieldOf(alert, 'ka.user.name')!);
        if (users.some((user) => faulty.has(user)))
          return Promise.reject(new SinkDown('HTTP 500', undefined, true));
        taken.push(...users);
        return Promise.resolve(SENT);
      },
      close: () => undefined,
    },
    most,
    backlog,
    late: 'late' in rest ? rest.late : new Backlog(1e6),
    throttle: new Throttle(0, () => 0),
    clock: {
      wait: (_, signal) =>
        new Promise((resolve) => {
          waits.push(resolve);
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
        }),
      random: () => 0.5,
    },
    tell: () => undefined,
  });
  const send = (...users: string[]): void => {
    for (const user of users) delivery.alert('Rule', () => alertLine({ user }));
  };
  return { delivery, taken, send, waits };
}

/** Ends all waits that are open, until something holds. */
async function until({ waits }: Made, holds: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !holds(); round++) {
    for (const end of waits.splice(0)) end();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(holds()).toBe(true);
}

test.each([1, 3, 10])('one that is not taken lets others go on: %i at a time', async (most) => {
  const faulty = new Set(['bad', 'worse']);
  const one = made(faulty, { most });
  one.send('a', 'bad', 'b', 'worse', 'c');
  await until(one, () => one.taken.length === 3);
  expect(one.taken).toEqual(['a', 'b', 'c']);
  expect(one.delivery.counts).toMatchObject({ sent: 3, waiting: 2, refused: 0, dropped: 0 });
  // What comes while they are tried again and again is not held up.
  await until(one, () => one.waits.length > 0);
  one.send('d');
  await expect.poll(() => one.taken.at(-1)).toBe('d');
  faulty.clear();
  await until(one, () => one.taken.length === 6);
  expect(one.taken.slice(4).toSorted()).toEqual(['bad', 'worse']);
  expect(one.delivery.counts).toMatchObject({ sent: 6, waiting: 0 });
});

test('where order counts, or there is no room, it holds up those behind it', async () => {
  for (const late of [undefined, new Backlog(10)]) {
    const one = made(new Set(['bad']), { late });
    one.send('bad', 'b');
    for (let round = 0; round < 20; round++) await until(one, () => one.waits.length > 0);
    expect(one.taken).toEqual([]);
    expect(one.delivery.counts).toMatchObject({ waiting: 2 });
  }
});

test('at the end those behind it are sent, and it is kept for the next run', async () => {
  const dir = folder();
  const [main, aside] = [join(dir, 'a.ndjson'), join(dir, 'a-late.ndjson')];
  const files = (): { late: Backlog; backlog: Backlog } => ({
    late: new Backlog(1e6, aside),
    backlog: new Backlog(1e6, main),
  });
  const one = made(new Set(['bad']), files());
  one.send('bad', 'b', 'c');
  await one.delivery.end(never);
  expect(one.taken).toEqual(['b', 'c']);
  expect(one.delivery.counts).toMatchObject({ sent: 2, waiting: 1 });
  expect(one.delivery.why).toBe('HTTP 500');
  const next = made(new Set(), files());
  await next.delivery.end(never);
  expect(next.taken).toEqual(['bad']);
});
