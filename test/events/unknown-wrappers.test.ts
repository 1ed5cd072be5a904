import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { auditEvent, decode, ids, line } from './decode.ts';

const event = auditEvent('a');
const text = line('a');
const TIME = '2026-01-02T03:04:05Z';
const json = (value: unknown): string => `${JSON.stringify(value)}\n`;

describe('events in wrappers that nobody has described', () => {
  it.each([
    ['text in an object', { input: { message: text } }, 'input.message'],
    ['an object', { a: { b: { c: event } } }, 'a.b.c'],
    ['text behind a prefix', { entry: `2026-01-02T03:04:05Z stdout F ${text}` }, 'entry'],
    ['text in text', { x: json({ y: text }) }, 'y'],
    ['a list', { out: { rows: [event, auditEvent('b')] } }, 'out.rows'],
    ['a list of wrappers', { out: { rows: [{ v: text }] } }, 'v'],
    ['an EventList', { body2: { kind: 'EventList', items: [event] } }, 'body2'],
    ['beside a message', { message: 'request done', audit: event }, 'audit'],
    ['beside a log line', { log: 'done', stream: 'x', extra: { raw2: text } }, 'extra.raw2'],
    [
      'beside another event object',
      { event: { kind: 'state' }, k8s: { audit: event } },
      'k8s.audit',
    ],
    ['a hostile key', { '\u001b[31m': event }, '?'],
  ])('%s', (_name, value, path) => {
    const decoded = decode(json(value));
    expect(ids(decoded)[0]).toBe('a');
    expect(decoded.problems.map(({ reason }) => reason)).toContain('unknown-wrapper');
    expect(decoded.problems.map(({ detail }) => detail)).toContain(path);
    expect(decoded.problems.every(({ reason }) => reason === 'unknown-wrapper')).toBe(true);
  });

  it.each([
    [
      'rows of AKSAudit, as a Logic App and Sentinel give them',
      {
        AuditId: 'a',
        Verb: 'get',
        Stage: 'ResponseComplete',
        RequestUri: '/api',
        TimeGenerated: TIME,
      },
    ],
    [
      'other spellings of keys, as OpenObserve gives them',
      {
        auditid: 'a',
        verb: 'get',
        stage: 'ResponseComplete',
        apiversion: 'audit.k8s.io/v1',
        stagetimestamp: TIME,
      },
    ],
  ])('%s', (_name, row) => {
    for (const answer of [{ value: [row, row] }, { data: { rows: [row, row], one: { row } } }]) {
      const decoded = decode(json(answer));
      expect(ids(decoded)).toEqual(['a', 'a', ...('data' in answer ? ['a'] : [])]);
      expect(new Set(decoded.reasons)).toEqual(new Set(['1:unknown-wrapper']));
    }
  });

  it.each([
    ['audit.', 'audit.auditID'],
    ['message_', 'message_auditID'],
  ])('are put together when their keys begin with %s', (prefix, path) => {
    const separator = prefix.at(-1)!;
    const { user: _user, ...rest } = event;
    const flat = { ...rest, [`user${separator}username`]: 'jane' };
    const keys = Object.entries(flat).map(([key, value]) => [prefix + key, value] as const);
    const record = { _time: 'x', ...Object.fromEntries(keys) };
    const decoded = decode(json({ fields: record }));
    expect(decoded.events.map(({ value }) => value)).toEqual([
      { ...rest, user: { username: 'jane' } },
    ]);
    expect(decoded.problems).toMatchObject([
      { reason: 'unknown-wrapper', detail: `fields.${path}` },
    ]);
  });

  it('are read once when they are there twice', () => {
    expect(ids(decode(json({ parsed: event, text2: text, more: { text } })))).toEqual(['a']);
    expect(ids(decode(json({ one: event, two: line('b') })))).toEqual(['a', 'b']);
  });

  it('are read once from what Ansible prints: a text, and a list of its lines', () => {
    const both = (stdout: string): unknown => ({ rc: 0, stdout, stdout_lines: stdout.split('\n') });
    const many = Array.from({ length: 20 }, (_, i) => line(`e${i}`)).join('\n');
    expect(ids(decode(json(both(many))))).toHaveLength(20);
    const pretty = JSON.stringify(event, undefined, 2);
    const { reasons, events } = decode(json(both(pretty)));
    expect([events.length, reasons]).toEqual([1, ['1:unknown-wrapper']]);
    const plays = [{ tasks: [{ hosts: { n1: both(many), n2: both(text) } }] }];
    expect(ids(decode(json({ plays, stats: {} })))).toHaveLength(21);
  });

  it('are all read from two texts that begin with the same one', () => {
    const decoded = decode(json({ one: `${text}\n${line('b')}`, two: `${text}\n${line('c')}` }));
    expect(new Set(ids(decoded))).toEqual(new Set(['a', 'b', 'c']));
  });

  it.each([
    ['in base64', Buffer.from(text).toString('base64')],
    ['in base64 at another place', Buffer.from(` ${text}`).toString('base64')],
    ['packed and in base64', gzipSync(text).toString('base64')],
    ['several lines of them', Buffer.from(`${text}\n${line('b')}\n`).toString('base64')],
  ])('are read %s', (_name, value) => {
    const kafka = { eventSource: 'aws:kafka', records: { 'audit-0': [{ offset: 1, value }] } };
    expect(ids(decode(json(kafka)))[0]).toBe('a');
    expect(decode(json({ data: { x: value.slice(0, 40) } })).reasons).toEqual(['1:other-json']);
  });

  it('are read from bytes of OpenTelemetry', () => {
    const body = { bytesValue: Buffer.from(text).toString('base64') };
    const logs = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] };
    const decoded = decode(json(logs));
    expect([ids(decoded), decoded.reasons]).toEqual([['a'], []]);
  });

  it.each([
    ['no body', undefined],
    ['an empty one', { stringValue: '' }],
  ])('are read from attributes of OpenTelemetry, with %s', (_name, body) => {
    const any = (value: unknown): unknown => {
      if (typeof value === 'number') return { intValue: String(value) };
      if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
      if (typeof value === 'object') return { kvlistValue: { values: pairs(value!) } };
      return { stringValue: value };
    };
    const pairs = (object: object): unknown =>
      Object.entries(object).map(([key, value]) => ({ key, value: any(value) }));
    const logged = { ...auditEvent('a'), responseStatus: { code: 201 } };
    const attributes = pairs({ ...logged, 'log.file.name': 'audit.log' });
    const logs = (attributesOf: unknown): string =>
      json({
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ body, attributes: attributesOf }] }] }],
      });
    const decoded = decode(logs(attributes));
    expect(decoded.events.map(({ value }) => value)).toEqual([
      { ...logged, 'log.file.name': 'audit.log' },
    ]);
    expect(decoded.reasons).toEqual([]);
    expect(decode(logs(pairs({ a: 'b' }))).reasons).toEqual(['1:other-json']);
  });

  it('are read from columns of Grafana, and from lists of lists in SigNoz', () => {
    const frame = { schema: { fields: [] }, data: { values: [[1], [text], ['x']] } };
    expect(ids(decode(json({ results: { A: { status: 200, frames: [frame] } } })))).toEqual(['a']);
    const rows = [{ timestamp: 'x', data: { id: 'x', body: text } }];
    expect(ids(decode(json({ data: { result: [{ queryName: 'A', list: rows }] } })))).toEqual([
      'a',
    ]);
  });

  it('are named when they are cut', () => {
    expect(decode(json({ input: { message: text.slice(0, -20) } })).reasons).toEqual([
      '1:cut-json',
    ]);
  });

  it('are looked for in a bounded part of a record', () => {
    let deep: unknown = event;
    for (let i = 0; i < 10; i++) deep = { [`k${i}`]: deep };
    expect(decode(json(deep)).reasons).toEqual(['1:other-json']);
    const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
    expect(decode(json({ ...wide, late: event })).reasons).toEqual(['1:other-json']);
  });

  it('are not taken from what is named as something else', () => {
    const falco = { output: 'x', rule: 'r', output_fields: {}, raw: event };
    expect(decode(json(falco)).reasons).toEqual(['1:falco-output']);
    expect(decode(json({ message: 'auditID is missing' })).reasons).toEqual(['1:wrapped-text']);
    expect(decode(json({ note: 'the field auditID' })).reasons).toEqual(['1:other-json']);
  });

  it('stand alone inside an unfinished value', () => {
    expect(ids(decode(`{"open": [\n${json({ input: { message: text } })}`))).toEqual(['a']);
  });
});

