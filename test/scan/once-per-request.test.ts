import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { OncePerRequest, requestKey } from '../../src/engine/once-per-request.ts';
import { RuleCounter } from '../../src/engine/rule-counter.ts';
import type { RuleMatching } from '../../src/engine/engine.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { ScanThreads, ToWorker } from '../../src/scan/threads/contract.ts';
import { RangeWorker } from '../../src/scan/threads/range-worker.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { eventLine } from '../cli/events.ts';
import { eventOf } from '../helpers.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { evaluationOf } from './evaluations.ts';

const { ruleSet } = await loadBundled();
// Parts of correlations have findings, too, which nobody sees.
const RULES = ruleSet!.rules.filter(
  ({ enabled, correlation }) => enabled && correlation === undefined,
);
const STREAMS = ['Attach/Exec Pod', 'Exec Reads Credentials', 'port-forward'];

/** A line of a session; its start, or its end. */
function line(id: number, stage: string, more: Record<string, unknown> = {}): string {
  const subresource = id % 3 === 0 ? 'portforward' : 'exec';
  const command = id % 2 === 0 ? '?command=cat&command=%2Fetc%2Fshadow' : '?command=ls';
  return eventLine({
    auditID: `id-${id}`,
    stage,
    requestURI: `/api/v1/namespaces/shop/pods/web/${subresource}${subresource === 'exec' ? command : ''}`,
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web', subresource },
    responseStatus: { metadata: {}, code: 101 },
    ...more,
  });
}

const SESSIONS = Array.from({ length: 60 }, (_, id) => id);
const STARTS = SESSIONS.map((id) => line(id, 'ResponseStarted'));
const ENDS = SESSIONS.map((id) => line(id, 'ResponseComplete'));
const OTHERS = Array.from({ length: 60 }, (_, id) => eventLine({ auditID: `other-${id}` }));

interface Setting {
  readonly engine: 'fast' | 'reference';
  readonly threads?: number;
  readonly matching?: RuleMatching;
  readonly off?: boolean;
}

