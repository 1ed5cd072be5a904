import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { rulesOf } from '../fast/conditions.ts';
import { plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { eventLine } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';
import { temporaryFolder } from '../io/temp.ts';
import { outcome } from './outcome.ts';

test.each([
  ['back', -3_600_000],
  ['forth', 3_600_000],
])('a followed log is read on at once when the clock is set %s', async (_, offset) => {
  const path = join(temporaryFolder(), 'audit.log');
  const line = `${plainLine(new Random(1))}\n`;
  writeFileSync(path, line);
  const end = new AbortController();
  const real = Date.now;
  let offsetNow = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + offsetNow);
  let found = 0;
  const given = await rulesOf(['ka.verb = none', 'ka.verb exists'], '%ka.verb');
  const run = outcome(
    [path],
    'reference',
    { given, follow: true },
    { signal: end.signal, finding: () => ++found > 0 },
  );
  try {
    await expect.poll(() => found, { timeout: 10_000 }).toBe(1);
    offsetNow = offset;
    // The look during which the clock was set is over.
    appendFileSync(path, line);
    await expect.poll(() => found, { timeout: 10_000 }).toBe(2);
    appendFileSync(path, line);
    await expect.poll(() => found, { timeout: 10_000 }).toBe(3);
  } finally {
    end.abort();
    clock.mockRestore();
    await run;
  }
});

test('how long a run took does not depend on the clock that is set', async () => {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, eventLine());
  let now = Date.UTC(2026, 2, 20);
  const args = ['scan', path];
  const { stderr } = await runCli({ args, now: () => (now -= 3_600_000), ticks: () => 0 });
  expect(stderr).toContain('Took      0.00 s\n');
});
