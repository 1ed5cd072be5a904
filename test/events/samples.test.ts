import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DuplicateFilter } from '../../src/events/dedupe.ts';
import { matches } from '../../src/events/wrappers/envelope.ts';
import { ENVELOPES } from '../../src/events/wrappers/envelopes.ts';
import { findFormat, inputFormats } from '../../src/events/wrappers/formats.ts';
import { PREFIXES } from '../../src/events/wrappers/prefixes.ts';
import { decodeInput } from '../../src/io/decode-input.ts';
import type { DecodedEvent } from '../../src/events/decoded.ts';
import type { JsonObject } from '../../src/json/value.ts';
import { decode } from './decode.ts';

const FOLDER = new URL('../../samples/inputs/', import.meta.url);
const names = readdirSync(FOLDER).filter((name) => !name.endsWith('.md'));
const stem = (name: string): string => basename(name).replace(/\..*$/, '');
const EVENT = JSON.parse(readFileSync(new URL('event.log', FOLDER), 'utf8')) as JsonObject;

/** Wrappings that cannot carry every field of the event, and what is left of it. */
const reduced: Record<string, readonly string[]> = {
  legacy: [
    'auditID',
    'stage',
    'verb',
    'requestURI',
    'user',
    'sourceIPs',
    'userAgent',
    'responseStatus',
  ],
  rancher: [
    'auditID',
    'stage',
    'verb',
    'requestURI',
    'user',
    'sourceIPs',
    'requestObject',
    'stageTimestamp',
  ],
  'aks-audit': [
    'auditID',
    'stage',
    'verb',
    'user',
    'sourceIPs',
    'objectRef',
    'requestObject',
    'stageTimestamp',
  ],
  gke: [
    'auditID',
    'stage',
    'verb',
    'sourceIPs',
    'userAgent',
    'objectRef',
    'responseStatus',
    'requestObject',
    'responseObject',
    'stageTimestamp',
  ],
  ocsf: Object.keys(EVENT).filter((key) => !key.endsWith('Object')),
  'openshift-viaq': Object.keys(EVENT),
  'gke-bigquery': [
    'auditID',
    'stage',
    'verb',
    'sourceIPs',
    'objectRef',
    'responseStatus',
    'requestObject',
    'responseObject',
    'stageTimestamp',
  ],
};
const sameAsGke = new Set(['gke', 'pubsub', 'pubsub-pull']);

/** Samples of what is recognised and is no audit log. */
const NO_EVENT = new Set(['falco-output', 'cloudtrail']);

/** Records in a sample that are no events, on purpose. */
const problems: Record<string, readonly string[]> = {
  'aks-storage': ['2:klog'],
  cloudtrail: ['1:cloudtrail'],
  'cloudwatch-subscription': ['1:control-message'],
  concatenated: ['1:empty-list'],
  cri: ['1:klog'],
  docker: ['1:klog'],
  'falco-output': ['1:falco-output'],
  journald: ['1:journald-null'],
  'kubectl-logs': ['1:klog'],
  rancher: ['1:rancher'],
  'unknown-wrapper': ['1:unknown-wrapper'],
};

const context: Record<string, object> = {
  'cloudwatch-subscription': { cluster: 'prod', stream: 'kube-apiserver-audit-0123' },
  'cloudwatch-insights': { cluster: 'prod', stream: 'kube-apiserver-audit-0123' },
  csv: { stream: 'kube-apiserver-audit-0123' },
  'csv-splunk': { node: 'n1' },
  gke: { cluster: 'prod' },
  'gke-bigquery': { cluster: 'prod' },
  'aks-storage': { cluster: 'PROD', stream: 'kube-apiserver-abc' },
  'openshift-viaq': { cluster: '9f8e7d6c', node: 'n1' },
  journald: { node: 'n1', stream: 'k3s' },
  'journald-short': { node: 'n1', stream: 'k3s[812]' },
  node: { node: 'master-0.ocp.example' },
  loki: { cluster: 'prod', stream: '/var/log/audit.log' },
  otlp: { cluster: 'prod' },
  rancher: { cluster: 'c-abc12' },
};

