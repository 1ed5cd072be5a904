import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { FastScanner } from '../../src/fast/fast-scanner.ts';
import { plainLine } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { outcome } from './outcome.ts';

type Entry = Record<string, unknown>;

afterEach(() => vi.restoreAllMocks());

/** The findings and counts of a log; `parsed`: events that were judged parsed, and not by the scanner. */
async function both(content: string) {
  const path = join(temporaryFolder(), 'a.log');
  writeFileSync(path, content);
  const reference = await outcome([path], 'reference', { duplicates: 'count' });
  const judge = vi.spyOn(FastScanner.prototype, 'judge');
  const fast = await outcome([path], 'fast', { duplicates: 'count' });
  return { reference, fast, parsed: judge.mock.calls.length };
}

const BODIES: readonly unknown[] = [
  undefined,
  { '@type': 'core.k8s.io/v1.Pod' },
  {},
  null,
  'text',
  [1, { '@type': 'x' }],
  { '@type': 'core.k8s.io/v1.Status', status: 'Failure', code: 404, reason: 'NotFound' },
  { '@type': 'core.k8s.io/v1.Status', status: 'Failure', code: '404', message: 7 },
  JSON.parse('{"__proto__":{"a":1},"10":2,"9":1e5,"@type":"x","metadata":{"name":"n"}}'),
];

/** What GKE logs of an event. */
function gkeEntry(line: string, r: Random): Entry {
  const event = JSON.parse(line) as Record<string, any>;
  const { resource = 'pods', namespace, name, subresource } = event['objectRef'] ?? {};
  const parts = namespace === undefined ? [resource] : ['namespaces', namespace, resource];
  const path = ['core', 'v1', ...parts, ...(name === undefined ? [] : [name, subresource ?? []])];
  const body = (key: string): unknown => (r.chance(60) ? event[key] : r.pick(BODIES));
  return {
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: r.chance(97) ? 'k8s.io' : 'gke.googleapis.com',
      methodName: `io.k8s.core.v1.${resource}.${event['verb']}`,
      resourceName: path.flat().join('/'),
      authenticationInfo: { principalEmail: event['user'].username },
      requestMetadata: { callerIp: r.chance(90) ? '10.0.0.1' : '', callerSuppliedUserAgent: 'k' },
      status: r.chance(50) ? { code: r.pick([0, 2, 5, 7, 403]), message: 'why' } : undefined,
      request: body('requestObject'),
      response: body('responseObject'),
    },
    insertId: `i${r.below(50)}`,
    resource: { type: 'k8s_cluster', labels: { cluster_name: r.pick(['prod', '']) } },
    timestamp: r.chance(95) ? event['stageTimestamp'] : r.pick([undefined, 'then', 1]),
    labels: r.chance(90) ? event['annotations'] : undefined,
    operation: r.chance(90) ? { id: event['auditID'], first: r.chance(70), last: r.chance(70) } : 1,
  };
}

test.each([1, 2, 3, 4])('entries of GKE, whole and broken, seed %i', async (seed) => {
  const r = new Random(seed);
  const lines = Array.from({ length: 150 }, () => {
    const text = JSON.stringify(gkeEntry(plainLine(r), r));
    if (r.chance(10)) return `[${text},${text}]`;
    if (!r.chance(15)) return text;
    const at = r.below(text.length);
    return text.slice(0, at) + r.pick(['', '"', '}', ' ', '\\', '1']) + text.slice(at + r.below(2));
  });
  const { reference, fast } = await both(lines.join('\n'));
  expect(reference.findings.length).toBeGreaterThan(10);
  expect(fast).toEqual(reference);
});

/** Ways to write a log that only the decoder reads. */
const DECODED: Readonly<Record<string, (lines: readonly string[]) => string>> = {
  'entries of GKE': (lines) =>
    lines
      .map((line) => {
        const entry = gkeEntry(line, Object.assign(new Random(1), { chance: () => true }));
        return JSON.stringify(entry);
      })
      .join('\n'),
  'pretty-printed events': (lines) =>
    lines.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('\n'),
  'a pretty-printed list': (lines) =>
    JSON.stringify({ events: lines.map((message) => ({ message })) }, null, 4),
  'a table': (lines) =>
    ['@logStream,@message', ...lines.map((line) => `s,"${line.replaceAll('"', '""')}"`)].join('\n'),
  'texts in base64': (lines) =>
    lines.map((line) => Buffer.from(line).toString('base64')).join('\n'),
  'texts in texts': (lines) =>
    lines.map((line) => JSON.stringify({ log: JSON.stringify({ message: line }) })).join('\n'),
};

test.each(Object.keys(DECODED))(
  'events that are decoded are judged by the scanner: %s',
  async (name) => {
    const r = new Random(77);
    const lines = Array.from({ length: 200 }, () => plainLine(r));
    const { reference, fast, parsed } = await both(DECODED[name]!(lines));
    expect(fast).toEqual(reference);
    expect(reference.events).toBe(200);
    expect(reference.findings.length).toBeGreaterThan(10);
    expect(parsed).toBe(0);
  },
);

test('a decoded event that lost something is judged parsed', async () => {
  const line = plainLine(new Random(5)).replace('"requestURI"', '"x"');
  const { reference, fast, parsed } = await both(JSON.stringify({ data: [JSON.stringify(line)] }));
  expect(fast).toEqual(reference);
  expect(parsed).toBe(1);
});
