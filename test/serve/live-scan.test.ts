import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LiveScan, type StartEvaluating } from '../../src/cli/serve/live-scan.ts';
import type { FromLive, LiveSetup } from '../../src/cli/serve/live-messages.ts';
import { failure, LiveThread } from '../../src/cli/serve/live-thread.ts';
import { prepare } from '../../src/cli/serve/prepare.ts';
import type { InvocationOf } from '../../src/cli/flags/command-options.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { Counters } from '../../src/serve/counters.ts';
import { MemoryIntake } from '../../src/serve/memory-intake.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { invocationFor } from '../cli/run-cli.ts';

/** The thread that evaluates, in this one; what passes between them is copied as between threads. */
const inThisThread: StartEvaluating = (setup, receive, failed) => {
  const tell = (message: FromLive): void => {
    const copy = structuredClone(message);
    queueMicrotask(() => receive(copy));
  };
  const thread = new LiveThread(tell);
  thread.run(structuredClone(setup)).catch((error: unknown) => {
    tell(failure(error));
    failed(error);
  });
  return {
    post: (message) => thread.receive(structuredClone(message)),
    stop: () => Promise.resolve(),
  };
};

async function setupOf(rules: string, more: readonly string[] = []): Promise<LiveSetup> {
  const args = ['serve', '--no-default-rules', '-r', rules, ...more];
  const invocation = (await invocationFor({ args })) as unknown as InvocationOf<'serve'>;
  return (await prepare(invocation)).setup;
}

interface Started {
  readonly scan: LiveScan;
  readonly intake: MemoryIntake;
  readonly counters: Counters;
  readonly found: string[];
}

function started(setup: LiveSetup, start = inThisThread): Started {
  const intake = new MemoryIntake(1 << 20);
  const counters = new Counters();
  const found: string[] = [];
  const target = {
    finding: ({ rule, auditId }: Finding) => void found.push(`${rule} ${auditId}`),
    settle: () => Promise.resolve(),
    closed: false,
  };
  return {
    scan: new LiveScan(setup, { intake, counters, target, start }),
    intake,
    counters,
    found,
  };
}

async function put(intake: MemoryIntake, ...auditIDs: string[]): Promise<void> {
  const text = auditIDs.map((auditID) => `${eventLine({ auditID, verb: 'delete' })}\n`).join('');
  const bytes = Buffer.from(text);
  const body = intake.begin({ file: '/events', cluster: undefined, at: 0 }, bytes.length)!;
  await body.write(bytes);
  await body.finish();
}

const rule = (name: string): string => ruleText(name, 'ka.verb = delete');

test('findings of a body with very many are all told, in their order', async () => {
  const dir = folder({ 'a.yaml': rule('A') });
  const { scan, intake, counters, found } = started(await setupOf(join(dir, 'a.yaml')));
  const names = Array.from({ length: 1201 }, (_, index) => `id-${index}`);
  await put(intake, ...names);
  intake.close();
  const { events, notes } = await scan.run();
  expect(found).toEqual(names.map((name) => `A ${name}`));
  expect(events).toBe(1201);
  expect(notes).toEqual([]);
  expect(counters.total('k8s_audit_events_total')).toBe(1201);
  expect(counters.total('k8s_audit_findings_total')).toBe(1201);
  expect(intake.waiting.bodies).toBe(0);
});

test('a configuration that cannot be loaded is refused, and the one before stays', async () => {
  const dir = folder({ 'a.yaml': rule('A'), 'b.yaml': rule('B'), 'known.json': '' });
  const { scan, intake, found } = started(await setupOf(join(dir, 'a.yaml')));
  const known = join(dir, 'known.json');
  const next = await setupOf(join(dir, 'b.yaml'), ['--baseline', known]);
  const ended = scan.run();
  // Changed between the look of one thread and that of the other.
  writeFileSync(known, 'nonsense');
  await expect(scan.exchange(next)).rejects.toThrow('known.json');
  await put(intake, 'one');
  await expect.poll(() => found).toEqual(['A one']);
  writeFileSync(known, '');
  await scan.exchange(next);
  await put(intake, 'one', 'two');
  intake.close();
  await ended;
  // What was received before is known to the rules that came later.
  expect(found).toEqual(['A one', 'B two']);
});

test('what is not to be shown, and what is known, is no finding', async () => {
  const dir = folder({ 'a.yaml': rule('A'), 'known.ndjson': '' });
  const setup = await setupOf(join(dir, 'a.yaml'), ['--min-severity', 'high']);
  const { scan, intake, found } = started(setup);
  await put(intake, 'one');
  intake.close();
  await scan.run();
  expect(found).toEqual([]);
});

test('stopping ends the run behind the body that is evaluated; the others wait', async () => {
  const dir = folder({ 'a.yaml': rule('A') });
  const { scan, intake, found } = started(await setupOf(join(dir, 'a.yaml')));
  await put(intake, 'one');
  await put(intake, 'two');
  const ended = scan.run();
  await expect.poll(() => found.length).toBeGreaterThan(0);
  scan.stop();
  await ended;
  expect(found.length + intake.waiting.bodies).toBe(2);
  await expect(scan.exchange(await setupOf(join(dir, 'a.yaml')))).resolves.toBeUndefined();
});

test('a thread that ends ends the run with its error', async () => {
  const dir = folder({ 'a.yaml': rule('A') });
  const setup = await setupOf(join(dir, 'a.yaml'));
  const broken: StartEvaluating = (_setup, receive, failed) => ({
    post: () => failed(new Error('out of memory')),
    stop: () => Promise.resolve(queueMicrotask(() => receive({ kind: 'ready' }))),
  });
  const start: StartEvaluating = (given, receive, failed) => {
    queueMicrotask(() => receive({ kind: 'ready' }));
    return broken(given, receive, failed);
  };
  const { scan, intake } = started(setup, start);
  await put(intake, 'one');
  await expect(scan.run()).rejects.toThrow('out of memory');
  expect(intake.waiting.bodies).toBe(1);
});

test('a configuration that cannot be loaded at the start ends the run', async () => {
  const dir = folder({ 'a.yaml': rule('A'), 'known.json': '' });
  const known = join(dir, 'known.json');
  const setup = await setupOf(join(dir, 'a.yaml'), ['--baseline', known]);
  writeFileSync(known, 'nonsense');
  await expect(started(setup).scan.run()).rejects.toThrow('known.json');
});
