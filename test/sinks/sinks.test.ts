import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { readSpec } from '../../src/sinks/sink-spec.ts';
import { Sinks } from '../../src/sinks/sinks.ts';
import { folder } from '../cli/events.ts';
import { finding as anyFinding } from '../outputs/findings.ts';
import { recorder } from './recorder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function finding(rule: string, severity: 'high' | 'low' = 'high'): Finding {
  const message = `${rule} happened`;
  return anyFinding({ rule, severity, priority: 'Warning', message, auditId: rule });
}

function sinksOf(specs: readonly string[], dir?: string): { sinks: Sinks; told: string[] } {
  const told: string[] = [];
  const readers = { env: {}, duration: () => undefined, size: () => undefined };
  const sinks = new Sinks(
    specs.map((text) => readSpec(text, readers)),
    {
      dir,
      hostname: 'node-1',
      write: () => undefined,
      tell: (text) => told.push(text),
      now: () => 0,
      clock: {
        random: () => 0,
        // Only the end of the run ends a wait here.
        wait: (_milliseconds, signal) =>
          new Promise((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener('abort', () => resolve());
          }),
      },
    },
  );
  return { sinks, told };
}

test('one place that is named twice keeps what waits for each, and counts it', async () => {
  const down = await recorder(() => ({ status: 500 }));
  closing.push(down.close);
  const dir = folder();
  const both = [`http=${down.url}`, `http=${down.url},min=high`];
  const first = sinksOf(both, dir);
  for (const severity of ['high', 'low'] as const) first.sinks.finding(finding('one', severity));
  await first.sinks.settle();
  const waiting = [
    [`http ${down.url}`, 2],
    [`http ${down.url} (2)`, 1],
  ];
  expect(first.sinks.counts.map(({ name, counts }) => [name, counts.waiting])).toEqual(waiting);
  await first.sinks.end();
  const { sinks } = sinksOf(both, dir);
  expect(sinks.counts.map(({ name, counts }) => [name, counts.waiting])).toEqual(waiting);
  await sinks.end();
});

test('a sink that is down holds up no other; what it did not take, the next run sends', async () => {
  let isUp = false;
  const [down, up] = [await recorder(() => ({ status: isUp ? 200 : 500 })), await recorder()];
  closing.push(down.close, up.close);
  const dir = folder();
  const { sinks, told } = sinksOf([`http=${down.url}`, `http=${up.url}`], dir);
  sinks.finding(finding('one'));
  sinks.finding(finding('two'));
  await expect.poll(() => up.requests.length).toBe(2);
  expect(sinks.counts.map(({ counts: { sent, waiting } }) => [sent, waiting])).toEqual([
    [0, 2],
    [2, 0],
  ]);
  expect(await sinks.end()).toEqual([
    `http ${down.url}: 2 alerts not sent (HTTP 500): the next run sends them`,
  ]);
  expect(told).toEqual([expect.stringContaining(`http ${down.url} takes no alerts`)]);
  expect(
    readdirSync(dir).every((name) => /^http-[0-9a-f]{16}(?:-late)?\.ndjson(?:\.sent)?$/.test(name)),
  ).toBe(true);

  isUp = true;
  const before = down.requests.length;
  const { sinks: next } = sinksOf([`http=${down.url}`], dir);
  expect(await next.end()).toEqual([]);
  // The first one was set aside to let the second one be tried.
  const sent = down.requests.slice(before).map(({ body }) => /"rule":"(\w+)"/.exec(body)?.[1]);
  expect(new Set(sent)).toEqual(new Set(['one', 'two']));
  expect(sent).toHaveLength(2);
});

test('alerts that wait for a sink that is named no more are told of, and stay', async () => {
  const down = await recorder(() => ({ status: 500 }));
  closing.push(down.close);
  const dir = folder();
  const { sinks } = sinksOf([`http=${down.url}`], dir);
  sinks.finding(finding('one'));
  await sinks.end();
  for (let run = 0; run < 2; run++) {
    const { sinks: other, told } = sinksOf(['stdout'], dir);
    expect(told).toEqual([
      expect.stringMatching(
        /^1 alert of a sink that --to names no more waits in .*http-.*\.ndjson: /,
      ),
    ]);
    await other.end();
  }
  const again = sinksOf([`http=${down.url}`], dir);
  expect(again.told).toEqual([]);
  await again.sinks.end();
});

test('a sink has findings of its least severity and above', async () => {
  const path = join(folder(), 'high.ndjson');
  const { sinks } = sinksOf([`file=${path},min=high`]);
  sinks.finding(finding('grave'));
  sinks.finding(finding('light', 'low'));
  expect(await sinks.end()).toEqual([]);
  expect(readFileSync(path, 'utf8').match(/"rule":"\w+"/g)).toEqual(['"rule":"grave"']);
});
