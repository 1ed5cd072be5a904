import { describe, expect, test } from 'vitest';
import { IncidentCollector } from '../../src/incidents/incident-collector.ts';
import { account, found, incidentsOf, mallory } from './entries.ts';

const create = { verb: 'create', code: '201' } as const;

describe('an incident', () => {
  test('keeps its ID when the log goes on, and when it lies elsewhere', () => {
    const first = found({ at: 0, ...mallory, rest: { auditId: 'a1' } });
    const [one] = incidentsOf([first]);
    const [grown] = incidentsOf([found({ at: 10, ...mallory }), first]);
    const moved = { ...first, origin: { file: 'elsewhere.log', line: 77 } };
    expect(grown).toMatchObject({ id: one!.id, findings: 2 });
    expect(incidentsOf([moved])[0]!.id).toBe(one!.id);
    expect(incidentsOf([{ ...first, auditId: 'a2' }])[0]!.id).not.toBe(one!.id);
  });

  test('has its tactics in the order in which they were seen, and its objects and actors', () => {
    const tags = (...names: string[]) => ({ tags: names.map((name) => `mitre_${name}`) });
    const pods = { resource: 'pods', namespace: 'shop' };
    const [story] = incidentsOf([
      found({ at: 5, ...mallory, rest: tags('discovery', 'unknown'), sourceIp: '192.0.2.7' }),
      found({
        at: 1,
        ...mallory,
        ...create,
        ...pods,
        name: 'b',
        rest: tags('persistence', 'execution'),
      }),
      found({ at: 6, ...mallory, verb: 'delete', ...pods, name: 'b', rest: tags('execution') }),
      found({ at: 7, ...mallory, ...create, ...pods, name: 'c', impersonatedUser: 'jane' }),
    ]);
    expect(story!.tactics.map(({ name }) => name)).toEqual([
      'Execution',
      'Persistence',
      'Discovery',
    ]);
    expect(story!.objects.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(story!.leftBehind.map(({ name }) => name)).toEqual(['c']);
    expect(story!.actors).toEqual([
      {
        name: mallory.user,
        kind: 'person',
        actedAs: ['jane'],
        addresses: [mallory.sourceIp, '192.0.2.7'],
        findings: 4,
      },
    ]);
  });

  test('tells equal requests behind each other once, and findings of one request as one step', () => {
    const events = { ...mallory, verb: 'delete', resource: 'events', namespace: 'shop' };
    const [story] = incidentsOf([
      ...['a', 'b', 'c'].map((name, at) => found({ at, ...events, name })),
      found({ at: 3, ...mallory, rule: 'Low', rest: { auditId: 'x', severity: 'medium' } }),
      found({ at: 3, ...mallory, rule: 'High', rest: { auditId: 'x' } }),
    ]);
    expect(story!.steps.map(({ finding, count, alsoOn }) => [finding.rule, count, alsoOn])).toEqual(
      [
        ['R', 3, ['b', 'c']],
        ['High', 1, []],
      ],
    );
    expect(story!.steps[1]!.finding.others?.map(({ rule }) => rule)).toEqual(['Low']);
    expect(story).toMatchObject({ findings: 5, rules: 3 });
  });

  test('says what the log does not show', () => {
    const [story] = incidentsOf([
      found({
        at: 0,
        ...mallory,
        ...create,
        resource: 'clusterrolebindings',
        name: 'open',
        facts: { level: 'Metadata' },
      }),
      found({
        at: 1,
        ...mallory,
        ...create,
        resource: 'serviceaccounts',
        subresource: 'token',
        namespace: 'shop',
        name: 'web',
      }),
    ]);
    expect(story!.unseen).toEqual([
      'what was written is not logged (level Metadata): clusterrolebindings/open',
      'which token was issued is not logged, so what used it is joined by the account: shop/serviceaccounts/web',
    ]);
  });
});

describe('a collector', () => {
  const notice = { priority: 'Notice', severity: 'medium' } as const;

  test('makes no story of notices alone, and none of what is below medium', () => {
    const collector = new IncidentCollector();
    collector.add(found({ at: 0, ...mallory, rest: notice }));
    collector.add(found({ at: 0, user: 'omar', rest: { priority: 'Error', severity: 'low' } }));
    expect(collector.build()).toMatchObject({ list: [], alone: 1 });
    collector.add(found({ at: 1, ...mallory, rest: { ...notice, priority: 'Warning' } }));
    const { list, alone } = collector.build();
    expect([list.length, list[0]!.findings, alone]).toEqual([1, 2, 0]);
  });

  test('holds the worst findings, of those the earliest, and counts the others, in any order', () => {
    const findings = Array.from({ length: 50 }, (_, at) =>
      found({ at, user: `u${at}`, rest: at % 10 === 0 ? {} : { severity: 'medium' } }),
    );
    const build = (list: typeof findings) => {
      const collector = new IncidentCollector({ maxFindings: 8 });
      for (const finding of list) collector.add(finding);
      return collector.build();
    };
    const built = build(findings);
    expect(build(findings.toReversed())).toEqual(built);
    expect(built.dropped).toBe(42);
    expect(built.list.map(({ worst }) => worst.subject.user)).toEqual([
      'u0',
      'u10',
      'u20',
      'u30',
      'u40',
      'u1',
      'u2',
      'u3',
    ]);
  });

  test('leaves out values that are too long to be redacted as a whole', () => {
    const long = 'x'.repeat(20_000);
    const [story] = incidentsOf([
      found({
        at: 0,
        ...mallory,
        rest: {
          raw: long,
          message: long,
          evidence: [
            ['a', long],
            ['b', [long]],
            ['c', 'short'],
          ],
        },
      }),
    ]);
    const { raw, message, evidence } = story!.worst;
    expect([raw, message, evidence]).toEqual([undefined, 'R', [['c', 'short']]]);
  });
});

describe('what controllers make', () => {
  const controller = {
    ...create,
    user: account('replicaset-controller', 'kube-system'),
    userAgent: 'kube-controller-manager/v1.34.1',
    namespace: 'shop',
  };
  const deployment = {
    ...mallory,
    ...create,
    resource: 'deployments',
    namespace: 'shop',
    name: 'tool',
  };
  const made = (at: number, resource: string, name: string, owner?: string, namespace = 'shop') =>
    found({ at, ...controller, namespace, resource, name, facts: { owner } });
  const names = (collector: IncidentCollector): string[][] =>
    collector
      .build()
      .list[0]!.steps.map(({ consequences }) => consequences.map(({ object }) => object.name));

  test('is told below the request that caused it, over several controllers', () => {
    const collector = new IncidentCollector();
    collector.addConsequence(
      made(2, 'pods', 'tool-59d8c6f7bd-t5k2m', 'ReplicaSet/tool-59d8c6f7bd'),
    );
    collector.addConsequence(made(1, 'replicasets', 'tool-59d8c6f7bd', 'Deployment/tool'));
    collector.addConsequence(made(1, 'pods', 'other-59d8c6f7bd-x', 'ReplicaSet/other-59d8c6f7bd'));
    collector.addConsequence(made(1, 'pods', 'p', 'ReplicaSet/tool-59d8c6f7bd', 'pay'));
    collector.addConsequence(made(-5, 'pods', 'before', 'ReplicaSet/tool-59d8c6f7bd'));
    collector.add(found({ at: 0.5, ...deployment }));
    expect(names(collector)).toEqual([['tool-59d8c6f7bd', 'tool-59d8c6f7bd-t5k2m']]);
  });

  test('is known by its name where no body was logged', () => {
    const collector = new IncidentCollector();
    collector.add(found({ at: 0, ...deployment }));
    collector.addConsequence(made(1, 'replicasets', 'tool-59d8c6f7bd'));
    expect(names(collector)).toEqual([['tool-59d8c6f7bd']]);
  });

  test('belongs to the latest change before it', () => {
    const collector = new IncidentCollector();
    collector.add(found({ at: 0, ...deployment }));
    collector.add(found({ at: 5, ...deployment, verb: 'patch', code: '200' }));
    collector.addConsequence(made(6, 'replicasets', 'tool-59d8c6f7bd', 'Deployment/tool'));
    expect(names(collector)).toEqual([[], ['tool-59d8c6f7bd']]);
  });

  test('with findings of its own is told with their rules, not as a step', () => {
    const collector = new IncidentCollector();
    const pod = made(1, 'pods', 'tool-59d8c6f7bd-t5k2m', 'ReplicaSet/tool-59d8c6f7bd');
    collector.add(found({ at: 0, ...deployment }));
    collector.add({ ...pod, rule: 'Create Privileged Pod' });
    collector.addConsequence(pod);
    const [story] = collector.build().list;
    expect(story!.steps).toHaveLength(1);
    expect(story!.steps[0]!.consequences).toMatchObject([
      { object: { name: 'tool-59d8c6f7bd-t5k2m' }, rules: ['Create Privileged Pod'] },
    ]);
    expect(story!.actors.map(({ name }) => name)).toEqual([mallory.user]);
  });

  test('is a secret with the token of a new account, too', () => {
    const collector = new IncidentCollector();
    collector.add(
      found({
        at: 0,
        ...mallory,
        ...create,
        resource: 'serviceaccounts',
        namespace: 'shop',
        name: 'sync',
      }),
    );
    collector.addConsequence(
      found({
        at: 1,
        ...controller,
        user: 'system:kube-controller-manager',
        resource: 'secrets',
        name: 'sync-token-x7k2q',
        facts: { tokenFor: 'sync' },
      }),
    );
    expect(names(collector)).toEqual([['sync-token-x7k2q']]);
  });

  test('is told up to a number, and counted beyond', () => {
    const collector = new IncidentCollector({ maxConsequences: 30 });
    collector.add(found({ at: 0, ...deployment }));
    for (let i = 0; i < 40; i++) {
      collector.addConsequence(made(1 + i, 'replicasets', `tool-${i}`, 'Deployment/tool'));
    }
    const { list, droppedConsequences } = collector.build();
    const [step] = list[0]!.steps;
    expect([step!.consequences.length, step!.moreConsequences, droppedConsequences]).toEqual([
      12, 18, 10,
    ]);
  });
});
