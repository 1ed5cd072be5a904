import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { Random } from '../../fast/random.ts';
import { runCli, type CliResult } from '../run-cli.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'correlations-'));
const file = (name: string, text: string): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
};

const RULES = file(
  'rules.yaml',
  `
- macro: reads_secret
  condition: ka.verb in (get, list) and ka.target.resource = secrets
- rule: Exec
  desc: d
  condition: ka.target.subresource = exec
  output: "exec by %ka.user.name"
  priority: NOTICE
  source: k8s_audit
- correlation: Secret Sweep
  type: value_count
  events:
    - read: reads_secret
  group-by: [ka.user.name]
  field: [ka.target.namespace, ka.target.name]
  timespan: 60s
  condition: {gte: 3}
  suppress: 1h
  output: "%ka.user.name read %corr.count secrets since %corr.first: %corr.values[2] (%corr.group)"
  priority: WARNING
- correlation: Created Then Entered
  type: temporal_ordered
  rules: [Exec]
  events:
    created: ka.verb = create and ka.target.resource = pods and not ka.target.subresource exists
  group-by: [pod]
  aliases: {pod: {created: ka.target.name, Exec: ka.target.name}}
  timespan: 30m
  priority: ERROR
- correlation: Entered After Created
  type: temporal_ordered
  events:
    - created: ka.verb = create and ka.target.resource = pods and not ka.target.subresource exists
    - entered: ka.target.subresource = exec
  group-by: [ka.target.name]
  timespan: 30m
  priority: ERROR
  output: "%ka.target.name from %corr.first to %corr.last, %corr.events"
- correlation: New Client
  type: new_value
  events: {any: ka.user.name exists}
  group-by: ka.user.name
  field: ka.useragent
  warmup: 60s
  priority: INFO
`,
);

function event(second: number, keys: Record<string, unknown>): string {
  const time = new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `id-${second}-${JSON.stringify(keys).length}`,
    stage: 'ResponseComplete',
    stageTimestamp: time.replace('Z', '000Z'),
    user: { username: 'alice' },
    userAgent: 'kubectl/v1',
    ...keys,
  });
}

const secret = (second: number, name: string): string =>
  event(second, { verb: 'get', objectRef: { resource: 'secrets', namespace: 'shop', name } });
const created = (second: number): string =>
  event(second, { verb: 'create', objectRef: { resource: 'pods', namespace: 'shop', name: 'p' } });
const entered = (second: number): string =>
  event(second, {
    verb: 'create',
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'p' },
  });

const log = (name: string, ...lines: readonly string[]): string =>
  file(name, `${lines.join('\n')}\n`);

const LOG = log(
  'audit.log',
  secret(0, 'a'),
  secret(10, 'b'),
  secret(20, 'a'),
  secret(30, 'c'),
  secret(40, 'd'),
  created(50),
  entered(55),
  event(70, { verb: 'get', userAgent: 'curl/8' }),
);

function run(...args: readonly string[]): Promise<CliResult> {
  return runCli({ args });
}

const OWN = ['-r', RULES, '--no-default-rules'];
const scan = (...args: readonly string[]): Promise<CliResult> =>
  run('scan', ...OWN, '-f', 'ndjson', ...args);

type Line = Record<string, unknown> & { readonly output_fields: Record<string, unknown> };

