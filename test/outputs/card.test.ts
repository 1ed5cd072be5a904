import { describe, expect, it } from 'vitest';
import type { Finding, FindingSubject, OutputValue } from '../../src/engine/finding.ts';
import { cardOf } from '../../src/outputs/card/card.ts';
import { Digest } from '../../src/outputs/card/digest.ts';
import { EventGroups } from '../../src/outputs/card/event-groups.ts';
import { compareFindings, FINDING_ORDERS } from '../../src/outputs/card/order.ts';
import { fitName, longUser, shortUser, shortUsers } from '../../src/outputs/card/short-name.ts';
import { displayWidth } from '../../src/outputs/table/width.ts';
import { redactor } from '../../src/redact/redact.ts';
import { finding } from './findings.ts';

const about = (parts: Partial<FindingSubject>): FindingSubject => ({
  ...finding().subject,
  ...parts,
});

function evidence(
  values: readonly (readonly [string, OutputValue])[],
  subject = about({}),
): string {
  return cardOf(finding({ evidence: values, subject }), redactor(false)).evidence;
}

describe('a short name', () => {
  it.each([
    ['jane@example.com', 'jane@example.com'],
    ['arn:aws:sts::123456789012:assumed-role/ops/jane@example.com', 'ops/jane@example.com'],
    [
      'arn:aws:sts::1:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jane@example.com',
      'AdministratorAccess/jane@example.com',
    ],
    ['arn:aws-us-gov:iam::123456789012:user/bob', 'user/bob'],
    ['system:serviceaccount:shop:web', 'sa shop/web'],
    ['system:serviceaccount:shop', 'system:serviceaccount:shop'],
    ['system:serviceaccount:a:b:c', 'system:serviceaccount:a:b:c'],
    ['system:node:worker-1', 'system:node:worker-1'],
    ['5f0c7a3e-2b1d-4c58-9e6f-1a2b3c4d5e6f', '5f0c7a3e…5e6f'],
    ['sp:5f0c7a3e-2b1d-4c58-9e6f-1a2b3c4d5e6f', 'sp:5f0c7a3e…5e6f'],
    ['', ''],
  ])('of %s is %s', (name, short) => {
    expect(shortUser(name)).toBe(short);
  });

  it('is taken back for service accounts alone', () => {
    for (const name of ['system:serviceaccount:shop:web', 'jane', 'sa']) {
      expect(longUser(shortUser(name))).toBe(name);
    }
    expect(longUser('sa shop/*')).toBe('system:serviceaccount:shop:*');
    expect(longUser('sa a/b/c')).toBe('sa a/b/c');
  });

  it('of a user who acts as another has both', () => {
    expect(shortUsers('jane as system:serviceaccount:a:b')).toBe('jane as sa a/b');
  });

  it('of an impersonated user has both', () => {
    const subject = about({ user: 'jane', impersonatedUser: 'system:serviceaccount:a:b' });
    expect(cardOf(finding({ subject }), redactor(false)).user).toBe('jane as sa a/b');
  });

  it.each([
    ['short', 10, 'short'],
    ['namespace/resource/very-long-name-of-a-pod-4711', 20, 'names…-of-a-pod-4711'],
    ['x'.repeat(30), 10, 'xx…xxxxxxx'],
    ['日本語日本語日本語', 9, '日…日本語'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('fits %s into %i columns as %s', (name, width, fitted) => {
    expect(fitName(name, width)).toBe(fitted);
  });

  it('keeps its end in any width, and never leaves a combining mark alone', () => {
    const name = `${'e\u0301'.repeat(40)}/日本語/end`;
    for (let width = 2; width < 60; width++) {
      const fitted = fitName(name, width);
      expect(displayWidth(fitted)).toBeLessThanOrEqual(width);
      expect(fitted.endsWith(width > 6 ? '/end' : 'd')).toBe(true);
      expect(fitted).not.toContain('…\u0301');
    }
  });
});

describe('evidence in words', () => {
  const SUBJECT = '{"kind":"ServiceAccount","name":"web","namespace":"shop"}';

  it.each<[string, readonly (readonly [string, OutputValue])[], string]>([
    [
      'a command, once, before its container',
      [
        ['ka.uri.param[command]', 'sh'],
        ['ka.uri.param[container]', 'app'],
        ['kx.command', ['sh', '-c', 'id; id']],
        ['kx.command.line', 'sh -c id; id'],
      ],
      "sh -c 'id; id'; container app",
    ],
    [
      'a role and its subjects',
      [
        ['ka.req.binding.role', 'edit'],
        ['ka.req.binding.subjects', ['{"kind":"Group","name":"system:masters"}', SUBJECT]],
        ['ka.uri.param[dryRun]', null],
      ],
      'edit → group system:masters, sa shop/web',
    ],
    [
      'rules of a role',
      [['ka.req.role.rules', ['{"apiGroups":["apps"],"resources":["*"],"verbs":["get","list"]}']]],
      'get, list on * (apps)',
    ],
    [
      'containers, wherever they are',
      [
        [
          'jevt.value[/requestObject/spec]',
          '{"template":{"spec":{"containers":[{"name":"a","image":"x:1","args":["-o","a b"]}]}}}',
        ],
      ],
      "image x:1 runs -o 'a b'",
    ],
    ['images', [['ka.req.pod.containers.image', ['x:1', 'y:2']]], 'image x:1, y:2'],
    ['host paths', [['kx.podspec.hostpaths', ['/', '/etc']]], 'host path /, /etc'],
    [
      'any JSON',
      [['jevt.value[/requestObject/spec]', '{"a":{"b":[1,2]},"c":"d\\ne"}']],
      'b 1 2, c d e',
    ],
    ['broken JSON', [['jevt.value[/requestObject/spec]', '{"a":']], '{"a":'],
    ['a client', [['ka.useragent', 'curl/8']], 'client curl/8'],
    ['a dry run', [['ka.uri.param[dryRun]', 'All']], 'dry run'],
    [
      'a field of its name',
      [['jevt.value[/requestObject/spec/rules/0/host]', 'a.example']],
      'host a.example',
    ],
    ['none', [], 'Exec in pod'],
  ])('is that of %s', (_, values, words) => {
    expect(evidence(values)).toBe(words);
  });

  it('leaves out what the row says anyway', () => {
    const pods = about({ resource: 'pods', sourceIp: '192.0.2.1' });
    expect(evidence([['ka.uri', '/api/v1/pods']], pods)).toBe('Exec in pod');
    expect(evidence([['ka.uri', '/api/v1/pods?watch=true']], pods)).toBe('/api/v1/pods?watch=true');
    expect(evidence([['ka.uri', '/metrics']], about({}))).toBe('/metrics');
    expect(evidence([['ka.sourceips', ['192.0.2.1']]], pods)).toBe('Exec in pod');
    expect(evidence([['ka.sourceips', ['192.0.2.9', '192.0.2.1']]], pods)).toBe(
      'from 192.0.2.9, 192.0.2.1',
    );
  });

  it('is what the output names beside the row, where the rule names none', () => {
    const one = finding({
      message: 'Anonymous user changed the cluster (user=x reason=RBAC)',
      outputFields: [
        ['ka.auth.reason', 'RBAC: allowed'],
        ['ka.target.name', 'web-0'],
        ['ka.user.name', 'x'],
      ],
    });
    expect(cardOf(one, redactor(false)).evidence).toBe('reason RBAC: allowed');
    expect(cardOf({ ...one, outputFields: [] }, redactor(false)).evidence).toBe(
      'Anonymous user changed the cluster',
    );
  });

  it('is redacted, in commands, JSON and fields that ask for a credential', () => {
    const values: readonly (readonly [string, OutputValue])[] = [
      ['kx.command', ['mysql', '--password=hunter2hunter2']],
      ['jevt.value[/requestObject/data]', '{"password":"hunter2hunter2"}'],
      ['ka.uri.param[token]', 'hunter2hunter2'],
    ];
    expect(evidence(values)).not.toContain('hunter2');
    const shown = cardOf(finding({ evidence: values }), redactor(true)).evidence;
    expect(shown.match(/hunter2hunter2/g)).toHaveLength(3);
  });

  it('takes deep, wide and huge values', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const wide = JSON.stringify(Array.from({ length: 5000 }, (_, i) => ({ [`k${i}`]: i })));
    for (const value of [deep, wide, `{"x":"${'y'.repeat(1_000_000)}"}`]) {
      expect(evidence([['jevt.value[/requestObject/spec]', value]]).length).toBeLessThan(70_000);
    }
  });

  it('reads no inherited member', () => {
    expect(evidence([['jevt.value[/requestObject/spec]', '{"__proto__":{"image":"x"}}']])).toBe(
      'image x',
    );
    expect(evidence([['constructor', 'x']])).toBe('constructor x');
  });
});

describe('the findings of an event', () => {
  const group = (findings: readonly Finding[]): string[] => {
    const groups = new EventGroups();
    const done = [...findings.map((each) => groups.add(each)), groups.end()];
    return done
      .filter((each) => each !== undefined)
      .map(({ rule, others = [] }) => [rule, ...others.map((other) => other.rule)].join('+'));
  };

  it('are one entry, the most severe first', () => {
    expect(
      group([
        finding({ rule: 'a', priority: 'Error', severity: 'medium' }),
        finding({ rule: 'b', priority: 'Notice', severity: 'high' }),
        finding({ rule: 'c', priority: 'Critical', severity: 'high' }),
      ]),
    ).toEqual(['c+b+a']);
  });

  it('are told apart from those of another event, also of one that looks the same', () => {
    const one = finding({ rule: 'a' });
    expect(group([one, { ...one, rule: 'b', auditId: 'x' }])).toEqual(['a', 'b']);
    expect(group([one, { ...one, rule: 'b', stage: 'Panic' }])).toEqual(['a', 'b']);
    expect(group([one, { ...one, rule: 'b', subject: about({ user: 'bob' }) }])).toEqual([
      'a',
      'b',
    ]);
    expect(group([one, { ...one, rule: 'b' }, one, { ...one, rule: 'b' }])).toEqual(['a+b', 'a+b']);
  });

  it('say everything once', () => {
    const other = finding({ rule: 'b', evidence: [['kx.command', ['id']]] });
    const card = cardOf(
      finding({ evidence: [['kx.command', ['id']]], others: [other] }),
      redactor(false),
    );
    expect(card).toMatchObject({ rule: 'Attach/Exec Pod', others: ['b'], evidence: 'id' });
  });
});

describe('orders', () => {
  const A = {
    finding: finding({ rule: 'a', priority: 'Error', severity: 'low' }),
    count: 1,
    first: 3n,
  };
  const B = {
    finding: finding({ rule: 'b', priority: 'Notice', severity: 'high' }),
    count: 2,
    first: 2n,
  };
  const C = {
    finding: finding({ rule: 'c', priority: 'Error', severity: 'high' }),
    count: 1,
    first: 1n,
  };

  it.each([
    ['time', 'cba'],
    ['severity', 'cba'],
    ['priority', 'cab'],
    ['count', 'bca'],
  ] as const)('by %s', (order, expected) => {
    const sorted = [A, B, C].toSorted((a, b) => compareFindings(order, a, b));
    expect(sorted.map((each) => each.finding.rule).join('')).toBe(expected);
    expect(FINDING_ORDERS).toContain(order);
  });
});

describe('a digest', () => {
  it('has the worst rules first, who set them off, and the users with the most high findings', () => {
    const digest = new Digest();
    const add = (rule: string, severity: 'high' | 'low', user: string, auditId = rule): void =>
      digest.add(
        finding({ rule, severity, priority: 'Notice', auditId, subject: about({ user }) }),
      );
    for (let i = 0; i < 5; i++) add('often', 'low', 'jane');
    add('often', 'low', 'bob');
    add('once', 'high', 'bob', 'the-worst');
    add('twice', 'high', 'bob');
    add('twice', 'high', 'bob');
    expect(
      digest
        .rules()
        .map(({ rule, count, user, userCount, otherUsers }) => [
          rule,
          count,
          user,
          userCount,
          otherUsers,
        ]),
    ).toEqual([
      ['twice', 2, 'bob', 2, 0],
      ['once', 1, 'bob', 1, 0],
      ['often', 6, 'jane', 5, 1],
    ]);
    expect(digest.users()).toEqual([
      { user: 'bob', count: 4, high: 3 },
      { user: 'jane', count: 5, high: 0 },
    ]);
    expect(digest.worst).toMatchObject({ auditId: 'the-worst', user: 'bob' });
  });

  it('is bounded, whatever users a log names', () => {
    const digest = new Digest();
    for (let i = 0; i < 10_500; i++) digest.add(finding({ subject: about({ user: `u${i}` }) }));
    expect(digest.users()).toHaveLength(10_000);
    expect(digest.rules()[0]).toMatchObject({ count: 10_500, otherUsers: 99 });
  });
});
