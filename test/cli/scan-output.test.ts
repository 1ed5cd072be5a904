import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from './events.ts';
import { runCli, type CliOptions } from './run-cli.ts';

const dir = folder({
  'audit.log': ['get', 'list', 'delete', 'get']
    .map((verb, i) => `${eventLine({ verb, auditID: `id-${i + 1}` })}\n`)
    .join(''),
  'rules.yaml':
    ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' }) +
    ruleText('Deleted', 'ka.verb = delete', { priority: 'CRITICAL' }),
  'own.yaml': ruleText('Own', 'ka.verb = delete'),
});
const log = join(dir, 'audit.log');
const ONLY_OWN = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];

function scan(args: readonly string[], options: Partial<CliOptions> = {}) {
  return runCli({ args: ['scan', log, ...ONLY_OWN, ...args], ...options });
}

function rulesOf(stdout: string): string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).rule);
}

describe('format', () => {
  test('a pipe gets one Falco alert object per line', async () => {
    const { stdout, code } = await scan([]);
    expect(rulesOf(stdout)).toEqual(['Any', 'Any', 'Any', 'Deleted', 'Any']);
    const alert = JSON.parse(stdout.split('\n')[3]!);
    expect(Object.keys(alert)).toEqual([
      'output',
      'output_fields',
      'priority',
      'rule',
      'source',
      'tags',
      'time',
      'k8s_audit',
    ]);
    expect(alert).toMatchObject({
      output: '10:00:00.000000000: Critical Deleted (user=alice)',
      priority: 'Critical',
      time: '2026-03-05T10:00:00.000000000Z',
      k8s_audit: { auditID: 'id-3', stage: 'ResponseComplete', file: log, line: 3 },
    });
    expect(code).toBe(0);
  });

  test('a terminal gets a table that fits its width', async () => {
    const { stdout } = await scan([], { tty: true, columns: 80 });
    expect(stdout).toContain('Deleted');
    const plain = stdout.replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'g'), '');
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('text is Falco’s line', async () => {
    const { stdout } = await scan(['-f', 'text', '--rule', 'Deleted']);
    expect(stdout).toBe('10:00:00.000000000: Critical Deleted (user=alice)\n');
  });

  test('json is one document with findings and summary', async () => {
    const { stdout } = await scan(['-f', 'json']);
    const document = JSON.parse(stdout);
    expect(document.findings).toHaveLength(5);
    expect(document.summary).toMatchObject({ events: 4, findings: 5, events_with_findings: 4 });
  });

  test('--timezone and --time-format change the printed time', async () => {
    const zone = ['--timezone', 'Europe/Berlin', '-f', 'text', '--rule', 'Deleted'];
    expect((await scan(zone)).stdout).toMatch(/^11:00:00\.000000000: /);
    const iso = ['--time-format', 'iso8601', '-f', 'text', '--rule', 'Deleted'];
    expect((await scan(iso)).stdout).toMatch(/^2026-03-05T10:00:00\.000000000\+0000: /);
  });

  test('the same input gives the same bytes', async () => {
    expect((await scan(['-f', 'json'])).stdout).toBe((await scan(['-f', 'json'])).stdout);
  });
});

describe('-o', () => {
  test('writes results to the file and nothing to standard output', async () => {
    const file = join(folder(), 'out.ndjson');
    const { stdout, stderr, code } = await scan(['-o', file]);
    expect(stdout).toBe('');
    expect(stderr).toContain('Findings  5');
    expect(rulesOf(readFileSync(file, 'utf8'))).toHaveLength(5);
    expect(code).toBe(0);
  });

  test('a file that cannot be written is one line and exit 2', async () => {
    const { stdout, stderr, code } = await scan(['-o', join(dir, 'no', 'out.ndjson')]);
    expect(stderr).toMatch(/^k8s-audit: cannot write .*out\.ndjson: no such file or directory\n$/);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });
});