const linesOf = ({ stdout }: CliResult): Line[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('correlations in a scan', () => {
  it('are findings with what they rest on', async () => {
    const lines = linesOf(await scan(LOG));
    const found = lines.filter(({ rule }) => rule !== 'Exec');
    expect(found.map(({ rule, output }) => [rule, output])).toEqual([
      [
        'Secret Sweep',
        '10:00:30.000000000: Warning alice read 3 secrets since 2026-03-01T10:00:10Z: shop/b, shop/a, … (ka.user.name=alice)',
      ],
      [
        'Entered After Created',
        `10:00:55.000000000: Error p from 2026-03-01T10:00:50Z to 2026-03-01T10:00:55Z, ${LOG}:6, ${LOG}:7`,
      ],
      [
        'New Client',
        '10:01:10.000000000: Informational 1 since 2026-03-01T10:01:10Z (ka.user.name=alice) values=curl/8',
      ],
    ]);
    expect(found[0]!.output_fields).toMatchObject({
      'corr.count': 3,
      'corr.values': ['shop/b', 'shop/a', 'shop/c'],
      'corr.events': [`${LOG}:2`, `${LOG}:3`, `${LOG}:4`],
      'corr.group': ['ka.user.name=alice'],
    });
  });

  it('say in the summary what was only counted', async () => {
    const { stderr } = await run('scan', LOG, '-r', RULES, '--no-default-rules', '-f', 'text');
    expect(stderr).toContain('1 further hits came too soon behind one of their group');
    expect(stderr).toContain('Secret Sweep');
  });

  it('do not count what is ignored for them', async () => {
    const ignored = async (entry: string): Promise<unknown[]> => {
      const path = file('ignore.yaml', `ignore:\n  - ${entry}\n`);
      return linesOf(await scan(LOG, '--config', path)).map(({ rule }) => rule);
    };
    const all = ['Secret Sweep', 'Exec', 'Entered After Created', 'New Client'];
    expect(await ignored('{rule: Other, reason: r}')).toEqual(all);
    expect(await ignored('{rule: Secret Sweep, reason: r}')).toEqual(
      all.filter((name) => name !== 'Secret Sweep'),
    );
    expect(await ignored('{rule: [Exec, Entered After Created], reason: r}')).toEqual([
      'Secret Sweep',
      'New Client',
    ]);
  });

  it('see files that follow each other in the order of time', async () => {
    const first = log('first.log', secret(0, 'a'), secret(20, 'c'), created(40));
    const second = log('second.log', secret(10, 'b'), entered(50));
    const rules = (result: CliResult): unknown[] =>
      linesOf(result)
        .map(({ rule }) => rule)
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
    const expected = ['Entered After Created', 'Exec', 'Secret Sweep'];
    expect(rules(await scan(first, second))).toEqual(expected);
    expect(rules(await scan(second, first))).toEqual(expected);
  });

  it('see logs in one archive in the order of time, too', async () => {
    const logs = [
      [secret(0, 'a'), secret(20, 'c'), created(40)],
      [secret(10, 'b'), entered(50)],
    ];
    const packed = pack();
    for (const [at, lines] of logs.entries()) {
      packed.entry({ name: `n${at}/audit.log` }, `${lines.join('\n')}\n`);
    }
    packed.finalize();
    const archive = join(FOLDER, 'logs.tar');
    writeFileSync(archive, await buffer(packed));
    const found = linesOf(await scan(archive)).map(({ rule }) => String(rule));
    expect(found.toSorted()).toEqual(['Entered After Created', 'Exec', 'Secret Sweep']);
  });

  it('see a log with its newest events first like any other', async () => {
    const lines = [secret(0, 'a'), secret(10, 'b'), secret(20, 'c'), created(40), entered(50)];
    const found = linesOf(await scan(log('newest.log', ...lines.toReversed())));
    const oldest = linesOf(await scan(log('oldest.log', ...lines)));
    const names = (all: typeof found): unknown => new Set(all.map(({ rule }) => rule));
    expect(names(found)).toEqual(names(oldest));
    expect(found).toHaveLength(3);
  });

  it('count copies of an event once', async () => {
    const copies = log(
      'copies.log',
      secret(0, 'a'),
      secret(1, 'b'),
      secret(1, 'b'),
      secret(0, 'a'),
    );
    expect(linesOf(await scan(copies))).toEqual([]);
  });

  it.each([
    [[], false],
    [['--lateness', '10s'], true],
    [['--lateness', '9s'], false],
  ])('take what comes within the lateness: %j', async (options, isFound) => {
    // The last read comes eleven seconds behind a later one; the second has left by then, or still waits.
    const lines = [secret(0, 'a'), secret(11, 'a'), secret(21, 'c'), secret(10, 'b')];
    const mixed = log('mixed.log', ...lines);
    const result = await run('scan', mixed, ...OWN, '-f', 'ndjson', ...options);
    expect(linesOf(result).map(({ rule }) => rule)).toEqual(isFound ? ['Secret Sweep'] : []);
    expect(result.stderr.includes('1 event came too late to be counted')).toBe(!isFound);
  });

  it('wait five seconds in a pipe or file', async () => {
    const late = async (second: number): Promise<unknown[]> => {
      const lines = [secret(0, 'a'), secret(14, 'a'), secret(20, 'c'), secret(second, 'b')];
      const stdin = `${lines.join('\n')}\n`;
      const args = ['scan', '-', ...OWN, '-f', 'ndjson', '-q'];
      const rules = linesOf(await runCli({ args, stdin })).map(({ rule }) => rule);
      const path = log('late.log', ...lines);
      expect(linesOf(await scan(path)).map(({ rule }) => rule)).toEqual(rules);
      return rules;
    };
    expect(await late(15)).toEqual(['Secret Sweep']);
    expect(await late(13)).toEqual([]);
  });

  it('tell adjacent events of one ID and different times apart', async () => {
    const same = (second: number, name: string): string =>
      secret(second, name).replace(/"auditID":"[^"]*"/, '"auditID":"same"');
    const path = log('same.log', same(0, 'a'), same(1, 'b'), same(2, 'c'));
    expect(linesOf(await scan(path)).map(({ rule }) => rule)).toEqual(['Secret Sweep']);
  });

  it('are told apart from events in the summary', async () => {
    const alone = log('alone.log', secret(0, 'a'), secret(1, 'b'), secret(2, 'c'));
    const only = await run('scan', alone, ...OWN, '-f', 'text');
    expect(only.stderr).toContain('Findings  1 from correlations: 1 medium\n');
    const both = await run('scan', LOG, ...OWN, '-f', 'text');
    expect(both.stderr).toContain('Findings  4 on 1 event (12.5 %), 3 of them from correlations');
    const json = await run('scan', LOG, ...OWN, '-f', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      summary: { findings: 4, events_with_findings: 1, correlated: 3 },
    });
  });

  it.each(['reference', 'fast'])(
    'are not missed by the admission way of collecting, in the %s engine',
    async (engine) => {
      const args = ['--resource-mode', 'admission', '--engine', engine];
      const { stdout, stderr } = await run('scan', LOG, ...OWN, '-f', 'ndjson', ...args);
      expect(stdout).not.toContain('Secret Sweep');
      expect(stderr).toMatch(/Filtered +5 not sent to admission: reads/);
      expect(stderr).toContain('would have missed 0 findings');
    },
  );

  it.each([
    [['--disable-rule', 'Secret Sweep'], false],
    [['--rule', 'Secret*'], true],
    [['--min-priority', 'error'], false],
    [['--where', 'ka.target.name != c', '--disable-rule', 'Entered*'], true],
    [['--where', 'not ka.target.name in (c, d)'], false],
    [['--rule-matching', 'first'], false],
  ])('%j', async (options, isFound) => {
    const found = linesOf(await scan(LOG, ...options)).map(({ rule }) => rule);
    expect(found.includes('Secret Sweep')).toBe(isFound);
  });

  it('are the same with both engines and any number of threads', async () => {
    const r = new Random(11);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const users = ['alice', 'bob', 'carol'];
    const lines = Array.from({ length: 4000 }, (_, at) => {
      const user = { username: r.pick(users) };
      const second = Math.floor(at / 3) + r.below(4);
      const name = r.pick(names);
      const auditID = `i${at - r.below(2)}`;
      const userAgent = r.chance(1) ? `odd/${at}` : 'kubectl/v1';
      const objectRef = r.pick([
        { resource: 'secrets', namespace: 'shop', name },
        { resource: 'pods', namespace: 'shop', name },
        { resource: 'pods', subresource: 'exec', namespace: 'shop', name },
        { resource: 'configmaps', namespace: 'shop', name },
      ]);
      const verb = objectRef.resource === 'secrets' ? 'get' : 'create';
      return event(second, { verb, user, objectRef, auditID, userAgent });
    });
    const path = log('large.log', ...lines);
    const expected = (await scan(path, '-q', '--engine', 'reference')).stdout;
    const found = expected.split('\n').filter((line) => line.includes('corr.count'));
    expect(found.length).toBeGreaterThan(20);
    expect((await scan(path, '-q', '--engine', 'fast', '--threads', '1')).stdout).toBe(expected);
    expect((await scan(path, '-q', '--engine', 'fast', '--threads', '2')).stdout).toBe(expected);
  });
});

