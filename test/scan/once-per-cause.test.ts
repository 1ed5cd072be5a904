import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OncePerCause } from '../../src/engine/once-per-cause.ts';
import { podOwner } from '../../src/engine/pod-owner.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { expandSources } from '../../src/io/sources.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import { subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { scan } from '../../src/scan/run-scan.ts';
import { eventLine } from '../cli/events.ts';
import { eventOf } from '../helpers.ts';
import { temporaryFolder } from '../io/temp.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';
import { evaluationOf } from './evaluations.ts';

const { ruleSet } = await loadBundled();
const RULE = 'Create Privileged Pod';
const RULES = ruleSet!.rules.filter(({ name }) => name === RULE || name === 'Attach/Exec Pod');

interface Pod {
  readonly minute: number;
  readonly metadata?: object;
  readonly image?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly code?: number;
}

/** A line with the creation of a privileged pod. */
function pod({ minute, metadata = { generateName: 'build-' }, ...more }: Pod): string {
  const at = new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
  return eventLine({
    verb: 'create',
    level: 'Request',
    auditID: `pod-${minute}`,
    stageTimestamp: at,
    user: { username: more.user ?? 'system:serviceaccount:ci:operator' },
    objectRef: { resource: 'pods', namespace: more.namespace ?? 'ci', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: more.code ?? 201 },
    requestObject: {
      metadata,
      spec: {
        containers: [
          { name: 'c', image: more.image ?? 'a', securityContext: { privileged: true } },
        ],
      },
    },
  });
}

/** The minutes of the pods that were reported, and what the summary says. */
async function found(lines: readonly string[], engine: 'fast' | 'reference', every = false) {
  const path = join(temporaryFolder(), 'audit.log');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { sources, problems } = expandSources([path]);
  const kept: Finding[] = [];
  const { summary } = await scan(
    {
      sources,
      sourceProblems: problems,
      since: undefined,
      until: undefined,
      maxEventSize: 1 << 16,
      cluster: undefined,
      everyFinding: every,
      engine,
    },
    evaluationOf(RULES),
    {
      finding: (finding) => kept.push(finding) > 0,
      settle: () => Promise.resolve(),
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
    },
  );
  return {
    kept,
    minutes: kept.map(({ auditId }) => Number(auditId?.slice(4))),
    findings: summary.findings,
    notes: summary.notes,
  };
}

describe.each(['fast', 'reference'] as const)('with the %s engine', (engine) => {
  test('further pods of a controller are counted, an hour long', async () => {
    const lines = [0, 1, 2, 59, 60, 61, 119, 121].map((minute) => pod({ minute }));
    const { minutes, findings, notes } = await found(lines, engine);
    expect(minutes).toEqual([0, 60, 121]);
    expect(findings).toBe(3);
    expect(notes).toEqual([
      '5 findings on further pods of the same controllers are counted only here; scan --no-fold reports each',
    ]);
    const all = await found(lines, engine, true);
    expect(all.minutes).toEqual([0, 1, 2, 59, 60, 61, 119, 121]);
    expect(all.notes).toEqual([]);
  });

  test('what differs is reported', async () => {
    const owner = (kind: string, name: string, labels = {}): object => ({
      labels,
      generateName: 'x-',
      ownerReferences: [{ kind, name, controller: true }],
    });
    const lines = [
      pod({ minute: 0, metadata: owner('ReplicaSet', 'web-1a', { 'pod-template-hash': '1a' }) }),
      // Another rollout of the same workload.
      pod({ minute: 1, metadata: owner('ReplicaSet', 'web-2b', { 'pod-template-hash': '2b' }) }),
      pod({ minute: 2, metadata: owner('ReplicaSet', 'api-1a', { 'pod-template-hash': '1a' }) }),
      pod({ minute: 3, metadata: owner('Job', 'backup-28391040') }),
      // Another run.
      pod({ minute: 4, metadata: owner('Job', 'backup-28391045') }),
      pod({ minute: 5, image: 'b' }),
      pod({ minute: 6, user: 'eve' }),
      pod({ minute: 7, namespace: 'shop' }),
      pod({ minute: 8, code: 403 }),
      // Pods that somebody named, and the files of a node.
      pod({ minute: 9, metadata: { name: 'mine' } }),
      pod({ minute: 10, metadata: { name: 'mine' } }),
      pod({ minute: 11, metadata: { ...owner('Node', 'n1'), name: 'etcd' } }),
      pod({ minute: 12, metadata: { ...owner('Node', 'n1'), name: 'etcd' } }),
    ];
    const { minutes } = await found(lines, engine);
    expect(minutes).toEqual([0, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test('a known finding is known whichever pod of the controller comes first', async () => {
    const named = (minute: number, name: string): string =>
      pod({ minute, metadata: { generateName: 'build-' } }).replace(
        '"responseStatus"',
        `"responseObject":{"metadata":{"name":"${name}"}},"responseStatus"`,
      );
    const { kept } = await found([named(0, 'build-a'), named(90, 'build-b')], engine);
    expect(kept.map(({ subject }) => subject.name)).toEqual(['build-a', 'build-b']);
    const [first, second] = kept.map(subjectFingerprint);
    expect(first).toBe(second);
  });
});

describe('the owner of a pod', () => {
  const of = (metadata: JsonValue, more: JsonObject = {}): string | undefined =>
    podOwner(
      eventOf({
        verb: 'create',
        objectRef: { resource: 'pods' },
        requestObject: { metadata },
        ...more,
      }),
    );

  test('is its controller, else the prefix of its name', () => {
    const ownerReferences = [
      { kind: 'Config', name: 'x' },
      { kind: 'DaemonSet', name: 'agent', controller: true },
    ];
    expect(of({ ownerReferences, generateName: 'agent-' })).toBe('DaemonSet/agent');
    expect(of({ generateName: 'agent-' })).toBe('generated/agent-');
  });

  test.each([
    [{ name: 'a', generateName: 'a-' }],
    [{}],
    [null],
    [{ ownerReferences: { controller: true } }],
    [{ ownerReferences: [null, { controller: 'true', kind: 'A', name: 'b' }] }],
    [{ ownerReferences: [{ controller: true, kind: 1, name: 'b' }] }],
    [{ generateName: 'x'.repeat(5000) }],
  ])('is unknown for %j', (metadata) => {
    expect(of(metadata)).toBeUndefined();
  });

  test('is asked for where a pod is created only', () => {
    expect(of({ generateName: 'a-' }, { verb: 'patch' })).toBeUndefined();
    expect(of({ generateName: 'a-' }, { objectRef: { resource: 'jobs' } })).toBeUndefined();
    const binding = { resource: 'pods', subresource: 'binding' };
    expect(of({ generateName: 'a-' }, { objectRef: binding })).toBeUndefined();
  });
});

test('the memory of causes is bounded: the oldest is forgotten', () => {
  const once = new OncePerCause(2);
  const finding = (owner: string, time = 1n) =>
    ({ rule: 'r', owner, time, subject: {}, origin: {} }) as unknown as Finding;
  for (const owner of ['a', 'b', 'c']) expect(once.keeps(finding(owner))).toBe(true);
  expect(once.keeps(finding('c'))).toBe(false);
  expect(once.keeps(finding('a'))).toBe(true);
  expect(once.dropped).toBe(1);
  // Without a time there is no hour.
  expect([once.keeps(finding('z', 0n)), once.keeps(finding('z', 0n))]).toEqual([true, true]);
});

test('the subject of a finding has the prefix of a generated name where no response tells the name', async () => {
  const { kept } = await found([pod({ minute: 0 })], 'fast');
  expect(kept.map(({ subject }) => subject.name)).toEqual(['build-*']);
  const truth = await found([pod({ minute: 0 })], 'reference');
  expect(truth.kept.map(({ subject }) => subject.name)).toEqual(['build-*']);
});