describe('colour', () => {
  const ESCAPE = '\u001B[';
  test.each<[string, Partial<CliOptions>, string[], boolean]>([
    ['a pipe has none', {}, [], false],
    ['a terminal has it', { tty: true }, [], true],
    ['--color=never wins over a terminal', { tty: true }, ['--color', 'never'], false],
    ['--color=always colours a pipe', {}, ['--color', 'always'], true],
    ['NO_COLOR switches it off', { tty: true, env: { NO_COLOR: '1' } }, [], false],
    ['an empty NO_COLOR does not', { tty: true, env: { NO_COLOR: '' } }, [], true],
    ['--color=always wins over NO_COLOR', { env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
    ['FORCE_COLOR colours a pipe', { env: { FORCE_COLOR: '1' } }, [], true],
    ['FORCE_COLOR=0 does not', { tty: true, env: { FORCE_COLOR: '0' } }, [], false],
    ['a dumb terminal has none', { tty: true, env: { TERM: 'dumb' } }, [], false],
  ])('%s', async (_name, options, args, colored) => {
    const { stdout } = await scan(['-f', 'table', ...args], options);
    expect(stdout.includes(ESCAPE)).toBe(colored);
  });
});

describe('standard error', () => {
  test('holds the summary: incidents, events, findings, times, speed', async () => {
    const { stderr } = await scan([]);
    expect(stderr).toMatch(
      /^Incidents 1: HIGH Deleted by alice \([0-9a-f]{8}, \d+ findings?\)\nEvents {4}4 read from 1 input \(4 lines, /,
    );
    expect(stderr).toContain('Time      2026-03-05 10:00:00 UTC to 2026-03-05 10:00:00 UTC');
    expect(stderr).toContain('Findings  5 on 4 events (100.0 %): 1 high, 4 low');
    expect(stderr).toMatch(/Took {6}\d+\.\d\d s/);
  });

  test.each(['-q', '--no-summary'])('is empty with %s', async (option) => {
    const { stdout, stderr } = await scan([option]);
    expect(stderr).toBe('');
    expect(rulesOf(stdout)).toHaveLength(5);
  });

  test('-q hides warnings, not errors', async () => {
    const warned = ['--disable-rule', 'Delted'];
    expect((await scan(warned)).stderr).toContain(
      "warning: --disable-rule 'Delted' matches no rule; did you mean 'Deleted'?",
    );
    expect((await scan([...warned, '-q'])).stderr).toBe('');
    expect((await scan(['-q', join(dir, 'no.log')])).stderr).toMatch(
      /^k8s-audit: .*no\.log: no such file or directory\n$/,
    );
  });
});

describe('--limit', () => {
  test('prints so many, counts all, and says so', async () => {
    const { stdout, stderr } = await scan(['--limit', '2']);
    expect(rulesOf(stdout)).toEqual(['Any', 'Any']);
    expect(stderr).toContain('Findings  5 on 4 events');
    expect(stderr).toContain('Note      3 more findings not shown (--limit 0 shows all)');
  });
});

/** A clock that goes on by so many milliseconds whenever it is read. */
function ticking(step: number): () => number {
  let time = 0;
  return () => (time += step);
}

describe('progress', () => {
  test('shows on a terminal after a second, without a time to the end, and is taken away', async () => {
    const options = { tty: { stderr: true }, now: ticking(700) };
    const { stderr } = await scan(['--no-summary'], options);
    const [empty, ...parts] = stderr.split('\r');
    expect(empty).toBe('');
    // The last drawing takes the line away; results in between do so too.
    expect(parts.at(-1)).toBe('\u001B[K');
    const drawn = parts.filter((part) => part !== '\u001B[K');
    expect(drawn.length).toBeGreaterThan(0);
    for (const line of drawn) {
      expect(line.split('\u001B')).toEqual([
        expect.stringMatching(/^scanning {2}100 % {2}4 events {2}\d+ MB\/s$/),
        '[K',
      ]);
    }
  });

  test('is taken away before results on the same terminal', async () => {
    const { stdout, stderr } = await scan(['--no-summary', '-f', 'text'], {
      tty: true,
      now: ticking(700),
    });
    expect(stdout).not.toContain('scanning');
    const drawn = stderr.split('scanning').length;
    expect(drawn).toBeGreaterThan(1);
    expect(stderr.split('\r\u001B[K')).toHaveLength(drawn);
  });

  test.each<[string, Partial<CliOptions>, string[]]>([
    ['within the first second', { tty: true, now: ticking(1) }, []],
    ['when standard error is no terminal', { tty: { stdout: true }, now: ticking(700) }, []],
    ['in CI', { tty: true, env: { CI: 'true' }, now: ticking(700) }, []],
    ['with -q', { tty: true, now: ticking(700) }, ['-q']],
  ])('does not show %s', async (_name, options, args) => {
    expect((await scan(args, options)).stderr).not.toContain('scanning');
  });
});

test.each([
  [
    ['--raw', '-f', 'csv'],
    ['--raw has no effect on csv: it is for json, ndjson, ecs, ocsf, parquet, html'],
  ],
  [['--raw', '-f', 'ecs'], []],
  [['--csv-raw', '-f', 'json'], ['--csv-raw has no effect on json: it is for csv']],
  [['--explain', '-f', 'table'], []],
  [
    ['--explain', '--by-rule', '-f', 'sarif'],
    ['--explain has no effect on sarif', '--by-rule has no effect on sarif'],
  ],
  [['--by-rule', '-f', 'markdown'], []],
  [
    ['--explain', '--group-by', 'rule', '-f', 'table'],
    ['--explain has no effect with groups of findings'],
  ],
])('%j warns of options that its report has no use for', async (options, warnings) => {
  const { stderr, code } = await runCli({
    args: ['scan', 'samples/quiet-cluster.log', ...options],
  });
  const told = stderr.split('\n').filter((line) => line.startsWith('warning: '));
  expect(told).toHaveLength(warnings.length);
  for (const [i, text] of warnings.entries()) expect(told[i]).toContain(text);
  expect(code).toBe(0);
  const quiet = await runCli({ args: ['scan', 'samples/quiet-cluster.log', ...options, '-q'] });
  expect(quiet.stderr).toBe('');
});
