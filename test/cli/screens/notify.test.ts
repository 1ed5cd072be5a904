import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Notifier } from '../../../src/cli/run/notify.ts';
import { temporaryFolder } from '../../io/temp.ts';
import { finding } from '../../outputs/findings.ts';
import { eventLine, ruleText } from '../events.ts';
import { runCli } from '../run-cli.ts';

/** A program for the command: tests need no other than Node. */
function program(text: string): string {
  const file = join(temporaryFolder(), 'command.cjs');
  writeFileSync(file, text);
  return `"${process.execPath}" "${file}"`;
}

/** Appends what is on standard input to a file. */
function noting(file: string): string {
  return program(
    `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(file)}, fs.readFileSync(0, 'utf8'));`,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended, and that nobody has asked about yet, still takes signals.
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

describe('--notify', () => {
  test('hands each alert to a command, and no text of the log to its shell', async () => {
    const folder = temporaryFolder();
    const [log, rules, seen, pwned] = ['a.log', 'r.yaml', 'seen', 'pwned'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    const user = `$(touch ${pwned}); touch ${pwned} \`touch ${pwned}\` " ' \n touch ${pwned}`;
    writeFileSync(
      log,
      `${eventLine({ user: { username: user } })}\n${eventLine({ auditID: 'id-2' })}`,
    );
    writeFileSync(rules, ruleText('Any', 'ka.verb exists'));
    const args = ['scan', log, '--no-default-rules', '-r', rules, '--notify', noting(seen)];
    const { code, stdout, stderr } = await runCli({ args });
    expect(code).toBe(0);
    expect(stderr).not.toContain('--notify');
    const lines = (text: string): string[] => text.trimEnd().split('\n').toSorted();
    expect(lines(readFileSync(seen, 'utf8'))).toEqual(lines(stdout));
    expect(stdout).toContain('touch');
    expect(existsSync(pwned)).toBe(false);
  });

  test('counts commands that fail, and says why', async () => {
    const notifier = new Notifier(program('process.exit(3)'));
    for (let i = 0; i < 3; i++) notifier.finding(finding());
    expect(await notifier.end()).toEqual(['--notify failed for 3 of 3 findings: exit code 3']);
  });

  test('ends the run with 2 when alerts reached nobody, also with -q', async () => {
    const folder = temporaryFolder();
    const [log, rules] = ['a.log', 'r.yaml'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(log, eventLine());
    writeFileSync(rules, ruleText('Any', 'ka.verb exists'));
    const args = ['scan', log, '-q', '--no-default-rules', '-r', rules];
    const { code, stderr } = await runCli({
      args: [...args, '--notify', program('process.exit(3)')],
    });
    expect(stderr).toBe('k8s-audit: alerts are lost: 1 for --notify (exit code 3)\n');
    expect(code).toBe(2);
  });

  test('tells at once when a command begins to fail, and once more after it did not', async () => {
    const folder = temporaryFolder();
    const [fails, seen] = [join(folder, 'fails'), join(folder, 'seen')];
    const command = program(
      `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(seen)}, '.'); process.exit(fs.existsSync(${JSON.stringify(fails)}) ? 3 : 0);`,
    );
    const told: string[] = [];
    const notifier = new Notifier(command, {}, (text) => told.push(text));
    const run = async (): Promise<void> => {
      notifier.finding(finding());
      await expect.poll(() => notifier.counts.waiting).toBe(0);
    };
    const failure = '--notify failed: exit code 3 (further ones are counted)';
    for (const isWrong of [true, true, false, true]) {
      if (isWrong) writeFileSync(fails, '');
      else rmSync(fails);
      await run();
    }
    expect(told).toEqual([failure, failure]);
    expect(notifier.counts).toEqual({ sent: 1, held: 0, dropped: 0, refused: 3, waiting: 0 });
    await notifier.end();
  });

  test('tells once that findings come faster than the command ends', async () => {
    const told: string[] = [];
    const notifier = new Notifier(program(''), { atOnce: 1, waiting: 1 }, (text) =>
      told.push(text),
    );
    for (let i = 0; i < 5; i++) notifier.finding(finding());
    expect(told).toEqual([
      '--notify is not run for a finding: they came faster than the command ended (further ones are counted)',
    ]);
    expect(notifier.counts).toMatchObject({ dropped: 3, waiting: 2 });
    await notifier.end();
  });

  test.skipIf(process.platform === 'win32')('that has no descriptor left ends no run', () => {
    const { time, ...rest } = finding({ outputFields: [] });
    const script = `
      import { openSync } from 'node:fs';
      const { Notifier } = await import(${JSON.stringify(join(process.cwd(), 'dist/cli/run/notify.js'))});
      const notifier = new Notifier('true');
      try { for (;;) openSync('/dev/null'); } catch {}
      notifier.finding({ ...${JSON.stringify(rest)}, time: ${time}n });
      console.log((await notifier.end())[0]);`;
    const shell = ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath];
    const printed = execFileSync('sh', [...shell, '--input-type=module', '-e', script]);
    expect(String(printed)).toMatch(/^--notify failed for 1 of 1 finding: spawn .* EMFILE$/m);
  });

  test('counts a command that does not exist', async () => {
    const notifier = new Notifier('no-such-command-of-anyone');
    notifier.finding(finding());
    expect((await notifier.end())[0]).toMatch(
      /^--notify failed for 1 of 1 finding: exit code \d+$/,
    );
  });

  test('is no failure when the command does not read its input', async () => {
    const notifier = new Notifier(program(''));
    notifier.finding(finding({ message: 'x'.repeat(1_000_000) }));
    expect(await notifier.end()).toEqual([]);
  });

  test('runs few at a time, lets few wait, and counts the others', async () => {
    const file = join(temporaryFolder(), 'seen');
    const notifier = new Notifier(noting(file), { atOnce: 2, waiting: 3 });
    for (let i = 0; i < 10; i++) notifier.finding(finding());
    expect(await notifier.end()).toEqual([
      '--notify was not run for 5 findings: they came faster than the command ended',
    ]);
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });

  test('ends commands that take too long', async () => {
    const notifier = new Notifier(program('setInterval(() => 0, 1000)'), { timeLimit: 200 });
    notifier.finding(finding());
    expect(await notifier.end()).toEqual([
      '--notify failed for 1 of 1 finding: it took longer than 0.2 s',
    ]);
  });

  test('does not wait for ever at the end', async () => {
    const notifier = new Notifier(program('setInterval(() => 0, 1000)'), { lastWait: 100 });
    notifier.finding(finding());
    expect(await notifier.end()).toEqual(['--notify failed for 1 of 1 finding: it did not end']);
    expect(notifier.failure).toBe('alerts are lost: 1 for --notify (it did not end)');
  });

  test.skipIf(process.platform === 'win32')('ends what the shell started, too', async () => {
    const pids = join(temporaryFolder(), 'pids');
    // The shell waits for two others: it alone could be ended while they go on.
    const lasting = program(
      `require('node:fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n'); setInterval(() => 0, 1000)`,
    );
    const notifier = new Notifier(`${lasting} & ${lasting} & wait`, { lastWait: 0 });
    notifier.finding(finding());
    const started = (): number[] =>
      existsSync(pids) ? readFileSync(pids, 'utf8').trimEnd().split('\n').map(Number) : [];
    await expect.poll(() => started().length).toBe(2);
    await notifier.end();
    for (const pid of started()) await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('is no key of a configuration file, which others may have written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'k8s-audit.yaml'), 'notify: touch pwned\n');
    writeFileSync(join(folder, 'a.log'), eventLine());
    const { stderr } = await runCli({ args: ['scan', 'a.log'], cwd: folder });
    expect(stderr).toContain("'notify'");
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});