/** Everything that a scan of some lines tells of the rules on streams. */
async function found(lines: readonly string[], setting: Setting) {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const off = setting.off === true ? RULES : [];
  const evaluation = (): ReturnType<typeof evaluationOf> =>
    evaluationOf(setting.off === true ? [] : RULES, { off, matching: setting.matching });
  const { sources, problems } = expandSources([path]);
  const plan = {
    sources,
    sourceProblems: problems,
    since: undefined,
    until: undefined,
    maxEventSize: 1 << 16,
    cluster: undefined,
    engine: setting.engine,
  };
  let jobs = 0;
  const threads: ScanThreads = {
    count: setting.threads ?? 0,
    threshold: 1,
    rangeSize: 4096,
    start(receive) {
      const { port1, port2 } = new MessageChannel();
      const worker = new RangeWorker(plan, evaluation(), (message) => port2.postMessage(message));
      port1.on('message', receive);
      port2.on('message', (message: ToWorker) => worker.receive(message));
      port2.postMessage({ kind: 'ready' });
      return {
        post: (message) => {
          if (message.kind === 'range') jobs++;
          port1.postMessage(message);
        },
        stop: () => Promise.resolve(port1.close()),
      };
    },
  };
  const kept: string[] = [];
  const whole = evaluation();
  const { summary } = await scan(
    plan,
    whole,
    {
      finding: ({ rule, auditId, stage }) => kept.push(`${rule} ${auditId} ${stage}`) > 0,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
    setting.threads === undefined ? undefined : threads,
  );
  const counted = Object.fromEntries(summary.byRule.map(({ rule, count }) => [rule, count]));
  const offCounts = whole.counters?.map(({ counts }) => Object.fromEntries(counts));
  return { kept, counted, findings: summary.findings, offCounts, jobs };
}

const LOGS: Readonly<Record<string, readonly string[]>> = {
  'start and end': [...STARTS, ...OTHERS, ...ENDS],
  'ends only': [...OTHERS, ...ENDS],
  'starts only': [...STARTS, ...OTHERS],
  'ends before starts': [...ENDS, ...OTHERS, ...STARTS],
};

describe.each(Object.entries(LOGS))('a log with %s', (_name, lines) => {
  test('has a finding a request and rule, with either engine and with threads', async () => {
    const truth = await found(lines, { engine: 'reference' });
    const streams = truth.kept.filter((text) => STREAMS.some((rule) => text.startsWith(rule)));
    const requests = new Set(streams.map((text) => text.split(' ').at(-2)));
    expect(requests.size).toBe(60);
    // 40 exec sessions of which 20 read a file, and 20 forwards.
    expect(streams).toHaveLength(40 + 20 + 20);
    expect(truth.findings).toBe(truth.kept.length);
    expect((await found(lines, { engine: 'fast' })).kept).toEqual(truth.kept);
    const { jobs, ...two } = await found(lines, { engine: 'fast', threads: 1 });
    expect(jobs).toBeGreaterThan(0);
    expect({ ...two, jobs: 0 }).toEqual(truth);
  });

  test('has as many with the first matching rule only', async () => {
    const truth = await found(lines, { engine: 'reference', matching: 'first' });
    expect((await found(lines, { engine: 'fast', matching: 'first' })).kept).toEqual(truth.kept);
    const two = await found(lines, { engine: 'fast', matching: 'first', threads: 1 });
    expect(two.kept).toEqual(truth.kept);
  });

  test('is counted alike for rules that are off', async () => {
    const { counted } = await found(lines, { engine: 'reference' });
    for (const setting of [
      { engine: 'reference', off: true },
      { engine: 'fast', off: true },
      { engine: 'fast', off: true, threads: 1 },
    ] as const) {
      const { offCounts } = await found(lines, setting);
      expect(offCounts).toEqual([counted]);
    }
  });
});

describe('a request is known', () => {
  test('by its audit ID', () => {
    expect(requestKey(eventOf({ auditID: 'a', requestURI: '/x' }))).toBe('a');
  });

  test('else by when it came, what it asked for and who asked', () => {
    const event = { requestReceivedTimestamp: 't', requestURI: '/x', user: { username: 'jane' } };
    const key = requestKey(eventOf({ ...event, stage: 'ResponseStarted' }));
    expect(key).toBe(requestKey(eventOf({ ...event, stage: 'ResponseComplete' })));
    expect(key).not.toBe(requestKey(eventOf({ ...event, requestURI: '/y' })));
  });

  test('not without any of that, and not by an endless text', () => {
    expect(requestKey(eventOf({ requestURI: '/x' }))).toBeUndefined();
    expect(requestKey(eventOf({ auditID: 'a'.repeat(5000) }))).toBeUndefined();
  });
});

describe('the memory of requests', () => {
  const finding = (rule: string, request: string | undefined, stage: string) =>
    ({ rule, request, stage }) as Parameters<OncePerRequest['keeps']>[0];

  test('is bounded: the oldest request is forgotten', () => {
    const once = new OncePerRequest(2);
    for (const id of ['a', 'b', 'c'])
      expect(once.keeps(finding('R', id, 'ResponseStarted'))).toBe(true);
    expect(once.keeps(finding('R', 'c', 'ResponseComplete'))).toBe(false);
    expect(once.keeps(finding('R', 'b', 'ResponseComplete'))).toBe(false);
    expect(once.keeps(finding('R', 'a', 'ResponseComplete'))).toBe(true);
  });

  test('keeps rules apart, and events of one stage that come twice', () => {
    const once = new OncePerRequest();
    expect(once.keeps(finding('R', 'a', 'ResponseStarted'))).toBe(true);
    expect(once.keeps(finding('R', 'a', 'ResponseStarted'))).toBe(true);
    expect(once.keeps(finding('S', 'a', 'ResponseComplete'))).toBe(true);
    expect(once.keeps(finding('R', undefined, 'ResponseComplete'))).toBe(true);
  });

  test('takes the first event of a request where stages were dropped', () => {
    const once = new OncePerRequest();
    const without = { rule: 'R', request: 'a', stage: undefined } as Parameters<
      typeof once.keeps
    >[0];
    expect(once.keeps(without)).toBe(true);
    expect(once.keeps(without)).toBe(false);
    expect(once.keeps(finding('R', 'a', 'ResponseStarted'))).toBe(false);
  });
});

test('a counter of rules that are off adds up what parts have counted', () => {
  const rule = RULES.find(({ name }) => name === 'Attach/Exec Pod');
  const count = (...lines: readonly string[]): RuleCounter => {
    const counter = new RuleCounter([rule!]);
    for (const text of lines) counter.count(eventOf(text));
    return counter;
  };
  const whole = count(STARTS[1]!);
  whole.add(count(ENDS[1]!, STARTS[2]!).take());
  whole.add(count(ENDS[2]!).take());
  expect([...whole.counts]).toEqual([['Attach/Exec Pod', 2]]);
  expect(whole.total).toBe(2);
});
