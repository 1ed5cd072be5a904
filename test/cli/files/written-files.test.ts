import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBaseline } from '../../../src/baseline/read-baseline.ts';
import { knownFindings } from '../../../src/cli/run/known-findings.ts';
import { finding } from '../../outputs/findings.ts';
import { eventLine, folder, ruleText } from '../events.ts';
import { BIN, ROOT, runCli, startCli } from '../run-cli.ts';

const dir = folder({
  'audit.log': ['a', 'b', 'c'].map((auditID) => `${eventLine({ auditID })}\n`).join(''),
  'rules.yaml': ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' }),
});
const RULES = ['--no-default-rules', '-r', join(dir, 'rules.yaml')];
const LOG = join(dir, 'audit.log');
const EXTENSIONS = ['json', 'ndjson', 'sarif', 'html', 'xml', 'csv', 'md', 'txt'];
const FORMATS = ['json', 'ndjson', 'sarif', 'html', 'junit', 'csv', 'markdown', 'text'];
const ON_WINDOWS = process.platform === 'win32';

/** The options for a report of each format in a folder. */
function reportsIn(place: string): string[] {
  return EXTENSIONS.flatMap((extension) => ['-o', join(place, `r.${extension}`)]);
}

test('a line says what was written and how much, unless it is to be quiet', async () => {
  const place = folder();
  const outputs = [...reportsIn(place), '--write-baseline', join(place, 'base')];
  const { stderr } = await runCli({ args: ['scan', LOG, ...RULES, ...outputs] });
  const texts = FORMATS.map((format, i) => {
    const file = join(place, `r.${EXTENSIONS[i]}`);
    const { size } = statSync(file);
    const shown = size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`;
    return `written: ${file} (${format}, 3 findings, ${shown})\n`;
  });
  expect(stderr).toContain(texts.join(''));
  expect(stderr).toContain(`baseline: 1 known finding written to ${join(place, 'base')}\n`);
  const quiet = await runCli({ args: ['scan', LOG, ...RULES, ...outputs, '-q'] });
  expect(quiet).toEqual({ stdout: '', stderr: '', code: 0 });
});

test('findings that --limit leaves out are not counted as written', async () => {
  const file = join(folder(), 'r.csv');
  const args = ['scan', LOG, ...RULES, '-o', file, '--limit', '2'];
  expect((await runCli({ args })).stderr).toContain('written: csv, 2 findings, ');
});

test('the name of the one file a scan writes makes no difference to what it says', async () => {
  const place = folder();
  const [one, other] = await Promise.all(
    ['fast.json', 'reference.json'].map((name) =>
      runCli({ args: ['scan', LOG, ...RULES, '-o', '-', '-o', join(place, name)] }),
    ),
  );
  const told = (stderr: string | undefined): string => `${stderr}`.replace(/^Took .*\n/m, '');
  expect(told(one?.stderr)).toContain('written: json, 3 findings, ');
  expect(told(one?.stderr)).toBe(told(other?.stderr));
});

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  test('does not end the other outputs, and is named', async () => {
    const place = folder();
    const base = join(place, 'base');
    const outputs = ['-o', 'csv=/dev/full', ...reportsIn(place), '-o', '-'];
    const args = ['scan', LOG, ...RULES, ...outputs, '--write-baseline', base];
    const { stdout, stderr, code } = await runCli({ args });
    expect(stderr).toMatch(/k8s-audit: cannot write \/dev\/full: no space left on the device\n$/);
    expect(code).toBe(2);
    expect(JSON.parse(readFileSync(join(place, 'r.json'), 'utf8')).findings).toHaveLength(3);
    expect(readFileSync(join(place, 'r.html'), 'utf8').trimEnd()).toMatch(/<\/html>$/);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(parseBaseline(base, readFileSync(base, 'utf8'))).toHaveLength(1);
  });

  test('behind the baseline is named too', async () => {
    const file = join(folder(), 'r.json');
    const args = ['scan', LOG, ...RULES, '-o', file, '--write-baseline', '/dev/full'];
    const { stderr, code } = await runCli({ args });
    expect(stderr).toMatch(/cannot write baseline \/dev\/full: no space left on the device\n$/);
    expect(code).toBe(2);
    expect(JSON.parse(readFileSync(file, 'utf8')).summary.findings).toBe(3);
  });
});

describe('files with what others should not see are for their owner alone', () => {
  test.skipIf(ON_WINDOWS).each([
    ['whole events', ['--raw'], 0o600],
    ['credentials', ['--show-secrets'], 0o600],
    ['nothing of that kind', [], 0o666 & ~process.umask()],
  ])('reports with %s', async (_name, options, mode) => {
    const place = folder();
    await runCli({ args: ['scan', LOG, ...RULES, ...options, ...reportsIn(place)] });
    const modes = EXTENSIONS.map((name) => statSync(join(place, `r.${name}`)).mode & 0o777);
    expect(modes).toEqual(EXTENSIONS.map(() => mode));
  });

  test.skipIf(ON_WINDOWS)('baselines', async () => {
    const base = join(folder(), 'base');
    writeFileSync(base, '{"baseline":[]}', { mode: 0o644 });
    await runCli({ args: ['scan', LOG, ...RULES, '--write-baseline', base] });
    expect(statSync(base).mode & 0o777).toBe(0o600);
  });
});

describe.skipIf(!existsSync('/dev/stdout'))('a reader that goes away', () => {
  const log = join(folder(), 'large.log');
  writeFileSync(log, `${eventLine()}\n`.repeat(20_000));

  test.each(['/dev/stdout', '/dev/fd/1', '/dev/stderr'])('is no failure behind -o %s', (file) => {
    const args = ['scan', log, ...RULES, '-q', '-f', 'ndjson', '-o', file];
    // Node gives a child sockets, which no path leads to: a shell makes the pipe.
    const script = 'exec 3>&1; { "$@" 2>&1; echo "code $?" >&3; } | head -c 10 >/dev/null';
    const out = execFileSync('sh', ['-c', script, 'sh', process.execPath, BIN, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(out).toBe('code 0\n');
  });
});

describe('a baseline is all findings or none', () => {
  test('it is not written when there are more than it may hold', () => {
    const file = join(folder(), 'base');
    const known = knownFindings(
      { baseline: undefined, writeBaseline: file, showSecrets: true },
      [],
      0,
      () => undefined,
    );
    const { subject } = finding();
    for (let i = 0; i < 100_001; i++) {
      known.check(finding({ subject: { ...subject, name: `n${i}` } }));
    }
    expect(known.save(true)).toEqual({
      failure: `baseline ${file} is not written: there are 1 more findings than the 100,000 it may hold`,
    });
    expect(existsSync(file)).toBe(false);
  });

  test('it is not written when an input could not be read', async () => {
    const file = join(folder(), 'base');
    const args = ['scan', LOG, join(dir, 'none'), ...RULES, '--write-baseline', file, '-q'];
    const { stderr, code } = await runCli({ args });
    expect(stderr).toMatch(/base is not written: the input was not read to its end\n$/);
    expect({ code, written: existsSync(file) }).toEqual({ code: 2, written: false });
  });

  test('it is whole when the reader of standard output goes away', async () => {
    const file = join(folder(), 'base');
    const names = Array.from({ length: 20_000 }, (_, i) => `pod-${i}`);
    const log = join(folder(), 'large.log');
    const event = (name: string): string =>
      eventLine({ objectRef: { resource: 'pods', namespace: 'shop', name } });
    writeFileSync(log, names.map((name) => `${event(name)}\n`).join(''));
    const args = ['scan', log, ...RULES, '--write-baseline', file];
    const child = spawn(process.execPath, [BIN, ...args], { cwd: ROOT });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    expect(parseBaseline(file, readFileSync(file, 'utf8'))).toHaveLength(names.length);
  });
});

describe.skipIf(ON_WINDOWS)('a run that a signal ends', () => {
  test.each([
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const)('%s: the files hold what was found', async (signal, code) => {
    const place = folder();
    const run = startCli(['scan', '-', ...RULES, ...reportsIn(place), '-o', '-']);
    run.child.stdin!.write(`${eventLine()}\n`);
    await run.shows('"rule":"Any"');
    run.child.kill(signal);
    expect(await run.done).toMatchObject({ code, signal: null });
    const report = JSON.parse(readFileSync(join(place, 'r.json'), 'utf8'));
    expect(report).toMatchObject({ findings: [{ rule: 'Any' }], summary: { interrupted: true } });
  });

  test.each(['SIGQUIT', 'SIGKILL'] as const)(
    '%s: the old files are there and nothing else',
    async (signal) => {
      const place = folder();
      const base = join(place, 'base');
      for (const file of [base, join(place, 'r.json')]) writeFileSync(file, 'old');
      const outputs = [...reportsIn(place), '--write-baseline', base, '-o', '-'];
      const run = startCli(['scan', '-', ...RULES, ...outputs]);
      run.child.stdin!.write(`${eventLine()}\n`.repeat(3000));
      await run.shows('"rule":"Any"');
      run.child.kill(signal);
      expect(await run.done).toMatchObject({ signal });
      expect(readdirSync(place).toSorted()).toEqual(['base', 'r.json']);
      for (const file of readdirSync(place)) {
        expect(readFileSync(join(place, file), 'utf8')).toBe('old');
      }
    },
  );
});

test('a file that is followed has its findings as they come', async () => {
  const place = folder({ 'audit.log': '' });
  const log = join(place, 'audit.log');
  const file = join(place, 'r.ndjson');
  const run = startCli(['scan', log, '-F', ...RULES, '-o', file, '-o', '-']);
  writeFileSync(log, `${eventLine()}\n`);
  await run.shows('"rule":"Any"');
  expect(readFileSync(file, 'utf8')).toContain('"rule":"Any"');
  run.child.kill('SIGINT');
  await run.done;
});

test.skipIf(ON_WINDOWS)('a pipe that is standard output is written to by its name', () => {
  const command = '"$0" "$@" -q -o ndjson=/dev/stdout | cat';
  const args = ['-c', command, process.execPath, BIN, 'scan', LOG, ...RULES];
  const text = execFileSync('sh', args, { encoding: 'utf8' });
  expect(text.trimEnd().split('\n')).toHaveLength(3);
});

test.skipIf(ON_WINDOWS)('a file that standard output goes to is written to by its name', () => {
  const out = join(folder(), 'out');
  const command = '"$0" "$@" -q -o ndjson=/dev/stdout > "$OUT"';
  const args = ['-c', command, process.execPath, BIN, 'scan', LOG, ...RULES];
  execFileSync('sh', args, { env: { ...process.env, OUT: out } });
  expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(3);
});
