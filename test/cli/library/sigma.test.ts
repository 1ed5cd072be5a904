import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOk } from '../../helpers.ts';
import { runCli, type CliResult } from '../run-cli.ts';

const RULES = 'test/fixtures/sigma/rules';
const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  stage: 'ResponseComplete',
  stageTimestamp: '2026-03-01T10:00:00.000000Z',
};

const EVENTS: readonly object[] = [
  {
    auditID: 'exec',
    stage: 'ResponseStarted',
    verb: 'create',
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=sh',
    user: { username: 'alice' },
    sourceIPs: ['10.0.0.7'],
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
    responseStatus: { code: 101 },
  },
  {
    auditID: 'exec-in-sandbox',
    stage: 'ResponseStarted',
    verb: 'create',
    user: { username: 'alice' },
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'my-sandbox', name: 'web' },
    responseStatus: { code: 101 },
  },
  {
    auditID: 'pod',
    verb: 'create',
    user: { username: 'bob' },
    objectRef: { resource: 'pods', namespace: 'shop', name: 'p' },
    requestObject: {
      spec: {
        containers: [{ name: 'a', image: 'r.example.org/a' }],
        volumes: [{ name: 'v' }, { name: 'w', hostPath: { path: '/var/run/docker.sock' } }],
      },
    },
    responseStatus: { code: 201 },
  },
  {
    auditID: 'refused',
    verb: 'list',
    user: { username: 'system:anonymous' },
    userAgent: 'Python-urllib/3.12',
    sourceIPs: ['203.0.113.9'],
    objectRef: { resource: 'secrets' },
    responseStatus: { code: 403 },
  },
].map((event) => ({ ...EVENT, ...event }));

const FOLDER = mkdtempSync(join(tmpdir(), 'sigma-'));
const LOG = join(FOLDER, 'audit.log');
writeFileSync(LOG, EVENTS.map((event) => `${JSON.stringify(event)}\n`).join(''));

function run(...args: readonly string[]): Promise<CliResult> {
  return runCli({ args, cwd: join(import.meta.dirname, '../../..') });
}

describe('Sigma rules on the command line', () => {
  it.each(['reference', 'fast'])('scan finds with them, engine %s', async (engine) => {
    const scan = ['scan', LOG, '-r', RULES, '--no-default-rules', '-f', 'ndjson'];
    const { stdout, stderr } = await run(...scan, '--engine', engine);
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const shown = found.map(({ rule, priority }) => [rule, priority]);
    expect(shown).toEqual([
      ['Exec Into Pod By Person', 'Warning'],
      ['Pod With Root of the Node', 'Error'],
      ['Image From Elsewhere', 'Notice'],
      ['Refused From Outside', 'Informational'],
      ['Secrets Read By Script', 'Error'],
    ]);
    expect(stderr).toContain(
      'Sigma rules for other logs are skipped (product windows, category process_creation)',
    );
  });

  it('names rules for other logs once a kind, with their number', async () => {
    const folder = join(FOLDER, 'many');
    mkdirSync(folder);
    for (let i = 0; i < 40; i++) {
      const product = i % 2 === 0 ? 'windows' : 'linux';
      const text = `title: R${i}\nlogsource: {product: ${product}}\ndetection: {s: {a: b}, condition: s}\n`;
      writeFileSync(join(folder, `${i}.yml`), text);
    }
    const { stderr } = await run('rules', 'list', '-r', folder, '--no-default-rules');
    expect(stderr.match(/are skipped/g)).toHaveLength(2);
    expect(stderr.match(/and 19 more of this kind/g)).toHaveLength(2);
  });

  it('rules check, list and show know them', async () => {
    const check = await run('rules', 'check', RULES);
    expect(check.code).toBe(0);
    expect(check.stdout).toContain(`${RULES}/pods.yml: ok\n`);
    const list = await run('rules', 'list', '-r', RULES, '--no-default-rules', '-f', 'json');
    expect((JSON.parse(list.stdout) as unknown[]).length).toBe(5);
    const show = await run('rules', 'show', 'exec into pod by person', '-r', RULES);
    expect(show.stdout).toContain(
      'id 6b0a3a37-5d0b-4f0e-9f57-6a3a1e0f1c11, status test, level medium',
    );
    expect(show.stdout).toContain('Administrators who debug');
    expect(show.stdout).toContain('https://kubernetes.io/docs/tasks/debug/');
    const json = await run('rules', 'show', 'exec into pod by person', '-r', RULES, '-f', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      sigma: { status: 'test', falsepositives: ['Administrators who debug'] },
      file: `${RULES}/exec-by-person.yml`,
      line: 1,
    });
  });

  it('rules export prints rules of Falco that find the same', async () => {
    const { stdout } = await run('rules', 'export', '-r', RULES, '--no-default-rules');
    expect(stdout).toContain('  # sigma: 6b0a3a37-5d0b-4f0e-9f57-6a3a1e0f1c11, test, medium\n');
    expect(stdout).toContain('  # false positive: Administrators who debug\n');
    const { rules } = await loadOk(stdout);
    const skippable = stdout.split('\n- rule: ').filter((text) => text.includes('skip-if-unknown'));
    const own = rules.filter(({ fields }) => fields.some((field) => field.startsWith('kx.')));
    expect(skippable).toHaveLength(own.length);
    const file = join(FOLDER, 'exported.yaml');
    writeFileSync(file, stdout);
    const [before, after] = await Promise.all(
      [RULES, file].map((rules_) =>
        run('scan', LOG, '-r', rules_, '--no-default-rules', '-f', 'ndjson', '-q'),
      ),
    );
    expect(after!.stdout).toBe(before!.stdout);
  });

  it('a wrong rule is an error with its place', async () => {
    const file = join(FOLDER, 'wrong.yml');
    writeFileSync(
      file,
      'title: Wrong\nlogsource: {product: kubernetes, service: audit}\ndetection:\n  s:\n    objectRef.resorce: pods\n  condition: s\n',
    );
    const { stderr, code } = await run('scan', LOG, '-r', file);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "wrong.yml:5:5: error: Sigma rule 'Wrong': 'objectRef.resorce' is no field",
    );
    expect(stderr).toContain("did you mean 'objectRef.resource'");
  });

  it('rules test builds events for them', async () => {
    const file = join(FOLDER, 'tests.yaml');
    writeFileSync(
      join(FOLDER, 'sigma.yml'),
      'title: Any Get\nlogsource: {product: kubernetes}\ndetection: {s: {verb: GET}, condition: s}\n',
    );
    const base = '{auditID: a, stage: ResponseComplete, kind: Event, apiVersion: audit.k8s.io/v1';
    const tests = [
      'default-rules: false',
      'files: [sigma.yml]',
      'tests:',
      '  - rule: Any Get',
      `    fires: [${base}, verb: get}]`,
      `    silent: [${base}, verb: list}]`,
    ];
    writeFileSync(file, `${tests.join('\n')}\n`);
    const { stdout } = await run('rules', 'test', file);
    expect(stdout).toContain('tests.yaml: 2 passed');
  });
});
