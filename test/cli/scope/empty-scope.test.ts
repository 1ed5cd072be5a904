import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventLine, folder } from '../events.ts';
import { runCli, spawnCli } from '../run-cli.ts';

const at = (time: string) => ({
  requestReceivedTimestamp: `2026-03-03T${time}.000000Z`,
  stageTimestamp: `2026-03-03T${time}.000000Z`,
});
const LINES = [
  eventLine({ auditID: 'a', user: { username: 'mallory@example.com' }, ...at('09:00:00') }),
  eventLine({ auditID: 'b', user: { username: 'jane' }, verb: 'delete', ...at('10:00:00') }),
  eventLine({ auditID: 'c', user: { username: 'jane-admin' }, ...at('11:00:00') }),
  eventLine({ auditID: 'd', user: { username: 'bob\u001b[31m' }, ...at('12:00:00') }),
];
const LOG = `${LINES.join('\n')}\n`;
const dir = folder({
  'a.log': LOG,
  'down.log': `${LINES.toReversed().join('\n')}\n`,
  'a.log.gz': gzipSync(LOG),
  'list.json': `[${LINES.join(',')}]`,
  'mixed.log': `${[LINES[0], LINES[3], ...Array.from({ length: 900 }, () => LINES[0])].join('\n')}\n`,
  'empty.log': '',
  'resources.yaml':
    '- {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}\n',
  'c.yaml': 'excludedNamespaces: [shop]\n',
});

/** Runs the command line; files of this test are named by their last name. */
const run = (...args: string[]) => {
  const isFile = (arg: string): boolean => /^[\w.]+\.(?:log|gz|json)$|^fifo$/.test(arg);
  return runCli({ args: args.map((arg) => (isFile(arg) ? join(dir, arg) : arg)), cwd: dir });
};
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('when the scope leaves nothing', () => {
  it.each([
    ['scan', ['-f', 'ndjson']],
    ['activity', ['-f', 'ndjson']],
    ['activity sessions', ['-f', 'ndjson']],
    ['doctor', []],
  ])('%s names the option and what the log has', async (command, more) => {
    const cases: readonly [args: string[], text: string][] = [
      [['-n', 'nosuch'], '--namespace nosuch left nothing of 4 events; the log has shop (4)'],
      [['--user', 'jnae'], '--user jnae left nothing of 4 events; near it: jane'],
      [
        ['--verb', 'wtach'],
        '--verb wtach left nothing of 4 events; the log has get (3), delete (1)',
      ],
      [
        ['--resource', 'secret'],
        '--resource secret left nothing of 4 events; the log has pods (4)',
      ],
      [['--source-ip', '10.0.0.0/8'], 'left nothing of 4 events; the log has 192.0.2.1 (4)'],
      [['--failed-only'], '--failed-only left nothing of 4 events'],
      [['--where', 'ka.verb = watch'], '--where left nothing of 4 events'],
      [
        ['--since', '2h'],
        '--since left nothing of 4 events: the log covers 2026-03-03 09:00:00 UTC to 2026-03-03 12:00:00 UTC; --last 2h counts from its end',
      ],
      [
        ['--user', 'mallory@example.com', '--verb', 'delete'],
        'none of 4 events meets all of: --user mallory@example.com (1), --verb delete (1)',
      ],
    ];
    for (const [args, text] of cases) {
      const { stderr, code } = await run(...command.split(' '), 'a.log', ...more, ...args);
      expect(flat(stderr)).toContain(text);
      expect(code).toBe(0);
    }
  });

  it('names namespaces that were left out, and resource rules', async () => {
    const rules = join(dir, 'resources.yaml');
    const none = '--exclude-namespace left nothing of 4 events';
    const cases: readonly [args: string[], text: string][] = [
      [['-f', 'ndjson', '--exclude-namespace', 'shop'], none],
      [['-f', 'ndjson', '--resource-rules', rules], '--resource-rules left nothing of 4 events'],
      [
        ['-f', 'ndjson', '--exclude-namespace', 'shop', '--user', 'jane'],
        'none of 4 events meets all of: --user jane (1), --exclude-namespace',
      ],
      [['-f', 'ndjson', '--config', join(dir, 'c.yaml')], 'the configuration left nothing of 4'],
    ];
    for (const [args, text] of cases) {
      expect(flat((await run('scan', 'a.log', ...args)).stderr)).toContain(text);
    }
  });

  it('refuses a time that ends before it starts', async () => {
    for (const command of ['scan', 'activity', 'doctor']) {
      const times = ['--since', '2026-03-04', '--until', '2026-03-03'];
      const { stderr, code } = await run(command, 'a.log', ...times);
      expect(stderr).toBe(
        'k8s-audit: --since 2026-03-04 00:00:00 UTC is not before --until 2026-03-03 00:00:00 UTC\n',
      );
      expect(code).toBe(2);
    }
  });

  it('says nothing of the sort when something is left, or nothing was there', async () => {
    for (const args of [
      ['scan', 'a.log', '--user', 'jane'],
      ['scan', 'empty.log', '--user', 'x'],
    ]) {
      expect((await run(...args)).stderr).not.toContain('left nothing');
    }
    expect((await run('scan', 'a.log', '--user', 'x', '-q')).stderr).toBe('');
  });

  it('escapes what it names', async () => {
    const { stderr } = await run('scan', 'a.log', '--user', 'bob');
    expect(flat(stderr)).toContain(String.raw`the log has bob\x1b[31m (1)`);
  });

  it('of a pipe, says that it cannot be read twice', async () => {
    const { stderr } = await spawnCli({ args: ['activity', '--user', 'x', '-'], stdin: LOG });
    expect(flat(stderr)).toContain('a log in a file tells: it can be read twice');
  });
});

