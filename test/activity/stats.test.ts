import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide, type PolicyRequest } from '../../src/setup/policy/audit-policy.ts';
import { dropPolicy, type LoggedRequests } from '../../src/setup/policy/drop-policy.ts';
import { printPolicy } from '../../src/setup/policy/print-policy.ts';
import { readAuditPolicy } from '../../src/setup/policy/read-audit-policy.ts';
import { eventLine, folder } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const KUBELET = { username: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const LEASE = {
  resource: 'leases',
  namespace: 'kube-node-lease',
  name: 'n1',
  apiGroup: 'coordination.k8s.io',
};
const LINES = [
  ...Array.from({ length: 10 }, () =>
    eventLine({ user: KUBELET, verb: 'update', objectRef: LEASE }),
  ),
  ...Array.from({ length: 5 }, () =>
    eventLine({
      objectRef: undefined,
      requestURI: '/healthz',
      user: { username: 'system:anonymous' },
    }),
  ),
  ...Array.from({ length: 4 }, () =>
    eventLine({ user: KUBELET, objectRef: { resource: 'secrets', namespace: 'shop', name: 's' } }),
  ),
  eventLine({ verb: 'create', level: 'RequestResponse', requestObject: { a: 'x'.repeat(4000) } }),
  eventLine({ user: { username: 'null\u009b31m"]' }, verb: 'delete' }),
];
const dir = folder({ 'a.log': `${LINES.join('\n')}\n`, 'empty.log': '' });
const LOG = join(dir, 'a.log');

async function policyOf(): Promise<string> {
  const { stdout } = await runCli({ args: ['activity', 'stats', LOG] });
  return stdout.slice(stdout.indexOf('# Put the rules'));
}

const request = (over: Partial<PolicyRequest>): PolicyRequest => ({
  user: 'jane',
  groups: ['system:authenticated'],
  verb: 'get',
  resource: { group: '', resource: 'pods', subresource: '' },
  namespace: 'shop',
  name: 'web',
  path: '',
  ...over,
});

describe('activity stats', () => {
  it('adds up bytes and events by user, resource, verb and level', async () => {
    const { stdout } = await runCli({ args: ['activity', 'stats', LOG, '-f', 'json'] });
    const stats = JSON.parse(stdout) as {
      events: number;
      bytes: number;
      volumes: { by: string; value: string; events: number; bytes: number; share: number }[];
    };
    const bytes = LINES.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    expect([stats.events, stats.bytes]).toEqual([LINES.length, bytes]);
    for (const by of ['user', 'resource', 'verb', 'level']) {
      const rows = stats.volumes.filter((row) => row.by === by);
      expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes);
      expect(rows.map((row) => row.bytes)).toEqual(
        rows.map((row) => row.bytes).toSorted((a, b) => b - a),
      );
    }
    const leases = stats.volumes.find(({ by, value }) => by === 'resource' && value === 'leases');
    expect(leases).toMatchObject({ events: 10, bytes: 10 * Buffer.byteLength(LINES[0]!) });
  });

  it('prints a policy that its own reader takes, and that drops the routine only', async () => {
    const text = await policyOf();
    const { policy, warnings } = readAuditPolicy('drop.yaml', text);
    expect(warnings).toEqual([]);
    const levelOf = (over: Partial<PolicyRequest>): string => decide(policy, request(over)).level;
    const kubelet = { user: 'system:node:n1', groups: KUBELET.groups };
    const leases = { group: 'coordination.k8s.io', resource: 'leases', subresource: '' };
    expect(levelOf({ ...kubelet, verb: 'update', resource: leases })).toBe('None');
    expect(levelOf({ resource: undefined, path: '/healthz' })).toBe('None');
    const secrets = { group: '', resource: 'secrets', subresource: '' };
    expect(levelOf({ ...kubelet, resource: secrets })).toBe('RequestResponse');
    expect(levelOf({ verb: 'create' })).toBe('RequestResponse');
    expect(levelOf({ verb: 'update', resource: leases })).toBe('RequestResponse');
    expect(text).toMatch(/^# {3}- level: Metadata$/m);
  });

  it('has tables for reports and spreadsheets, and fits any screen', async () => {
    const csv = await runCli({ args: ['activity', 'stats', LOG, '-f', 'csv'] });
    expect(csv.stdout).toMatch(/^by,value,events,bytes,share\r\n/);
    const markdown = await runCli({ args: ['activity', 'stats', LOG, '-f', 'markdown'] });
    expect(markdown.stdout).toMatch(/^\| BY \| VALUE \|.*```yaml\n# Put.*```\n$/s);
    for (const columns of [40, 80, 200]) {
      const { stdout } = await runCli({
        args: ['activity', 'stats', LOG],
        tty: true,
        columns,
        env: { NO_COLOR: '1' },
      });
      expect(stdout).not.toContain('\u009b');
      const screen = stdout.slice(0, stdout.indexOf('# Put')).split('\n');
      expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
    const empty = await runCli({ args: ['activity', 'stats', join(dir, 'empty.log')] });
    expect(empty.stdout).toBe('');
  });
});

describe('policies made of logged values', () => {
  const logged = (over: Partial<LoggedRequests>): LoggedRequests => ({
    user: 'system:kube-scheduler',
    isNode: false,
    verb: 'watch',
    level: 'Metadata',
    apiGroup: '',
    resource: 'pods',
    path: '',
    isRoutine: true,
    share: 0.1,
    ...over,
  });

  it.each(['null', 'true', 'yes', 'a: b', '- x', 'x"]', "'", '#', '{}', 'é', '\u2028', 'a\\b', ''])(
    'name users as they are: %j',
    (user) => {
      const { policy } = dropPolicy([logged({ user })]);
      const read = readAuditPolicy('drop.yaml', printPolicy(policy, [])).policy;
      expect(read.rules[0]?.users).toEqual([user]);
      expect(read.rules[0]?.level).toBe('None');
    },
  );

  it.each([
    { isRoutine: false },
    { resource: 'secrets' },
    { resource: 'secrets/status' },
    { verb: 'create' },
    { verb: 'delete', resource: 'nodes' },
    { verb: '' },
    { resource: undefined, path: '/' },
    { share: 0.0001 },
  ])('never drop %j', (over) => {
    const { policy, dropped } = dropPolicy([logged(over)]);
    expect(policy.rules.map(({ level }) => level)).toEqual(['Metadata']);
    expect(dropped).toBe(0);
  });

  it('drop each pair of verb and resource alone', () => {
    const { policy } = dropPolicy([
      logged({ verb: 'watch', resource: 'pods' }),
      logged({ verb: 'get', resource: 'nodes' }),
    ]);
    const of = (verb: string, resource: string): string =>
      decide(
        policy,
        request({
          user: 'system:kube-scheduler',
          verb,
          resource: { group: '', resource, subresource: '' },
        }),
      ).level;
    expect([of('watch', 'pods'), of('get', 'nodes')]).toEqual(['None', 'None']);
    expect([of('get', 'pods'), of('watch', 'nodes')]).toEqual(['Metadata', 'Metadata']);
  });
});
