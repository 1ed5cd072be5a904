import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { StageFolder } from '../../src/activity/stages.ts';
import { FirstLook } from '../../src/events/decode/describe.ts';
import { LazyEvent } from '../../src/fast/event/lazy-event.ts';
import { runCli } from '../cli/run-cli.ts';
import { benchmarkLog } from '../fast/work.ts';
import { temporaryFolder } from '../io/temp.ts';

// No clock: commands that ask for events are fast because the scanner rejects what they do not look at, and no line
// goes to the decoder. A change that hands over more, or reads with the reference engine again, finds the same, so
// that no other test would notice.

afterEach(() => vi.restoreAllMocks());

/** Of 3,000 events: how many the scanner hands over, and how many of these are read as requests. */
test.each([
  [['activity', 'sessions'], 186, 186],
  [['activity', 'identity', 'system:serviceaccount:ci:*'], 37, 37],
  // Until the name is met, others may be meant.
  [['activity', 'identity', 'alice@example.com'], 3000, 121],
  [['activity', 'object', 'shop/configmap/app-28-c504f'], 3000, 51],
  [['show', '049815b7'], 3000, 149],
  [['activity', '--user', 'carol'], 61, 61],
  [['activity', '--by', 'user', '--failed-only'], 9, 9],
  [['activity', '--by', 'user'], 3000, 3000],
  [['activity'], 3000, 3000],
  [['doctor', '--rule', 'port-forward'], 3000, 0],
  [['explain', 'none', '--rule', 'port-forward'], 0, 0],
])('%j looks at as few events as it can', async (command, handed, read) => {
  const log = join(temporaryFolder(), 'audit.log');
  writeFileSync(log, benchmarkLog('normal', 3000));
  const move = vi.spyOn(LazyEvent.prototype, 'move');
  const add = vi.spyOn(StageFolder.prototype, 'add');
  const odd = vi.spyOn(FirstLook.prototype, 'note');
  await runCli({ args: [...command, log, '--quiet', '-f', 'json'] });
  expect([move, add, odd].map(({ mock }) => mock.calls.length)).toEqual([handed, read, 0]);
});

test('counting reads few values of an event', async () => {
  const log = join(temporaryFolder(), 'audit.log');
  writeFileSync(log, benchmarkLog('users', 3000));
  const reads = async (...command: string[]): Promise<number> => {
    const text = vi.spyOn(LazyEvent.prototype, 'text');
    await runCli({ args: [...command, log, '--quiet', '-f', 'json'] });
    const { length } = text.mock.calls;
    text.mockRestore();
    return length / 3000;
  };
  expect(await reads('activity', '--by', 'user')).toBeLessThan(14);
  expect(await reads('activity')).toBeGreaterThan(18);
});