describe('a name that nothing equals', () => {
  it('is taken by activity for what contains it, and this is said', async () => {
    const { stdout, stderr } = await run('activity', 'a.log', '--user', 'Mallory', '-f', 'ndjson');
    expect(stdout.match(/"user":"[^"]*"/g)).toEqual(['"user":"mallory@example.com"']);
    expect(flat(stderr)).toContain(
      'nothing equals --user Mallory: shown is what contains it: mallory@example.com (1)',
    );
  });

  it('is not, when something equals it', async () => {
    const { stdout } = await run('activity', 'a.log', '--user', 'jane', '-f', 'ndjson');
    expect(stdout.match(/"user":"[^"]*"/g)).toEqual(['"user":"jane"']);
  });

  it('is not, when another option leaves nothing: each name is judged alone', async () => {
    const args = ['a.log', '--user', 'jane', '-n', 'sho', '--verb', 'delete', '-f', 'ndjson'];
    const { stderr, stdout } = await run('activity', ...args);
    // `jane` equals a user, so jane-admin is not meant; `sho` equals no namespace.
    expect(stdout.match(/"user":"[^"]*"/g)).toEqual(['"user":"jane"']);
    expect(flat(stderr)).toContain(
      'nothing equals --namespace sho: shown is what contains it: shop',
    );
  });

  it('never widens a scan: its gate must not depend on it', async () => {
    const { stdout, stderr } = await run('scan', 'a.log', '--user', 'mallory', '-f', 'ndjson');
    expect(stdout).toBe('');
    expect(flat(stderr)).toContain('--user mallory left nothing of 4 events; the log has mallory@');
  });

  it('leads activity identity to the only one who contains it', async () => {
    const { stdout, stderr } = await run('activity', 'identity', 'mallory', 'a.log');
    expect(stdout).toContain('mallory@example.com\n');
    expect(flat(stderr)).toContain(
      "nobody is called 'mallory': shown is who contains it, mallory@example.com",
    );
    const two = await run('activity', 'identity', 'jan', 'a.log');
    expect(flat(two.stderr)).toContain(
      "nobody is called 'jan', and 2 identities contain it: jane, jane-admin",
    );
    const none = await run('activity', 'identity', 'jnae', 'a.log');
    expect(flat(none.stderr)).toContain("nobody is called 'jnae'; near it: jane");
    const exact = await run('activity', 'identity', 'jane', 'a.log');
    expect(exact.stderr).not.toContain('called');
  });

  it('is looked for among the objects of the kind', async () => {
    const near = await run('activity', 'object', 'shop/pod/we', 'a.log');
    expect(flat(near.stderr)).toContain('no request names shop/pod/we; the log has pods: shop/web');
    const kind = await run('activity', 'object', 'shop/foo/web', 'a.log');
    expect(flat(kind.stderr)).toContain('nor its kind; the log has pods');
  });
});

describe('--last', () => {
  it.each(['a.log', 'down.log', 'a.log.gz', 'list.json'])(
    'counts from the end of %s',
    async (file) => {
      const { stdout } = await run('activity', file, '--last', '90m', '-f', 'ndjson');
      expect(stdout.match(/"audit_id":"."/g)?.toSorted()).toEqual([
        '"audit_id":"c"',
        '"audit_id":"d"',
      ]);
    },
  );

  it('reads the ends of a large file only', async () => {
    const { stdout, stderr } = await run('activity', 'mixed.log', '--last', '1s', '-f', 'ndjson');
    expect(stdout).toContain('"audit_id":"d"');
    expect(stderr).not.toContain('not in order');
  });

  it('says when the log goes on after its end', async () => {
    const many = Array.from({ length: 900 }, () => LINES[0]);
    const path = folder({ 'm.log': `${[...many, LINES[3], ...many].join('\n')}\n` });
    const { stderr } = await run('activity', join(path, 'm.log'), '--last', '1h', '-f', 'ndjson');
    expect(flat(stderr)).toContain(
      'the log is not in order of time: --last took 2026-03-03 09:00:00',
    );
  });

  it('is refused for pipes, and beside --since', async () => {
    const piped = await spawnCli({ args: ['scan', '--last', '2h', '-'], stdin: LOG });
    expect(piped.code).toBe(2);
    expect(piped.stderr).toContain('that of standard input is not known before it is read');
    const both = await run('scan', 'a.log', '--last', '2h', '--since', '2h');
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')]);
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(dir, 'fifo')]);
    const fifo = await run('scan', 'fifo', '--last', '2h');
    expect([fifo.code, fifo.stderr]).toEqual([
      2,
      expect.stringMatching(/that of \S+fifo is not known/),
    ]);
  });
});

it('tells what time the events of a command cover', async () => {
  const { stderr } = await run('activity', 'a.log', '--user', 'jane*', '-f', 'ndjson');
  expect(flat(stderr)).toContain(
    'read 4 events from 1 input, 2 left out by the scope, 2026-03-03 10:00:00 to 11:00:00 UTC',
  );
});