describe('AKS records whose log is an object', () => {
  const record = {
    time: 'x',
    category: 'kube-audit',
    resourceId: '/SUBSCRIPTIONS/0/MANAGEDCLUSTERS/PROD',
    properties: { log: event, pod: 'kube-apiserver-abc' },
  };

  it.each([
    ['alone', record],
    ['in records', { records: [record] }],
    ['with properties as text', { ...record, properties: JSON.stringify({ log: text }) }],
  ])('%s', (_name, value) => {
    expect(ids(decode(json(value)))).toEqual(['a']);
  });

  it('tell the cluster', () => {
    expect(decode(json(record)).events[0]!.context).toMatchObject({ cluster: 'PROD' });
  });
});

describe('GKE audit logs in BigQuery', () => {
  const sample = new URL('../../samples/inputs/gke-bigquery.json', import.meta.url);
  const row = JSON.parse(readFileSync(sample, 'utf8')) as Record<string, unknown>;
  const payload = row['protopayload_auditlog'] as Record<string, unknown>;
  const audit = {
    service_name: 'k8s.io',
    method_name: payload['methodName'],
    resource_name: payload['resourceName'],
    authentication_info: { principal_email: 'jane' },
    request_metadata: { caller_ip: '203.0.113.9', caller_supplied_user_agent: 'kubectl' },
    request: payload['requestJson'],
    response: JSON.parse(String(payload['responseJson'])) as unknown,
    status: { code: 7, message: 'no' },
  };
  const snake = {
    insert_id: 'a1',
    timestamp: row['timestamp'],
    labels: [{ key: 'authorization_k8s_io_decision', value: 'forbid' }],
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod' } },
  };

  it.each([
    ['proto_payload with audit_log', { ...snake, proto_payload: { audit_log: audit } }],
    ['proto_payload itself', { ...snake, proto_payload: audit }],
    ['columns that are text', { ...snake, proto_payload: JSON.stringify({ audit_log: audit }) }],
  ])('%s', (_name, value) => {
    const { events, reasons } = decode(json(value));
    expect(reasons).toEqual([]);
    expect(events[0]!.value).toMatchObject({
      auditID: 'a1',
      verb: 'create',
      user: { username: 'jane' },
      sourceIPs: ['203.0.113.9'],
      userAgent: 'kubectl',
      responseStatus: { code: 403 },
      requestObject: { spec: { containers: [{ securityContext: { privileged: true } }] } },
      annotations: { 'authorization.k8s.io/decision': 'forbid', cluster_name: 'prod' },
    });
    expect(events[0]!.context).toMatchObject({ cluster: 'prod' });
  });

  it('of another service are named', () => {
    const other = { ...snake, proto_payload: { ...audit, service_name: 'storage.googleapis.com' } };
    expect(decode(json(other)).reasons).toEqual(['1:gke-other']);
  });
});
