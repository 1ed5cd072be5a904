import { readFileSync, writeFileSync, existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseState, printState } from '../../src/first-seen/state-text.ts';
import { mergeStates } from '../../src/first-seen/first-seen.ts';
import { withLock } from '../../src/io/write/locked.ts';
import { eventLine, folder } from '../cli/events.ts';
import { runCli, spawnCli, startCli, type CliResult } from '../cli/run-cli.ts';

let dir = '';
const at = (name: string): string => join(dir, name);
const textOf = (name: string): string => readFileSync(at(name), 'utf8');

interface Deed {
  readonly day: number;
  readonly second?: number;
  readonly user?: string;
  readonly client?: string;
  readonly ip?: string;
  readonly verb?: string;
}

function line({
  day,
  second = 0,
  user = 'alice',
  client = 'kubectl/v1.34',
  ip = '192.0.2.10',
  verb = 'get',
}: Deed): string {
  const time = new Date(Date.UTC(2026, 2, day, 10, 0, second)).toISOString().replace('Z', '000Z');
  return eventLine({
    level: 'Metadata',
    auditID: `${day}-${second}-${user}-${client}-${ip}-${verb}`,
    verb,
    user: { username: user, groups: ['system:authenticated'] },
    userAgent: client,
    sourceIPs: [ip],
    objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  });
}

const log = (name: string, ...deeds: readonly Deed[]): string => {
  writeFileSync(at(name), deeds.map((deed) => `${line(deed)}\n`).join(''));
  return at(name);
};

const QUIET: readonly Deed[] = [
  { day: 1 },
  { day: 2, user: 'bob', client: 'k9s/v1', ip: '192.0.2.11' },
  { day: 2, second: 3, verb: 'list' },
  { day: 3 },
];
const LOUD: readonly Deed[] = [
  { day: 4, client: 'curl/8', ip: '203.0.113.7' },
  { day: 4, second: 9, user: 'bob', client: 'k9s/v1', ip: '192.0.2.11', verb: 'delete' },
];
const NEW = [
  'First Client of User alice',
  'First Network of User alice',
  'First Guarded Action of User bob',
];

/** A scan, with what it tells on one line: the summary is laid out for a terminal. */
async function scan(...args: readonly string[]): Promise<CliResult> {
  const result = await runCli({ args: ['scan', ...args, '-f', 'ndjson'] });
  return { ...result, stderr: result.stderr.replaceAll(/\s+/g, ' ') };
}

/** Which correlations with the past are found, and of whom. */
function found({ stdout }: CliResult): string[] {
  return stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as { rule: string; output_fields: Record<string, string> })
    .filter(({ rule }) => rule.startsWith('First') || rule.startsWith('Dormant'))
    .map(({ rule, output_fields: fields }) => `${rule} ${fields['ka.user.name']}`);
}

beforeEach(() => {
  dir = folder({});
});

