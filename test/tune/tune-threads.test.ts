import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { evaluatePlan } from '../../src/cli/run/evaluate-plan.ts';
import { scanPlan } from '../../src/cli/run/settings-plan.ts';
import { threadsFor } from '../../src/cli/run/start-threads.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { ScanPlan } from '../../src/scan/plan.ts';
import { scan } from '../../src/scan/run-scan.ts';
import type { ScanThreads, WorkerThread } from '../../src/scan/threads/contract.ts';
import { Tuner } from '../../src/tune/tuner.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { invocationFor } from '../cli/run-cli.ts';

// It would change how V8 manages the memory of this process.
vi.mock('../../src/cli/terminal/engine-flags.ts', () => ({
  collectEarly: () => undefined,
  holdMemory: () => undefined,
  releaseMemory: () => undefined,
}));

const LINES = Array.from({ length: 2000 }, (_, index) =>
  eventLine({
    auditID: `id-${index}`,
    user: { username: index % 3 === 0 ? 'jane' : 'omar' },
    objectRef: { resource: 'pods', namespace: `ns${index % 2}`, name: `p${index % 50}` },
  }),
);
const dir = folder({
  'rules.yaml': ruleText('Seen', 'ka.verb exists'),
  'a.log': `${LINES.join('\n')}\n`,
});

/** What a tuner proposes, and how many ranges a further thread read. */
async function proposed(change: Partial<ScanPlan>) {
  const args = ['scan', '--no-default-rules', '-r', join(dir, 'rules.yaml')];
  const invocation = await invocationFor({ args, cwd: dir });
  const scanned = scanPlan(invocation, expandSources([join(dir, 'a.log')]), []);
  const plan: ScanPlan = { ...scanned, tuned: true, everyFinding: true, ...change };
  const { evaluation, ruleSet } = await evaluatePlan(plan, () => undefined);
  let ready: Promise<void> | undefined;
  let handedOver = 0;
  const real = threadsFor(plan);
  const threads: ScanThreads | undefined = real && {
    ...real,
    threshold: 1,
    rangeSize: 20_000,
    start(receive, failed) {
      let thread!: WorkerThread;
      ready = new Promise((resolve) => {
        thread = real.start(
          (message) => {
            if (message.kind === 'end') handedOver++;
            receive(message);
            resolve();
          },
          (error) => {
            failed(error);
            resolve();
          },
        );
      });
      return thread;
    },
  };
  const tuner = new Tuner(ruleSet.rules, () => false);
  await scan(
    plan,
    evaluation,
    {
      finding: (finding) => tuner.add(finding),
      // The thread that writes waits for the other, which would otherwise be ready when all is done.
      settle: async () => ready,
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
    threads,
  );
  const loud = tuner.loud({ perHour: 1, share: 0.1, includeHigh: false }, () => new Set());
  return { loud: loud.map(({ rule, ...rest }) => ({ rule: rule.name, ...rest })), handedOver };
}

test('both engines and a further thread hand over the values that entries are made of', async () => {
  const { loud } = await proposed({ engine: 'reference', threads: 1 });
  expect(loud.map(({ findings, entries }) => [findings, entries.length])).toEqual([[2000, 4]]);
  expect((await proposed({ engine: 'fast', threads: 1 })).loud).toEqual(loud);
  const two = await proposed({ engine: 'fast', threads: 2 });
  expect(two.loud).toEqual(loud);
  expect(two.handedOver).toBeGreaterThan(0);
});
