import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/engine/finding.ts';
import { FORMATS } from '../../src/outputs/index.ts';
import type { OutputContext } from '../../src/outputs/writer.ts';
import { context, finding, FINDINGS, HOSTILE, memorySink, summary } from './findings.ts';

const SCHEMA = join(import.meta.dirname, '../fixtures/schemas/ocsf-1.8.0-detection-finding.json');

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

async function lines(
  format: 'ocsf' | 'ecs',
  findings: readonly Finding[],
  parts: Partial<OutputContext> = {},
): Promise<Record<string, unknown>[]> {
  const sink = memorySink();
  const writer = await FORMATS[format].create(sink, context(parts));
  writer.start?.();
  for (const each of findings) writer.finding(each);
  writer.end(summary());
  const text = sink.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const SUBJECT = {
  user: 'alice',
  impersonatedUser: 'system:admin',
  verb: 'create',
  resource: 'pods',
  subresource: 'exec',
  namespace: 'shop',
  name: 'web-0',
  sourceIp: '192.0.2.7',
  userAgent: 'kubectl/v1.34.1',
  code: '403',
} as const;

describe('OCSF', () => {
  it('is valid against the published schema, whatever the texts are', async () => {
    const hostile = HOSTILE.map(([, text]) =>
      finding({
        tags: [text, 'T1611', 'T1098.004', 'mitre_command_and_control'],
        raw: JSON.stringify({ text }),
        subject: Object.fromEntries(Object.keys(SUBJECT).map((key) => [key, text])) as never,
      }),
    );
    const documents = await lines('ocsf', [
      ...FINDINGS,
      ...hostile,
      finding({ subject: SUBJECT, severity: 'high' }),
    ]);
    expect(documents).toHaveLength(FINDINGS.length + hostile.length + 1);
    for (const document of documents) {
      validate(document);
      expect(validate.errors).toBeNull();
    }
  });

  it('is refused by the schema where a name is wrong', () => {
    expect(validate({ class_uid: 2004, made_up: 1 })).toBe(false);
  });

  it('says who did what, how bad it is and which techniques it is', async () => {
    const tags = ['T1098.004', 'T1611', 'k8s', 'mitre_command_and_control'];
    const [document] = await lines('ocsf', [finding({ tags, subject: SUBJECT, severity: 'high' })]);
    expect(document).toMatchObject({
      class_uid: 2004,
      type_uid: 200401,
      time: 1_767_323_045_000,
      severity_id: 4,
      is_alert: true,
      finding_info: {
        title: 'Attach/Exec Pod',
        attacks: [
          { technique: { uid: 'T1098' }, sub_technique: { uid: 'T1098.004' } },
          { technique: { uid: 'T1611' } },
          { tactic: { name: 'Command and Control' } },
        ],
      },
      resources: [{ type: 'pods/exec', name: 'web-0', namespace: 'shop' }],
      evidences: [
        {
          actor: { user: { name: 'alice' } },
          api: { operation: 'create', response: { code: 403 } },
          src_endpoint: { ip: '192.0.2.7' },
        },
      ],
      unmapped: { k8s_audit: { file: 'logs/audit.log', line: 12 } },
    });
  });
});

describe('ECS', () => {
  it('says who did what, how bad it is and which techniques it is', async () => {
    const tags = ['T1098.004', 'mitre_privilege_escalation'];
    const [document] = await lines('ecs', [
      finding({ tags, subject: SUBJECT, severity: 'medium' }),
    ]);
    expect(document).toMatchObject({
      '@timestamp': '2026-01-02T03:04:05.000000000Z',
      event: { kind: 'alert', severity: 47, outcome: 'failure', type: ['creation', 'denied'] },
      user: { name: 'alice', effective: { name: 'system:admin' } },
      source: { ip: '192.0.2.7' },
      threat: {
        tactic: { name: ['Privilege Escalation'] },
        technique: { id: ['T1098'], subtechnique: { id: ['T1098.004'] } },
      },
      kubernetes: { audit: { objectRef: { subresource: 'exec' }, responseStatus: { code: 403 } } },
    });
  });

  it('has no address that is none: the index would refuse the document', async () => {
    const texts = ['::::', '1.2.3', 'localhost', '192.0.2.7:443', '2001:db8::1'];
    const documents = await lines(
      'ecs',
      texts.map((sourceIp) => finding({ subject: { ...SUBJECT, sourceIp } })),
    );
    expect(documents.map(({ source }) => source)).toEqual([
      ...Array.from({ length: 4 }, () => undefined),
      { ip: '2001:db8::1' },
    ]);
  });
});

describe.each(['ecs', 'ocsf'] as const)('credentials in %s', (format) => {
  const token = 'Bearer abcdefghij0123456789';
  const telling = finding({
    message: `Exec (cmd=curl -H "Authorization: ${token}")`,
    outputFields: [['ka.uri.param[token]', 'hunter2hunter2']],
    raw: JSON.stringify({
      requestURI: '/x',
      requestObject: { data: { password: 'hunter2hunter2' } },
    }),
    subject: { ...SUBJECT, userAgent: token },
  });

  it('are replaced', async () => {
    const text = JSON.stringify(await lines(format, [telling]));
    expect(text).not.toContain('abcdefghij0123456789');
    expect(text).not.toContain('hunter2hunter2');
    expect(text).toContain('requestObject');
  });

  it('are shown when asked for', async () => {
    const text = JSON.stringify(await lines(format, [telling], { showSecrets: true }));
    expect(text).toContain('abcdefghij0123456789');
    expect(text).toContain('hunter2hunter2');
  });
});
