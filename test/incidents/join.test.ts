import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { entryOf } from '../../src/incidents/incident-entry.ts';
import { join } from '../../src/incidents/join.ts';
import { account, found, MINUTE } from './entries.ts';
import { slowPartition } from './slow-model.ts';

/** A generator of numbers that repeats with its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

const USERS = [
  'mallory',
  'alice',
  'bob',
  'carol',
  'dave',
  'erin',
  'frank',
  'kubernetes-admin',
  'system:anonymous',
  undefined,
  account('web'),
  account('ci'),
  account('web', 'pay'),
  account('replicaset-controller', 'kube-system'),
  'system:kube-scheduler',
];
const CREDENTIALS = [undefined, undefined, 'JTI=1', 'JTI=2', 'JTI=3'];
const GRANTS = [
  ['clusterrolebindings', '', 'open', 'Group', 'system:unauthenticated'],
  ['clusterrolebindings', '', 'open', 'Group', 'team'],
  ['clusterrolebindings', '', 'open', 'User', 'bob'],
  ['rolebindings', 'shop', 'web', 'ServiceAccount', 'web/shop'],
] as const;

/** A log in which everything meets everything: few names, few addresses, hours and seconds. */
function randomFindings(seed: number): Finding[] {
  const next = numbers(seed);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
  return Array.from({ length: 4 + next(24) }, () => {
    const user = pick(USERS);
    const isAccount = user?.startsWith('system:serviceaccount:') === true;
    const [resource, subresource, verb] = pick([
      ['pods', undefined, 'create'],
      ['pods', 'exec', 'create'],
      ['secrets', undefined, 'get'],
      ['secrets', undefined, 'create'],
      ['serviceaccounts', undefined, 'create'],
      ['serviceaccounts', 'token', 'create'],
      ['clusterrolebindings', undefined, 'create'],
      ['rolebindings', undefined, 'patch'],
      ['nodes', undefined, 'list'],
    ] as const);
    const isRead = verb === 'get' || verb === 'list';
    const address = pick(['198.51.100.1', '198.51.100.2', '10.0.0.1', undefined]);
    const bound = next(3) === 0 ? pick(GRANTS) : undefined;
    return found({
      at: next(4) === 0 ? next(3000) : next(90) + next(60) / 60,
      user,
      verb,
      resource,
      subresource,
      namespace: resource === 'clusterrolebindings' ? undefined : pick(['shop', 'pay']),
      name: resource === 'clusterrolebindings' ? 'open' : pick(['web', 'ci', 'web']),
      sourceIp: address,
      userAgent: pick(['kubectl/v1', 'curl/8', 'kube-controller-manager/v1']),
      code: next(5) === 0 ? '403' : isRead ? '200' : '201',
      facts: {
        credential: pick(CREDENTIALS),
        issued: subresource === 'token' ? pick(CREDENTIALS) : undefined,
        pod: isAccount && next(2) === 0 ? pick(['web', 'ci']) : undefined,
        isOutside: address?.startsWith('198.') === true,
        grant: bound && {
          resource: bound[0],
          namespace: bound[1],
          name: bound[2],
          subjectKind: bound[3],
          subject: bound[4],
        },
      },
      rest: {
        ...(next(12) === 0 ? { auditId: 'same' } : {}),
        ...(next(20) === 0 ? { time: 0n } : {}),
      },
    });
  });
}

const lineOf = ({ origin }: Finding): number => origin.line;
const asText = (sets: readonly (readonly number[])[]): string[] =>
  sets.map((set) => set.toSorted((a, b) => a - b).join()).toSorted();

function fastSets(findings: readonly Finding[], pause: bigint): string[] {
  const { entries, stories } = join(findings.map(entryOf), pause);
  return asText(stories.map((story) => story.map((index) => lineOf(entries[index]!.finding))));
}

const SEEDS = Array.from({ length: 400 }, (_, seed) => seed + 1);

describe('random logs', () => {
  test('are joined as the table of links says, pair by pair', () => {
    let joined = 0;
    for (const seed of SEEDS) {
      const findings = randomFindings(seed);
      const pause = BigInt([5, 60, 240][seed % 3]!) * MINUTE;
      const slow = slowPartition(findings, pause);
      joined += slow.filter(({ length }) => length > 1).length;
      const expected = asText(slow.map((set) => set.map((index) => lineOf(findings[index]!))));
      expect(fastSets(findings, pause), `seed ${seed}`).toEqual(expected);
    }
    expect(joined).toBeGreaterThan(SEEDS.length);
  });

  test('are joined the same in any order', () => {
    for (const seed of SEEDS) {
      const findings = randomFindings(seed);
      const next = numbers(seed + 7);
      const shuffled = findings
        .map((finding) => ({ finding, at: next(1_000_000) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ finding }) => finding);
      const [one, other] = [findings, shuffled].map((list) =>
        join(list.map(entryOf), 60n * MINUTE),
      );
      expect(other, `seed ${seed}`).toEqual(one);
    }
  });

  test('with a longer pause keep together what a shorter one joins', () => {
    for (const seed of SEEDS) {
      const findings = randomFindings(seed);
      const [short, long] = [10n, 300n].map((minutes) => {
        const { entries, stories } = join(findings.map(entryOf), minutes * MINUTE);
        return { entries, stories };
      });
      const of = new Map(long!.stories.flatMap((story, at) => story.map((index) => [index, at])));
      for (const story of short!.stories) {
        expect(new Set(story.map((index) => of.get(index))).size, `seed ${seed}`).toBe(1);
      }
    }
  });

  test('give a reason for each finding of a story of several', () => {
    for (const seed of SEEDS) {
      const { stories, reasons } = join(randomFindings(seed).map(entryOf), 60n * MINUTE);
      const unexplained = stories.flatMap((story) =>
        story.filter((index) => {
          const edge = reasons[index];
          if (story.length === 1) return edge !== undefined;
          return !(edge && story.includes(edge.from) && story.includes(edge.to));
        }),
      );
      expect(unexplained, `seed ${seed}`).toEqual([]);
    }
  });
});
