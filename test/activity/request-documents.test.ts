import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REQUEST_LIST } from '../../src/activity/request/request-list.ts';
import type { Request } from '../../src/activity/request.ts';
import { createListWriter } from '../../src/outputs/create-writer.ts';
import { SCHEMA_FORMATS, type SchemaFormat } from '../../src/outputs/index.ts';
import { context, HOSTILE, memorySink } from '../outputs/findings.ts';
import { request } from './requests.ts';

const SCHEMA = join(import.meta.dirname, '../fixtures/schemas/ocsf-1.8.0-api-activity.json');
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

async function documents(
  format: SchemaFormat,
  requests: readonly Request[],
): Promise<Record<string, unknown>[]> {
  const sink = memorySink();
  const writer = await createListWriter(format, REQUEST_LIST, sink, context(), '1.2.3');
  for (const each of requests) writer.record(each);
  writer.end({});
  const lines = sink.text().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const VERBS = ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection'];

describe('requests as OCSF', () => {
  it('are valid against the published schema, whatever the event holds', async () => {
    const requests = [
      ...VERBS.map((verb) => request({ verb })),
      request({ verb: 'proxy' }),
      request({ verb: undefined, user: undefined, objectRef: undefined, sourceIPs: undefined }),
      request({ responseStatus: { code: 403 }, stage: 'RequestReceived', userAgent: undefined }),
      request({
        auditID: undefined,
        responseStatus: undefined,
        requestReceivedTimestamp: undefined,
      }),
      ...HOSTILE.map(([, text]) =>
        request({
          verb: text,
          auditID: text,
          user: { username: text, groups: [text] },
          sourceIPs: [text],
          userAgent: text,
          objectRef: { resource: text, subresource: text, namespace: text, name: text },
          annotations: { 'authorization.k8s.io/reason': text },
        }),
      ),
    ];
    const all = await documents('ocsf', requests);
    expect(all).toHaveLength(requests.length);
    for (const document of all) {
      validate(document);
      expect(validate.errors).toBeNull();
    }
  });

  it('are refused by the schema where a name is wrong', async () => {
    const [document] = await documents('ocsf', [request()]);
    expect(validate({ ...document, made_up: 1 })).toBe(false);
  });

  it('say what was done, by whom and with which result', async () => {
    const [document] = await documents('ocsf', [
      request({ verb: 'patch', responseStatus: { code: 403 } }),
    ]);
    expect(document).toMatchObject({
      type_uid: 600_303,
      activity_name: 'Update',
      status: 'Failure',
      status_code: '403',
      time: Date.parse('2026-03-01T10:00:00Z'),
      duration: 1000,
      actor: { user: { name: 'alice' } },
      src_endpoint: { ip: '10.0.0.1' },
      resources: [{ type: 'pods', name: 'web', namespace: 'shop' }],
      metadata: { product: { version: '1.2.3' } },
    });
  });
});

describe('requests as ECS', () => {
  it('say what was done, by whom and with which result', async () => {
    const [document] = await documents('ecs', [
      request({ verb: 'patch', responseStatus: { code: 403 } }),
    ]);
    expect(document).toMatchObject({
      event: { kind: 'event', type: ['change', 'denied'], outcome: 'failure' },
      user: { name: 'alice' },
      kubernetes: { audit: { requestURI: '/api/v1/namespaces/shop/pods/web' } },
    });
  });
});

it.each(SCHEMA_FORMATS)('%s shows no credentials of a request', async (format) => {
  const token = 'Bearer abcdefghij0123456789';
  const text = JSON.stringify(
    await documents(format, [request({ userAgent: token, requestURI: '/x?token=hunter2hunter2' })]),
  );
  expect(text).not.toContain('abcdefghij0123456789');
  expect(text).not.toContain('hunter2hunter2');
});
