import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Finding, OutputValue } from '../../src/engine/finding.ts';
import { encodeJson, findingToJson, type Encodable } from '../../src/outputs/encode/json-encode.ts';
import { evidenceOf } from '../../src/outputs/encode/finding-evidence.ts';
import { subjectFingerprint } from '../../src/outputs/encode/fingerprint.ts';
import { formatRfc3339Nano } from '../../src/util/time.ts';
import { Random } from '../fast/random.ts';
import { finding, HOSTILE } from './findings.ts';

/** The line as the object that it stands for, written member by member. */
function plainJson(of: Finding): string {
  const { auditId: auditID, stage, origin, policies, severity } = of;
  const { file, line, cluster, node, stream } = origin;
  const own = { auditID, stage, file, line, cluster, node, stream };
  const object: Encodable = {
    output: `${of.timeText}: ${of.priority} ${of.message}`,
    output_fields: Object.fromEntries(of.outputFields),
    priority: of.priority,
    rule: of.rule,
    source: of.source,
    tags: of.tags,
    time: formatRfc3339Nano(of.time),
    k8s_audit: { ...own, fingerprint: plainFingerprint(of), policies, severity },
  };
  const json = encodeJson(object);
  return of.raw === undefined ? json : `${json.slice(0, -2)},"event":${of.raw}}}`;
}

function plainFingerprint(of: Finding): string {
  const { rule, subject } = of;
  const { user, impersonatedUser, verb, namespace, resource, name, subresource } = subject;
  const parts = [rule, user, impersonatedUser, verb, namespace, resource, name, subresource];
  const refused = /^[45]/.test(subject.code ?? '');
  const evidence = evidenceOf(of);
  const last = refused || evidence.length > 0 ? JSON.stringify([refused, ...evidence]) : undefined;
  const text = JSON.stringify([...parts, last]);
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

const TEXTS = [
  '',
  'plain',
  'undefined',
  'null',
  'a "quoted" \\ text',
  '\\ud800 as text',
  '/api/v1/pods?a=<b>&c',
  'zoë',
  '日本',
  '😀',
  'a\tb\nc\u0000d\u001f\u007f\u0080',
  '\u2028',
  'lone \ud83d',
  '\ude00 lone',
  'x'.repeat(300),
  ...HOSTILE.map(([, text]) => text),
];
const TAGS = [[], ['T1609', 'k8s'], ['a"b']];
const POLICIES = [undefined, [], ['One'], ['One', 'Zwei ü "x"']];

function randomFinding(r: Random): Finding {
  const text = (): string => r.pick(TEXTS);
  const maybe = (): string | undefined => (r.chance(70) ? text() : undefined);
  const value = (): OutputValue =>
    r.pick<OutputValue>([text(), text(), [text(), text()], [], 12n, -5n, 2n ** 70n, true, null]);
  const names = r.shuffled(['a', 'b', 'ka.uri.param[x"y]', 'ünï', 'z']).slice(r.below(6));
  const policies = r.pick(POLICIES);
  return finding({
    rule: r.pick(['R1', 'R2', 'Rule "three"', '\ud800']),
    priority: r.pick(['Notice', 'Warning']),
    source: r.pick(['k8s_audit', 'other']),
    tags: r.pick(TAGS),
    time: r.pick([0n, -1n, 999_999_999n, 1_000_000_000n, 1_714_521_600_012_590_000n]),
    timeText: r.pick(['03:04:05.000000000', text()]),
    message: `${text()}${text()}`,
    outputFields: names.map((name) => [name, value()] as const),
    evidence: r.chance(50) ? undefined : names.slice(0, 2).map((name) => [name, value()] as const),
    auditId: maybe(),
    stage: maybe(),
    origin: {
      file: text(),
      line: r.below(1e6),
      ...(r.chance(30) ? { cluster: maybe(), node: maybe(), stream: maybe() } : {}),
    },
    subject: {
      user: maybe(),
      impersonatedUser: maybe(),
      verb: maybe(),
      resource: maybe(),
      subresource: maybe(),
      namespace: maybe(),
      name: maybe(),
      sourceIp: maybe(),
      userAgent: maybe(),
      code: maybe(),
    },
    ...(policies === undefined ? {} : { policies, severity: r.pick(['low', 'high'] as const) }),
    raw: r.chance(20) ? '{"kind" : "Event"}' : undefined,
  });
}

test('a line is the JSON of its parts, whatever the lines before it were', () => {
  const r = new Random(4);
  for (let i = 0; i < 5000; i++) {
    const one = randomFinding(r);
    expect(findingToJson(one)).toBe(plainJson(one));
  }
});

test('what a lenient reader alone reads is text in the line', () => {
  const line = findingToJson(finding({ raw: '{"a":\\q}' }));
  expect(line.endsWith(',"event":"{\\"a\\":\\\\q}"}}')).toBe(true);
});

test('subjects that differ in what is missing have fingerprints of their own', () => {
  const subjects: Partial<Finding['subject']>[] = [
    { user: 'a', namespace: undefined },
    { user: 'a', namespace: '' },
    { user: 'a', namespace: 'null' },
    { user: undefined, namespace: 'a' },
    { user: 'a\ud800', namespace: undefined },
    { user: 'a\ufffd', namespace: undefined },
  ];
  const prints = subjects.map((subject) =>
    subjectFingerprint(finding({ subject: { ...finding().subject, ...subject } })),
  );
  expect(new Set(prints).size).toBe(subjects.length);
});
