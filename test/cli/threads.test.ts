import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanSlowly, startsThreads, writeLargeLog } from '../large-log.ts';
import { eventLine, folder, ruleText } from './events.ts';
import { BIN } from './run-cli.ts';

const RULES = `${ruleText('Deleted', 'ka.verb = delete')}${ruleText('Some', 'ka.target.name in (p10, p20)')}`;
const dir = folder({
  'rules.yaml': RULES,
  'config.yaml': `ignore:\n  - rule: Some\n    condition: ka.target.name = p10\n    reason: known\n`,
});
const LOG = join(dir, 'large.log');
writeLargeLog(LOG, (index) =>
  eventLine({
    auditID: `id-${index}`,
    verb: index % 3 === 0 ? 'delete' : 'get',
    objectRef: { resource: 'pods', namespace: 'shop', name: `p${index % 200}`, apiVersion: 'v1' },
  }),
);

const PROGRAM = [process.execPath, BIN];
const ARGS = [
  LOG,
  '--max-event-size=1MB',
  '--format=ndjson',
  '--no-default-rules',
  `--rules=${join(dir, 'rules.yaml')}`,
  `--config=${join(dir, 'config.yaml')}`,
];

describe.skipIf(!existsSync('/bin/sh'))('a large file', () => {
  const one = scanSlowly(PROGRAM, [...ARGS, '--threads', '1']);

  test('is scanned with the same results by one thread and by several', () => {
    expect(one.stdout.split('\n')).toHaveLength(1500 * 3 + 68 + 1);
    expect(one.stderr).toContain('9 line longer than --max-event-size');
    expect(scanSlowly(PROGRAM, [...ARGS, '--threads', '3'])).toEqual(one);
  });

  test('is scanned with the same findings by the reference engine', () => {
    const { stdout } = scanSlowly(PROGRAM, [...ARGS, '--engine', 'reference']);
    expect(stdout).toBe(one.stdout);
  });

  test('is scanned by several threads with rules from a pipe, which can be read only once', () => {
    const args = [...ARGS, '--threads', '2'].map((arg) =>
      arg.startsWith('--rules=') ? '--rules=/dev/stdin' : arg,
    );
    const { stdout, stderr } = scanSlowly(PROGRAM, args, { stdin: RULES });
    expect(stdout).toBe(one.stdout);
    // The next commands name the file of the rules, and say what they are for where that fits.
    const told = (text: string): string => text.slice(0, text.indexOf('\nNext '));
    expect(told(stderr)).toBe(told(one.stderr));
    expect(stderr).toContain('-r /dev/stdin');
    expect(startsThreads(PROGRAM, args, { stdin: RULES })).toBe(true);
  });

  test('gets no threads where one is asked for', () => {
    expect(startsThreads(PROGRAM, [...ARGS, '--threads', '1'])).toBe(false);
  });
});