describe('--learn and --state', () => {
  it('find what a quiet log did not have, once', async () => {
    const learned = await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    expect([found(learned), learned.code]).toEqual([[], 0]);
    expect(learned.stderr).toContain(`values of 4 correlations are known in ${at('S')}`);
    const first = await scan(log('loud.log', ...LOUD), '--state', at('S'));
    expect(found(first)).toEqual(NEW);
    expect(first.stderr).not.toContain('first seen:');
    expect(found(await scan(at('loud.log'), '--state', at('S')))).toEqual([]);
  });

  it('say that the beginning of the log is taken as normal where nothing is known', async () => {
    const on = ['--policy', 'K8s First Seen'];
    const short = await scan(log('loud.log', ...LOUD), ...on);
    expect(found(short)).toEqual([]);
    expect(short.stderr).toContain('first seen: the first 14 days of the log are taken as normal,');
    expect(short.stderr).toContain('the log is no longer: nothing in it is new');
    const long = await scan(log('long.log', ...QUIET, { day: 20, client: 'curl/8' }), ...on);
    expect(found(long)).toEqual(['First Client of User alice']);
    expect(long.stderr).toContain('first seen: the first 14 days of the log are taken as normal;');
    // Nothing of it where nothing is compared.
    expect((await scan(at('loud.log'))).stderr).not.toContain('first seen');
  });

  it('warm up over several runs', async () => {
    const first = await scan(log('a.log', ...QUIET), '--state', at('S'));
    expect(first.stderr).toContain('first seen: nothing is new until the state covers 14 days');
    const day15 = await scan(log('b.log', { day: 15, client: 'curl/8' }), '--state', at('S'));
    expect(found(day15)).toEqual(['First Client of User alice']);
    expect(day15.stderr).not.toContain('first seen:');
  });

  it('find accounts that come back, over the end of a log', async () => {
    await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    const late = await scan(log('late.log', { day: 40 }), '--state', at('S'));
    expect(found(late)).toContain('Dormant Account Active alice');
  });

  it('leave the policy off where a configuration switched it off, or others are named', async () => {
    await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    writeFileSync(at('off.yaml'), 'policies: [{name: K8s First Seen, enabled: false}]\n');
    for (const args of [
      ['--config', at('off.yaml')],
      ['--policy', 'K8s Threat Detection'],
    ]) {
      const { stderr, ...rest } = await scan(log('loud.log', ...LOUD), '--state', at('S'), ...args);
      expect(found({ stderr, ...rest })).toEqual([]);
      expect(stderr).toContain('no correlation of the type new_value is on');
    }
  });

  it('write the same bytes with each engine, number of threads and order within the lateness', async () => {
    const deeds = Array.from({ length: 400 }, (_, index): Deed => ({
      day: 1 + (index >> 6),
      second: (index & 63) >> 1,
      user: `u${(index * 7) % 13}`,
      client: `tool${(index * 5) % 11}/v1`,
      ip: `198.51.${index % 17}.1`,
      verb: ['get', 'list', 'delete'][index % 3]!,
    }));
    const swapped = deeds.map((_, index) => deeds[index ^ 1]!);
    const mixed = swapped.map((_, index) => swapped[(index & ~3) + (3 - (index & 3))]!);
    log('in-order.log', ...deeds);
    log('mixed.log', ...mixed);
    const runs = [
      ['in-order.log', '--engine', 'reference'],
      ['in-order.log', '--engine', 'fast', '--threads', '1'],
      ['in-order.log', '--engine', 'fast', '--threads', '2'],
      ['mixed.log', '--engine', 'fast'],
      ['mixed.log', '--engine', 'reference'],
    ] as const;
    const texts: string[] = [];
    for (const [number, [name, ...args]] of runs.entries()) {
      const { code } = await scan(at(name), '--learn', at(`S${number}`), ...args);
      expect(code).toBe(0);
      texts.push(textOf(`S${number}`));
    }
    expect(texts[0]!.split('\n').length).toBeGreaterThan(50);
    expect(new Set(texts).size).toBe(1);
  });

  it('begin anew for a correlation that was changed, and keep those that do not run', async () => {
    const rules = (field: string): string => {
      const text = `- correlation: Mine\n  type: new_value\n  events: {a: ka.verb = get}\n  group-by: ka.user.name\n  field: ${field}\n  warmup: 0s\n  priority: INFO\n`;
      writeFileSync(at('rules.yaml'), text);
      return at('rules.yaml');
    };
    const own = ['--no-default-rules', '--state', at('S')];
    await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    const before = parseState('S', textOf('S'));
    const first = await scan(at('quiet.log'), '-r', rules('ka.useragent'), ...own);
    expect(first.stdout.split('\n').length - 1).toBe(2);
    expect((await scan(at('quiet.log'), '-r', rules('ka.useragent'), ...own)).stdout).toBe('');
    const changed = await scan(at('quiet.log'), '-r', rules('ka.sourceips'), ...own);
    expect(changed.stderr).toMatch(/'Mine' was changed since: what it knew counts no more/);
    expect(changed.stdout.split('\n').length - 1).toBe(2);
    const after = parseState('S', textOf('S'));
    expect([...after.keys()]).toEqual([...before.keys(), 'Mine']);
    for (const [name, part] of before) expect(after.get(name)).toEqual(part);
  });

  it('remember no credential', async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(40)}`;
    const text =
      '- correlation: Mine\n  type: new_value\n  events: {a: ka.verb = get}\n  group-by: ka.user.name\n  field: ka.useragent\n  warmup: 0s\n  priority: INFO\n';
    writeFileSync(at('rules.yaml'), text);
    const args = ['-r', at('rules.yaml'), '--no-default-rules', '--state', at('S')];
    const path = log('audit.log', { day: 1, client: token }, { day: 1, second: 9, client: token });
    expect((await scan(path, ...args)).stdout.split('\n').length - 1).toBe(1);
    expect(textOf('S')).not.toContain('aaaa');
    expect(textOf('S')).toMatch(/\[\["sha256:[0-9a-f]{32}","2026-03-01T10:00:09Z"\]\]/);
    expect((await scan(path, ...args)).stdout).toBe('');
  });
});

describe('the file of a state', () => {
  it('that is damaged, foreign or of another version ends the run before anything is read', async () => {
    const path = log('quiet.log', ...QUIET);
    await scan(path, '--learn', at('S'));
    const whole = textOf('S');
    for (const [text, message] of [
      [whole.slice(0, 300), /S:\d: the state is damaged, or was cut here \(put back a copy/],
      ['{"rules":[]}\n', /S is no state of k8s-audit/],
      [whole.replace('state":1', 'state":9'), /S is a state of version 9/],
    ] as const) {
      writeFileSync(at('S'), text);
      const { code, stdout, stderr } = await scan(path, '--state', at('S'));
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(message);
      expect(stderr.split('k8s-audit:').length).toBe(2);
      expect(textOf('S')).toBe(text);
    }
  });

  it.each([
    [['--state', '@S', '--learn', '@T'], /--state and --learn contradict each other/],
    [['--state', '@S', '--rule-matching', 'first'], /leaves correlations out/],
    [['--state', '-'], /a state is a file/],
    [['--state', '@quiet.log'], /is an input: it would be overwritten/],
    [['--state', '@'], /cannot (?:read|write) state/],
    [['--learn', '@nowhere/S'], /cannot write state .*nowhere/],
  ])('%j is refused', async (args, message) => {
    const named = args.map((arg) => (arg.startsWith('@') ? at(arg.slice(1)) : arg));
    const { code, stderr } = await scan(log('quiet.log', ...QUIET), ...named);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(readdirSync(dir)).toEqual(['quiet.log']);
  });

  it('that another run wrote meanwhile keeps what that knew', async () => {
    const [a, b] = [
      log('a.log', ...QUIET),
      log('b.log', { day: 1, user: 'carol' }, { day: 3, user: 'dave' }),
    ];
    for (const [name, path] of [
      ['A', a],
      ['B', b],
    ] as const)
      await scan(path, '--learn', at(name));
    const merged = printState(
      mergeStates(parseState('A', textOf('A')), parseState('B', textOf('B'))),
    );
    const ends = await Promise.all(
      [a, b, a, b].map((path) => spawnCli({ args: ['scan', path, '--learn', at('S'), '-q'] })),
    );
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(textOf('S')).toBe(merged);
    expect(readdirSync(dir).filter((name) => name.startsWith('S') || name.startsWith('.'))).toEqual(
      ['S'],
    );
  });

  it.runIf(existsSync('/dev/full'))('is not written when what was found could not be', async () => {
    await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    const before = textOf('S');
    const path = log('loud.log', ...LOUD);
    const { code } = await runCli({
      args: ['scan', path, '--state', at('S'), '-o', '/dev/full', '-f', 'json'],
    });
    expect(code).toBe(2);
    expect(textOf('S')).toBe(before);
  });
});

describe('serve', () => {
  it('compares with a state, and adds to it', async () => {
    await scan(log('quiet.log', ...QUIET), '--learn', at('S'));
    const run = startCli(['serve', '--listen', '127.0.0.1:0', '--state', at('S'), '-f', 'ndjson']);
    try {
      await Promise.race([run.shows('listening on http://'), run.done]);
      const base = /listening on (http:[^\s,]+)/.exec(run.output.stderr)![1]!;
      const body = LOUD.map((deed) => `${line(deed)}\n`).join('');
      expect((await fetch(new URL('/audit', base), { method: 'POST', body })).status).toBe(200);
      run.child.kill('SIGTERM');
      const { code, stdout } = await run.done;
      expect([found({ stdout, stderr: '', code }), code]).toEqual([NEW, 0]);
    } finally {
      run.child.kill('SIGKILL');
    }
    const again = await scan(log('loud.log', ...LOUD), '--state', at('S'));
    expect(found(again)).toEqual([]);
  });

  it('refuses a state that is damaged', async () => {
    writeFileSync(at('S'), '{"k8s-audit-state":1}\n');
    const args = ['serve', '--listen', '127.0.0.1:0', '--state', at('S')];
    const { code, stderr } = await runCli({ args });
    expect([code, stderr]).toEqual([2, expect.stringContaining('the state is damaged')]);
  });
});

describe('a lock', () => {
  it.each([
    ['long ago', -3600],
    ['before the clock was set back', 3600],
  ])('of a process that was killed %s counts for nothing', (_, seconds) => {
    writeFileSync(at('S.lock'), '');
    const then = Date.now() / 1000 + seconds;
    utimesSync(at('S.lock'), then, then);
    expect(withLock(at('S'), () => existsSync(at('S.lock')))).toBe(true);
    expect(existsSync(at('S.lock'))).toBe(false);
  });

  it('is given back when the work fails', () => {
    expect(() =>
      withLock(at('S'), () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(existsSync(at('S.lock'))).toBe(false);
    rmSync(dir, { recursive: true });
    expect(() => withLock(at('S'), () => 1)).toThrow(/ENOENT/);
  });
});