describe('commands that know correlations', () => {
  it('rules check, list, show and export', async () => {
    expect((await run('rules', 'check', RULES)).stdout).toContain('rules.yaml: ok');
    const list = await run('rules', 'list', '-r', RULES, '--no-default-rules', '-f', 'json');
    expect(JSON.parse(list.stdout)).toHaveLength(5);
    const show = await run('rules', 'show', 'Secret Sweep', '-r', RULES, '--no-default-rules');
    expect(show.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'value_count, 3 or more, of ka.target.namespace, ka.target.name, by ka.user.name, within 60 s, then only counted for 3600 s',
    );
    const json = await run('rules', 'show', 'Secret Sweep', '-r', RULES, '-f', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      correlation: { type: 'value_count', group_by: ['ka.user.name'], at_least: 3, at_most: null },
    });
    const exported = await run('rules', 'export', '-r', RULES, '--no-default-rules');
    expect(exported.stderr).toMatch(
      /not exported, since Falco has no correlations: .*Secret Sweep/,
    );
    expect(exported.stdout).toContain(
      '# Without 4 correlations: Falco looks at one event at a time.',
    );
    expect(exported.stdout).not.toContain('Secret Sweep');
    // Nobody asked for those that come with the program.
    const bundled = await run('rules', 'export');
    expect(bundled.stderr).not.toContain('correlation');
    expect(bundled.stdout).toMatch(/^# Without \d+ correlations: /m);
  });

  it('rules test and explain', async () => {
    const tests = file(
      'tests.yaml',
      [
        'default-rules: false',
        'files: [rules.yaml]',
        'tests:',
        '  - name: sweep',
        '    log: [audit.log]',
        '    about: [Secret Sweep]',
        '    expect: [{rule: Secret Sweep, count: 1}]',
        '',
      ].join('\n'),
    );
    const result = await run('rules', 'test', tests);
    expect(result.stdout + result.stderr).toContain('tests.yaml: 1 passed');
    const explained = await run('explain', 'id-0-', '-r', RULES, '--rule', 'Secret Sweep', LOG);
    expect(explained.stdout).toContain('this tells whether the event is one of them');
  });
});
