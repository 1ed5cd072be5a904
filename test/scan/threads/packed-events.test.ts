import { expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/finding.ts';
import type { Fired } from '../../../src/scan/recorded.ts';
import type { JobPart } from '../../../src/scan/threads/contract.ts';
import { Packer } from '../../../src/scan/threads/packer.ts';
import { Unpacker } from '../../../src/scan/threads/unpacker.ts';

const PLAIN: Finding = {
  rule: 'R',
  ruleId: undefined,
  priority: 'Error',
  source: 'k8s_audit',
  tags: ['k8s'],
  time: 1_714_521_852_696_857_123n,
  message: 'm',
  timeText: '00:04:12',
  outputFields: [
    ['evt.time', 1_714_521_852_696_857_123n],
    ['ka.verb', null],
    ['ka.uri', ''],
    ['ka.req.pod.containers.image', ['a', '']],
    ['kx.flag', false],
  ],
  auditId: 'a',
  stage: 'ResponseComplete',
  origin: { file: 'audit.log', line: 3, cluster: undefined, node: undefined, stream: undefined },
  subject: {
    user: 'u',
    impersonatedUser: undefined,
    verb: 'get',
    resource: undefined,
    subresource: undefined,
    namespace: '',
    name: 'n',
    sourceIp: '192.0.2.1',
    userAgent: 'agent',
    code: '200',
  },
};
/** Text that a log may hold: what JSON escapes, half a surrogate pair, names of prototypes. */
const HOSTILE = '"\\\n\0\u2028\ud800 __proto__ \u{1f600}';
const OTHER = {
  ...PLAIN,
  rule: `Correlation\0part 1`,
  ruleId: 'r-1',
  policies: ['P', HOSTILE],
  severity: 'high',
  tags: [],
  message: HOSTILE,
  timeText: '',
  outputFields: [],
  evidence: [
    ['ka.user.name', HOSTILE],
    ['kx.n', -(2n ** 70n)],
  ],
  request: HOSTILE,
  owner: 'ReplicaSet/x',
  facts: {
    credential: HOSTILE,
    grant: {
      resource: 'rolebindings',
      namespace: 'ns',
      name: 'n',
      subjectKind: 'User',
      subject: HOSTILE,
    },
    isOutside: true,
  },
  also: ['x', undefined, ['y'], 3n, true],
  raw: `{"a":"${'x'.repeat(99)}"}`,
  part: {
    values: ['v', null, ['w', 'x'], 5n],
    read: [undefined, HOSTILE, false],
    outputs: [null, 7n],
    event: undefined,
  },
} as const satisfies Finding;
const KEPT = {
  ...PLAIN,
  rule: 'Other\0part 0',
  subject: { ...PLAIN.subject, user: undefined },
  part: {
    values: ['v'],
    read: undefined,
    outputs: [],
    event: { json: `{"a":${JSON.stringify(HOSTILE)}}`, num: 0, firstTime: 12n },
  },
} as const satisfies Finding;

function partOf(events: readonly Fired[]): JobPart {
  return { kind: 'part', id: 4, events, amounts: undefined, size: 12 };
}

/** An event of other place and names than the others. */
function elsewhere(findings: readonly Finding[]): Fired {
  const origin = {
    file: HOSTILE,
    line: 2 ** 40,
    cluster: 'c',
    node: HOSTILE,
    stream: 's',
    replayed: true,
  };
  const own = { time: -5n, auditId: undefined, stage: undefined, origin };
  return [-5n, findings.map((finding) => ({ ...finding, ...own }))];
}

test('findings come out of a message as they went in, one message behind the other', () => {
  const parts = [
    partOf([
      [PLAIN.time, [PLAIN, OTHER, KEPT]],
      [PLAIN.time, [KEPT]],
    ]),
    partOf([]),
    partOf([elsewhere([OTHER, { ...OTHER, severity: 'low' }, PLAIN]), elsewhere([KEPT, KEPT])]),
  ];
  const packer = new Packer();
  const unpacker = new Unpacker();
  for (const part of parts) {
    // As a thread is given it.
    const packed = structuredClone(packer.pack(part));
    expect(unpacker.unpack(packed)).toEqual(part);
  }
});

test('what findings lack they lack behind it too, since some outputs ask for a member', () => {
  const unpacked = new Unpacker().unpack(new Packer().pack(partOf([[PLAIN.time, [PLAIN]]])));
  const [[, [finding]]] = (unpacked as JobPart).events as [[bigint, [Finding]]];
  expect(Object.keys(finding).toSorted()).toEqual(Object.keys(PLAIN).toSorted());
});

test('what is the same in all findings of a rule is told once, also where its policies are new lists', () => {
  const packer = new Packer();
  const sent = Array.from({ length: 3 }, () => {
    const packed = packer.pack(
      partOf([[OTHER.time, [{ ...OTHER, policies: [...OTHER.policies] }]]]),
    );
    return packed.kind === 'part' ? packed.entries.length : undefined;
  });
  expect(sent).toEqual([1, 0, 0]);
});

test('findings share what their event has once: outputs know it by its identity', () => {
  const unpacked = new Unpacker().unpack(
    new Packer().pack(partOf([[PLAIN.time, [PLAIN, { ...PLAIN, rule: 'S' }]]])),
  );
  const [[, [a, b]]] = (unpacked as JobPart).events as [[bigint, [Finding, Finding]]];
  expect(a.subject).toBe(b.subject);
  expect(a.origin).toBe(b.origin);
});
