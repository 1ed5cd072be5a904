import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveWatch, mayBeLive } from '../../../src/cli/run/live-watch.ts';
import { FORMATS } from '../../../src/outputs/index.ts';
import { Feed } from '../../../src/outputs/feed.ts';
import { context, finding, memorySink, summary } from '../../outputs/findings.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch on reports that hold something, and when it let go, in milliseconds. */
function watched(bytesPerLook: number): { lookUntil(time: number): number | undefined } {
  let live: number | undefined;
  let time = 0;
  const watch = new LiveWatch({
    holds: true,
    goLive: () => {
      live ??= time;
      return Promise.resolve();
    },
  });
  return {
    lookUntil(end) {
      for (; time < end;) {
        time += 100;
        watch.read((bytesPerLook * time) / 100);
        vi.advanceTimersByTime(100);
      }
      watch.end();
      return live;
    },
  };
}

test('what an input that pauses has given is shown within 200 ms', () => {
  expect(watched(0).lookUntil(2000)).toBeLessThanOrEqual(200);
  expect(watched(1000).lookUntil(2000)).toBeLessThanOrEqual(200);
});

test('a log that is poured in is waited for, but no longer than a second', () => {
  expect(watched(10_000_000).lookUntil(900)).toBeUndefined();
  expect(watched(10_000_000).lookUntil(2000)).toBe(1000);
});

test('nothing happens while nothing is held', () => {
  let asked = 0;
  const watch = new LiveWatch({ holds: false, goLive: () => Promise.resolve(void asked++) });
  vi.advanceTimersByTime(5000);
  watch.end();
  expect(asked).toBe(0);
});

test.each([
  [{}, true],
  [{ follow: true }, false],
  [{ sort: 'count' }, false],
  [{ limit: 3 }, false],
  [{ groupBy: 'rule' }, false],
])('with %j an input without a size may be live: %s', (more, expected) => {
  const settings = {
    follow: false,
    sort: undefined,
    limit: undefined,
    groupBy: undefined,
    ...more,
  } as unknown as Parameters<typeof mayBeLive>[1]['settings'];
  expect(mayBeLive([{ name: '-', path: undefined, size: undefined }], { settings })).toBe(expected);
  expect(mayBeLive([{ name: 'a', path: 'a', size: 5 }], { settings })).toBe(false);
});

test('a feed that goes live shows what it held by time, and then each finding, folded no more and without limit', async () => {
  const sink = memorySink();
  const writer = await FORMATS.table.create(sink, context());
  const feed = new Feed(writer, { byEvent: true, fold: true, sort: 'severity', limit: 2 });
  const make = (auditId: string, second: bigint, priority: 'Notice' | 'Critical') =>
    finding({
      auditId,
      message: auditId,
      priority,
      time: 1_767_323_045_000_000_000n + second * 1_000_000_000n,
    });
  feed.finding(make('first', 1n, 'Notice'));
  feed.finding(make('second', 2n, 'Critical'));
  expect(feed.holds).toBe(true);
  expect(sink.text()).toBe('');
  feed.goLive();
  expect(feed.holds).toBe(false);
  expect(sink.text().indexOf('first')).toBeLessThan(sink.text().indexOf('second'));
  for (const id of ['third', 'fourth', 'fifth']) {
    feed.finding(make(id, 3n, 'Notice'));
    feed.flush();
    expect(sink.text()).toContain(id);
  }
  feed.end(summary());
  expect(sink.text()).not.toContain('more event');
});
