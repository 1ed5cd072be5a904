import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaseGatherer } from '../../src/activity/case/case-gatherer.ts';
import { Followed } from '../../src/activity/case/followed.ts';
import type { CaseInfo, PackedColumns } from '../../src/outputs/case/case-data.ts';
import type {
  CaseIdentity,
  CaseIncident,
  CaseObject,
  CaseSession,
} from '../../src/outputs/case-sections.ts';
import { utcTime } from '../../src/outputs/show-time.ts';
import { eventLine, folder } from '../cli/events.ts';
import { eventOf } from '../helpers.ts';
import { ROOT, runCli } from '../cli/run-cli.ts';
import { finding } from '../outputs/findings.ts';
import { unpack } from './reports.ts';

/** The parts of an HTML report. */
async function partsOf(
  args: readonly string[],
  stdin?: string,
): Promise<(part: string) => readonly unknown[]> {
  const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), 'case.html');
  await runCli({
    args: ['scan', ...args, '-q', '-o', file],
    cwd: ROOT,
    ...(stdin === undefined ? {} : { stdin }),
  });
  const html = readFileSync(file, 'utf8');
  return (part) =>
    [...html.matchAll(new RegExp(`data-part="${part}">([^<]+)<`, 'g'))].map(([, text]) =>
      unpack(text!),
    );
}

async function jsonOf(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await runCli({ args: [...args, '-f', 'json'], cwd: ROOT });
  return JSON.parse(stdout) as Record<string, unknown>;
}

const list = (value: unknown): readonly Record<string, unknown>[] =>
  value as readonly Record<string, unknown>[];

describe('a case file tells the same as', () => {
  const SAMPLE = 'samples/exec-session.log';

  it('incidents', async () => {
    const parts = await partsOf(['samples']);
    const [incidents] = parts('incidents') as [readonly CaseIncident[]];
    const told = list((await jsonOf('incidents', 'samples'))['incidents']);
    expect(incidents.length).toBeGreaterThan(10);
    expect(incidents.map(({ id, title, steps }) => [id, title, steps.length])).toEqual(
      told.map(({ id, title, steps }) => [id, title, list(steps).length]),
    );
  });

  it('activity, its identities, objects and sessions', async () => {
    const parts = await partsOf([SAMPLE]);
    const requests = (parts('requests') as PackedColumns[]).reduce(
      (sum, { rows }) => sum + rows,
      0,
    );
    expect(requests).toBe(list((await jsonOf('activity', SAMPLE))['requests']).length);

    const [sessions] = parts('sessions') as [readonly CaseSession[]];
    const told = list((await jsonOf('activity', 'sessions', SAMPLE))['sessions']);
    expect(sessions.map(({ id, user, source }) => [id, user, source])).toEqual(
      told.map((each) => [each['audit_id'], each['user'], each['source_ip']]),
    );

    const [identities] = parts('identities') as [readonly CaseIdentity[]];
    const [identity] = identities;
    const profile = await jsonOf('activity', 'identity', identity!.name, SAMPLE);
    expect(identity!.requests).toBe(profile['requests']);
    expect(identity!.findings.map(({ value, count }) => [value, count])).toEqual(
      list(profile['findings']).map(({ rule, count }) => [rule, count]),
    );
    expect(identity!.addresses.map(({ value }) => value)).toEqual(
      list(profile['source_ips']).map(({ value }) => value),
    );

    expect(Object.values(identity!.more).every((count) => count === 0)).toBe(true);

    const [objects] = parts('objects') as [readonly CaseObject[]];
    const [object] = objects;
    const changes = list((await jsonOf('activity', 'object', object!.name, SAMPLE))['changes']);
    expect(object!.entries.map(({ id, note }) => [id, note])).toEqual(
      changes.map((each) => [each['audit_id'], each['note']]),
    );
  });
});

