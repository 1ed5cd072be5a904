import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder, ruleText } from '../cli/events.ts';
import { BIN, runCli } from '../cli/run-cli.ts';

const RULES = ruleText('Any', 'ka.verb exists', { priority: 'NOTICE' });

/** A folder with rules, and the arguments for a scan in it. */
function prepared(): { readonly dir: string; readonly args: string[] } {
  const dir = folder({ 'rules.yaml': RULES });
  mkdirSync(join(dir, 'logs'));
  return { dir, args: ['--no-default-rules', '-r', join(dir, 'rules.yaml'), '--no-summary'] };
}

const events = (stdout: string): number => stdout.split('\n').filter((line) => line !== '').length;

test('directories may be nested as deep as paths can be', async () => {
  const { dir, args } = prepared();
  const deep = join(dir, 'logs', ...Array.from({ length: 300 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'audit.log'), `${eventLine()}\n`);
  const { stdout, code } = await runCli({ args: ['scan', join(dir, 'logs'), ...args] });
  expect({ events: events(stdout), code }).toEqual({ events: 1, code: 0 });
});

// Other systems refuse such names.
describe.skipIf(process.platform !== 'linux')('names that are no UTF-8', () => {
  const name = (text: string): Buffer => Buffer.from(text, 'latin1');

  test.each([
    ['a file in a directory', (logs: string) => logs],
    ['a file that fits a pattern', (logs: string) => join(logs, '*.log')],
  ])('%s is named, the others are read', async (_name, pathOf) => {
    const { dir, args } = prepared();
    const logs = join(dir, 'logs');
    writeFileSync(Buffer.concat([name(`${logs}/`), name('caf\xe9.log')]), `${eventLine()}\n`);
    writeFileSync(join(logs, 'audit.log'), `${eventLine()}\n`);
    const { stdout, stderr, code } = await runCli({ args: ['scan', pathOf(logs), ...args] });
    expect(stderr).toContain('its name is no UTF-8 text; rename it');
    expect({ events: events(stdout), code }).toEqual({ events: 1, code: 2 });
  });

  test('a directory is named', async () => {
    const { dir, args } = prepared();
    const logs = join(dir, 'logs');
    const inner = Buffer.concat([name(`${logs}/`), name('caf\xe9')]);
    mkdirSync(inner);
    writeFileSync(Buffer.concat([inner, name('/audit.log')]), `${eventLine()}\n`);
    const { stderr, code } = await runCli({ args: ['scan', logs, ...args] });
    expect(stderr).toContain('its name is no UTF-8 text; rename it');
    expect(code).toBe(2);
  });
});

test('a link that leads nowhere and fits a pattern is named', async () => {
  const { dir, args } = prepared();
  symlinkSync('none', join(dir, 'logs', 'audit.log'));
  const { stderr, code } = await runCli({ args: ['scan', join(dir, 'logs', '*.log'), ...args] });
  expect(stderr).toContain('audit.log: no such file or directory');
  expect(code).toBe(2);
});

test.each(['=cmd.log', '-x.log', '--help.log', '@sum.log', '+1.log'])(
  'a file called %s is read, and its name starts no formula in CSV',
  async (name) => {
    const { dir, args } = prepared();
    writeFileSync(join(dir, 'logs', name), `${eventLine()}\n`);
    const run = (path: string): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [BIN, 'scan', path, ...args, '-f', 'csv'], {
        cwd: join(dir, 'logs'),
        encoding: 'utf8',
      });
    for (const path of ['.', '*', `./${name}`]) {
      const { status, stdout } = run(path);
      expect(status).toBe(0);
      expect(String(stdout).trimEnd().split(/\r?\n/)).toHaveLength(2);
      expect(String(stdout)).not.toMatch(/(?:^|,)"?[=+@-]/m);
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'inputs that are merged by time may be more than there are file descriptors',
  () => {
    const { dir, args } = prepared();
    for (let file = 0; file < 150; file++) {
      const lines = Array.from({ length: 3 }, (_, i) =>
        eventLine({ auditID: `${file}-${i}`, stageTimestamp: `2026-03-05T10:00:0${i}.000000Z` }),
      );
      writeFileSync(join(dir, 'logs', `${file}.log`), `${lines.join('\n')}\n`);
    }
    const command = 'ulimit -n 60; exec "$0" "$@"';
    const scan = ['scan', join(dir, 'logs'), '--sort', 'time', ...args];
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', command, process.execPath, BIN, ...scan],
      { encoding: 'utf8' },
    );
    expect({ status, stderr, events: events(stdout) }).toEqual({
      status: 0,
      stderr: '',
      events: 450,
    });
  },
);