async function read(name: string): Promise<{ events: DecodedEvent[]; reasons: string[] }> {
  const path = new URL(name, FOLDER).pathname;
  const reasons: string[] = [];
  const events: DecodedEvent[] = [];
  const source = { name, path, size: readFileSync(path).length };
  const onProblem = (problem: { line: number; reason: string }): void =>
    void reasons.push(`${problem.line}:${problem.reason}`);
  for await (const batch of decodeInput(source, { onProblem })) events.push(...batch);
  return { events, reasons };
}

const pick = (object: JsonObject, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, object[key]]));

describe('samples of input formats', () => {
  it.each(names.filter((name) => !NO_EVENT.has(stem(name))))('%s holds the event', async (name) => {
    const { events } = await read(name);
    expect(events).toHaveLength(1);
    const keys = reduced[sameAsGke.has(stem(name)) ? 'gke' : stem(name)];
    const value = events[0]!.value;
    const part = (object: JsonObject): unknown =>
      keys === undefined ? object : pick(object, keys);
    expect(part(value)).toEqual(part(EVENT));
    expect(JSON.parse(events[0]!.text)).toEqual(value);
  });

  it.each(names)('%s has no other problems than it should', async (name) => {
    expect((await read(name)).reasons).toEqual(problems[stem(name)] ?? []);
  });

  it.each(Object.entries(context))(
    '%s tells where the event was logged',
    async (name, expected) => {
      const file = names.find((candidate) => stem(candidate) === name)!;
      expect((await read(file)).events[0]!.context).toEqual(expected);
    },
  );

  it('has one for every prefix and wrapper', () => {
    const stems = new Set(names.map(stem));
    const wanted = [...PREFIXES, ...ENVELOPES].map((format) => format.name);
    expect(wanted.filter((name) => !stems.has(name))).toEqual([]);
  });

  it('is one event to the duplicate filter, whatever the wrapping', async () => {
    const filter = new DuplicateFilter();
    const seen: boolean[] = [];
    for (const name of [
      'event.log',
      'docker.json',
      'cri.log',
      'cloudwatch-events.json',
      'gke.json',
    ]) {
      for (const event of (await read(name)).events) seen.push(filter.seen(event.value));
    }
    expect(seen).toEqual([false, true, true, true, true]);
  });
});

describe('input formats', () => {
  it('have unique names', () => {
    const all = inputFormats().map((format) => format.name);
    expect(new Set(all).size).toBe(all.length);
    expect(findFormat('cri')?.kind).toBe('prefix');
    expect(findFormat('nothing')).toBeUndefined();
  });

  it.each(PREFIXES.map((prefix) => [prefix.name, prefix.example] as const))(
    'the example of %s is read',
    (_name, example) => {
      const decoded = decode(example.replace(/E$/, JSON.stringify(EVENT)));
      expect(decoded.events.map((event) => event.value)).toEqual([EVENT]);
    },
  );

  it('read a record the same way whatever came before it', () => {
    const records = names
      .filter((name) => name.endsWith('.json') || name.endsWith('.log'))
      .map((name) => readFileSync(new URL(name, FOLDER), 'utf8').replace(/\n*$/, '\n'))
      .filter((text) => text.split('\n').length === 2);
    const alone = records.map((text) => decode(text).events);
    for (const before of records) {
      for (const [index, text] of records.entries()) {
        const events = decode(before + text).events.slice(-alone[index]!.length);
        if (alone[index]!.length === 0) continue;
        expect(events.map(({ value, context: where }) => ({ value, where }))).toEqual(
          alone[index]!.map(({ value, context: where }) => ({ value, where })),
        );
      }
    }
  });

  it('have wrappers that do not claim each other\u2019s records', () => {
    const claims: string[] = [];
    for (const name of names.filter((candidate) => candidate.endsWith('.json'))) {
      let value: unknown;
      try {
        value = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8').split('\n')[0]!);
      } catch {
        continue;
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      const object = value as JsonObject;
      const claiming = ENVELOPES.filter((e) => e.generic !== true && matches(e, object));
      if (claiming.length > 1) claims.push(`${name}: ${claiming.map((e) => e.name).join(', ')}`);
    }
    expect(claims).toEqual([]);
  });
});