describe('a case file', () => {
  it('counts all findings of an identity, and says how much its lists do not hold', async () => {
    const rules = Array.from(
      { length: 35 },
      (_, i) =>
        `- rule: R${i}\n  desc: d\n  condition: ka.verb = get\n  output: o\n  priority: ERROR\n  source: k8s_audit\n`,
    );
    const path = folder({
      'rules.yaml': rules.join(''),
      'a.log': Array.from({ length: 33 }, (_, i) =>
        eventLine({ auditID: `id-${i}`, sourceIPs: [`203.0.113.${i}`] }),
      ).join('\n'),
    });
    const parts = await partsOf([
      '--no-default-rules',
      '--all-rules',
      '-r',
      join(path, 'rules.yaml'),
      join(path, 'a.log'),
    ]);
    const [identities] = parts('identities') as [readonly CaseIdentity[]];
    const { findingCount, findings, addresses, more } = identities[0]!;
    expect(findingCount).toBe(33 * 35);
    expect([findings.length, more.findings]).toEqual([30, 5]);
    expect([addresses.length, more.addresses]).toEqual([30, 3]);
  });

  it('says why it has no activity when the log came through a pipe', async () => {
    const parts = await partsOf(['-'], `${eventLine()}\n`);
    const [info] = parts('case') as [CaseInfo];
    expect(info.activity).toBeUndefined();
    expect(info.absent).toContain('through a pipe');
    expect(parts('requests')).toEqual([]);
  });

  it('holds no request that its options left out', async () => {
    const path = folder({
      'a.log': [
        eventLine({ auditID: 'id-in' }),
        eventLine({ auditID: 'id-out', objectRef: { resource: 'pods', namespace: 'other' } }),
      ].join('\n'),
    });
    const parts = await partsOf(['-n', 'shop', path]);
    const [columns] = parts('requests') as [PackedColumns];
    expect(columns.texts.id?.values).toEqual(['id-in']);
    const [info] = parts('case') as [CaseInfo];
    expect(info.activity).toMatchObject({ requests: 1, levels: [{ value: 'Metadata', count: 1 }] });
  });

  it('redacts credentials in sessions and objects', async () => {
    const secret = 'hunter2hunter2';
    const path = folder({
      'a.log': [
        eventLine({
          verb: 'create',
          requestURI: `/api/v1/namespaces/shop/pods/web/exec?command=login&command=--password%3D${secret}`,
          objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
          responseStatus: { code: 101 },
        }),
        eventLine({
          auditID: 'id-2',
          verb: 'update',
          level: 'RequestResponse',
          objectRef: { resource: 'pods', namespace: 'shop', name: 'web' },
          requestObject: {
            metadata: { name: 'web' },
            spec: { containers: [{ name: 'a', env: [{ name: 'PASSWORD', value: secret }] }] },
          },
        }),
      ].join('\n'),
    });
    const parts = await partsOf([path]);
    const [sessions] = parts('sessions') as [readonly CaseSession[]];
    expect(sessions[0]!.command).toContain('login');
    const all = ['sessions', 'objects', 'identities', 'incidents', 'requests', 'request-details'];
    expect(parts('objects')[0]).toHaveLength(1);
    expect(JSON.stringify(all.map((part) => parts(part)))).not.toContain(secret);
  });
});

describe('gathering', () => {
  it('follows the worst users, and counts the others', () => {
    const gatherer = new CaseGatherer({ showSecrets: false, formatTime: utcTime });
    const user = (name: string, severity: 'high' | 'low'): void =>
      gatherer.finding(
        finding({ severity, subject: { ...finding().subject, user: name, verb: 'get' } }),
      );
    for (let i = 0; i < 2000; i++) user(`low-${i}`, 'low');
    user('late-but-high', 'high');
    for (const name of ['low-0', 'late-but-high', 'nobody']) {
      const json = eventLine({ auditID: name, user: { username: name } });
      gatherer.event(eventOf(json));
    }
    const { identities, counts } = gatherer.end();
    expect(identities.map(({ name }) => name)).toEqual(['late-but-high', 'low-0']);
    expect(counts.requests).toBe(3);
    expect(counts.moreIdentities).toBe(1801);
  });

  it('has those first that did the worst thing most often', () => {
    const followed = new Followed<string>(3, (name) => name);
    const named: readonly [name: string, rank: number][] = [
      ['once', 1],
      ['often lesser', 2],
      ['often lesser', 2],
      ['twice', 2],
      ['twice', 1],
      ['twice', 1],
      ['twice', 3],
    ];
    for (const [name, rank] of named) followed.add(name, rank);
    expect(followed.worst().map(([name]) => name)).toEqual(['twice', 'once', 'often lesser']);
  });

  it('never follows more than its bound, whatever comes', () => {
    const followed = new Followed<string>(3, (name) => name);
    for (let i = 0; i < 100; i++) followed.add(`n${i}`, i % 7);
    expect(followed.get('n0')).toBe('n0');
    expect(followed.get('n1')).toBeUndefined();
    expect(followed.worst().map(([name]) => name)).toEqual(['n0', 'n7', 'n14']);
    expect(followed.forgotten).toBe(97);
  });
});
