import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sightings } from '../../src/activity/count/sightings.ts';
import { IdentityProfile } from '../../src/activity/identity/identity.ts';
import { identityJson, identityText } from '../../src/activity/identity/identity-text.ts';
import { NamedIdentity } from '../../src/activity/identity/named-identity.ts';
import { loadPaint } from '../../src/outputs/table/paint.ts';
import { Sections } from '../../src/outputs/table/sections.ts';
import { event, request } from './requests.ts';
import { eventLine, folder } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const at = (time: string) => ({
  requestReceivedTimestamp: `2026-03-03T${time}.000000Z`,
  stageTimestamp: `2026-03-03T${time}.000000Z`,
});
const user = (id: string) => ({
  username: 'mallory@example.com',
  groups: ['dev'],
  extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${id}`] },
});
const EXEC = {
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=id',
  objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  responseStatus: { code: 101 },
};
const dir = folder({
  'a.log': [
    eventLine({ auditID: 'id-a', user: user('aa'), sourceIPs: ['10.0.0.1'], ...at('10:00:00') }),
    eventLine({
      auditID: 'exec-1',
      user: user('aa'),
      ...EXEC,
      stage: 'ResponseStarted',
      ...at('11:00:00'),
    }),
    eventLine({ auditID: 'exec-1', user: user('aa'), ...EXEC, ...at('11:00:00') }),
    eventLine({
      auditID: 'id-c',
      user: user('bb'),
      sourceIPs: ['10.0.0.2'],
      userAgent: 'curl/8.0 (x)',
      ...at('12:00:00'),
    }),
    eventLine({ auditID: 'id-d', user: { username: 'jane' }, ...EXEC, ...at('12:30:00') }),
  ].join('\n'),
});
const LOG = join(dir, 'a.log');
const run = (...args: string[]) =>
  runCli({ args: ['activity', 'identity', 'mallory@example.com', LOG, ...args] });

describe('activity identity', () => {
  it('lists findings, credentials, and when addresses and clients were seen', async () => {
    const { stdout } = await run('-f', 'json');
    const profile = JSON.parse(stdout) as Record<string, Record<string, unknown>[]>;
    const times = (first: string, last: string) => ({
      first: expect.stringContaining(first),
      last: expect.stringContaining(last),
    });
    expect(profile['findings']).toContainEqual({
      rule: 'Attach/Exec Pod',
      severity: expect.any(String),
      // Once a request, though both of its stages match.
      count: 1,
      ...times('11:00:00', '11:00:00'),
      audit_id: 'exec-1',
    });
    expect(profile['credentials']).toEqual([
      { value: 'X509SHA256=aa', count: 2, ...times('10:00:00', '11:00:00') },
      { value: 'X509SHA256=bb', count: 1, ...times('12:00:00', '12:00:00') },
    ]);
    expect(profile['source_ips']).toContainEqual({
      value: '10.0.0.2',
      count: 1,
      ...times('12:00:00', '12:00:00'),
    });
    expect(profile['clients']).toContainEqual({
      value: 'curl/8.0',
      count: 1,
      ...times('12:00:00', '12:00:00'),
    });
    expect(profile['sessions']).toMatchObject([{ kind: 'exec', audit_id: 'exec-1' }]);
  });

  it('shows them to people, with IDs to go on with', async () => {
    const { stdout } = await run();
    expect(stdout).toMatch(
      /^Findings\n +1 {2}\w+ +Attach\/Exec Pod {2}2026-03-03 11:00:00 {2}#exec-1$/m,
    );
    expect(stdout).toMatch(
      /^Credentials\n +2 {2}X509SHA256=aa {2}2026-03-03 10:00:00 to 2026-03-03 11:00:00$/m,
    );
    expect(stdout).toMatch(/^Addresses$/m);
    expect(stdout).toMatch(/exec {2}shop\/web .*#exec-1/);
  });

  it('evaluates the rules that are asked for', async () => {
    const { stdout } = await run('--disable-rule', 'Attach/Exec Pod', '-f', 'json');
    expect(JSON.parse(stdout).findings.map(({ rule }: { rule: string }) => rule)).not.toContain(
      'Attach/Exec Pod',
    );
  });

  it('is CSV and Markdown on request', async () => {
    const csv = (await run('-f', 'csv')).stdout;
    expect(csv).toMatch(
      /^section,value,count,first,last,audit_id\r\nidentity,mallory@example\.com,3,/,
    );
    expect(csv).toMatch(/^finding, ?\w*|"finding, /m);
    const markdown = (await run('-f', 'markdown')).stdout;
    expect(markdown).toMatch(
      /^\| SECTION \| VALUE \| COUNT \| FIRST \(UTC\) \| LAST \(UTC\) \| ID \|\n/,
    );
    expect(markdown).toContain('| credential | X509SHA256=bb | 1 |');
  });
});

it('sightings forget the rarest, and say so', () => {
  const seen = new Sightings();
  for (let i = 0; i < 5; i++) seen.add('often', BigInt(10 - i), undefined);
  for (let i = 0; i < 5000; i++) seen.add(`once-${i}`, 5n, `id-${i}`);
  expect(seen.top(1)).toEqual([
    { value: 'often', count: 5, first: 6n, last: 10n, auditId: undefined },
  ]);
  expect(seen.size).toBeLessThanOrEqual(1000);
  expect(seen.forgotten).toBe(true);
});

describe('a profile', () => {
  const groupsOf = (profile: IdentityProfile) => profile.groups.top().map(([group]) => group);

  it('has the groups that an identity acted with, not those of who impersonated it', () => {
    const parts = {
      user: { username: 'mallory', groups: ['contractors'] },
      impersonatedUser: { username: 'system:admin', groups: ['system:masters'] },
    };
    for (const [name, groups] of [
      ['system:admin', ['system:masters']],
      ['system:*', ['system:masters']],
      ['admin', ['system:masters']],
      ['mallory', ['contractors']],
      ['*', ['contractors']],
    ] as const) {
      const identity = new NamedIdentity(name);
      identity.add(request(parts), event(parts));
      expect([name, groupsOf(identity.found.profile)]).toEqual([name, groups]);
    }
  });

  it('calls a request open whose last stage is missing, as lists of requests do', () => {
    const profile = new IdentityProfile();
    profile.add(request({ stage: 'RequestReceived', responseStatus: undefined }), undefined);
    expect(profile.results.top()).toEqual([['open', 1]]);
  });

  it('says that counts are lower bounds when clients alone were too many', () => {
    const profile = new IdentityProfile();
    for (let i = 0; i <= 20_000; i++) profile.clients.add(`client-${i}`, 1n, undefined);
    expect(identityJson('a', profile)).toMatchObject({ counts_are_lower_bounds: true });
  });

  it('lists sessions as they began, with how they stand', () => {
    const profile = new IdentityProfile();
    const session = (auditID: string, started: string, ended?: string) => {
      const parts = {
        ...EXEC,
        auditID,
        requestReceivedTimestamp: `2026-03-01T${started}Z`,
        ...(ended === undefined
          ? { stage: 'RequestReceived', responseStatus: undefined }
          : { stageTimestamp: `2026-03-01T${ended}Z` }),
      };
      profile.add(request(parts), undefined);
    };
    session('late', '11:00:00', '11:00:01');
    session('long', '10:00:00', '12:00:00');
    session('open', '10:30:00');
    expect(identityJson('a', profile)).toMatchObject({
      sessions: [
        { audit_id: 'long', result: 'allowed' },
        { audit_id: 'open', result: 'open' },
        { audit_id: 'late', result: 'allowed' },
      ],
    });
  });

  it('counts what is not listed', async () => {
    const profile = new IdentityProfile();
    for (let i = 0; i < 12; i++) {
      profile.add(
        request({ sourceIPs: [`10.0.0.${i}`], responseStatus: { code: 403 } }),
        undefined,
      );
    }
    const out = new Sections({ paint: await loadPaint(false), width: 80, showSecrets: false });
    identityText('a', profile, out, String);
    expect(out.text).toMatch(/^ {2}2 more$/m);
  });
});
