import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../cli/run-cli.ts';
import { eventLine, folder, ruleText } from '../cli/events.ts';

/** Two deletions (a warning each) and one listing (a notice). */
const RULES =
  ruleText('Deleted', 'ka.verb = delete') +
  ruleText('Listed', 'ka.verb = list', { priority: 'NOTICE' });
const pod = (name: string): object => ({ resource: 'pods', namespace: 'shop', name });
const LOG = [
  eventLine({ verb: 'delete', auditID: 'a', objectRef: pod('one') }),
  eventLine({ verb: 'list', auditID: 'b' }),
  eventLine({ verb: 'delete', auditID: 'c', objectRef: pod('two') }),
].join('\n');
const LATER = `${LOG}\n${eventLine({ verb: 'delete', auditID: 'd', objectRef: pod('three') })}`;

const cwd = (): string => folder({ 'rules.yaml': RULES, 'audit.log': LOG, 'later.log': LATER });

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;

/** Runs `scan` with only the rules above. Files of `args` that start with `@` lie in the folder. */
function scan(at: string, log: string, ...args: string[]): Promise<CliResult> {
  const given = args.map((arg) => arg.replace('@', `${at}/`));
  const rules = ['--no-default-rules', '-r', join(at, 'rules.yaml')];
  return runCli({ args: ['scan', join(at, log), ...rules, ...given] });
}

describe('the gate', () => {
  it.each([
    ['passes without limits', [], 0, undefined],
    ['passes below --fail-on', ['--fail-on', 'error'], 0, undefined],
    [
      'fails at --fail-on',
      ['--fail-on', 'warning'],
      1,
      'gate: 2 findings at or above warning (2 warning)',
    ],
    [
      'counts each priority',
      ['--fail-on', 'debug'],
      1,
      'gate: 3 findings at or above debug (2 warning, 1 notice)',
    ],
    ['passes at --max-findings', ['--max-findings', '3'], 0, undefined],
    [
      'fails beyond --max-findings',
      ['--max-findings', '2'],
      1,
      'gate: 3 findings, at most 2 allowed',
    ],
    ['takes 0 as a limit', ['--max-findings', '0'], 1, 'gate: 3 findings, at most 0 allowed'],
    [
      'names every limit that is passed',
      ['--fail-on', 'warning', '--max-findings', '1'],
      1,
      'gate: 2 findings at or above warning (2 warning); 3 findings, at most 1 allowed',
    ],
  ])('%s', async (_, args, code, reason) => {
    const result = await scan(cwd(), 'audit.log', ...args);
    expect(result.code).toBe(code);
    expect(result.stderr.split('\n').filter((line) => line.includes('gate:'))).toEqual(
      reason === undefined ? [] : [`k8s-audit: ${reason}`],
    );
  });

  it.each([
    ['--min-priority', 'critical'],
    ['--limit', '1'],
    ['--format', 'csv'],
    ['--show-secrets'],
    ['--quiet'],
    ['--no-summary'],
  ])('does not change with %s %s', async (...display) => {
    const limits = ['--fail-on', 'notice', '--max-findings', '2'];
    const at = cwd();
    const plain = await scan(at, 'audit.log', ...limits);
    const shown = await scan(at, 'audit.log', ...limits, ...display);
    expect(shown.code).toBe(plain.code);
    expect(lastLine(shown.stderr)).toBe(lastLine(plain.stderr));
  });

  it('changes with the scope', async () => {
    const result = await scan(cwd(), 'audit.log', '--fail-on', 'warning', '--verb', 'list');
    expect(result.code).toBe(0);
  });

  it('gives the reasons of --strict and of the gate in one line', async () => {
    const at = cwd();
    writeFileSync(join(at, 'bad.log'), `${LOG}\n{"kind":"Event",`);
    const result = await scan(at, 'bad.log', '--fail-on', 'warning', '--strict');
    expect(result.code).toBe(3);
    expect(result.stderr.trimEnd().split('\n').at(-1)).toBe(
      'k8s-audit: strict: 1 record was not understood; ' +
        'gate: 2 findings at or above warning (2 warning)',
    );
  });
});

describe('a baseline on the command line', () => {
  it('leaves only new findings', async () => {
    const at = cwd();
    const first = await scan(at, 'audit.log', '--write-baseline', '@known.json', '-q');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const args = ['--baseline', '@known.json', '--fail-on', 'notice', '--max-findings', '0'];
    const same = await scan(at, 'audit.log', ...args);
    expect(same).toMatchObject({ code: 0, stdout: '' });
    expect(same.stderr).toContain('3 known findings (--baseline) not shown');
    const later = await scan(at, 'later.log', ...args);
    expect(later.code).toBe(1);
    expect(later.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(later.stdout).toContain('"line":4');
    expect(later.stderr).toContain(
      'gate: 1 new finding at or above notice (1 warning); 1 new finding, at most 0 allowed',
    );
  });

  it('keeps its meaning when the rest is shown differently', async () => {
    const at = cwd();
    await scan(at, 'audit.log', '--write-baseline', '@a.json', '-q');
    const display = ['--min-priority', 'critical', '--limit', '1'];
    await scan(at, 'audit.log', '--write-baseline', '@b.json', '-q', ...display);
    expect(readFileSync(join(at, 'b.json'), 'utf8')).toBe(readFileSync(join(at, 'a.json'), 'utf8'));
    const result = await scan(at, 'audit.log', '--baseline', '@a.json', ...display);
    expect(result.stderr).not.toContain('did not occur');
  });

  it('reports entries that did not occur', async () => {
    const at = cwd();
    await scan(at, 'later.log', '--write-baseline', '@known.json', '-q');
    const { stderr } = await scan(at, 'audit.log', '--baseline', '@known.json');
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      '1 of 4 baseline entries did not occur (Deleted: alice delete shop/pods/three)',
    );
  });

  it('is renewed by reading and writing the same file', async () => {
    const at = cwd();
    await scan(at, 'later.log', '--write-baseline', '@known.json', '-q');
    const both = ['--baseline', '@known.json', '--write-baseline', '@known.json'];
    const { stderr } = await scan(at, 'audit.log', ...both);
    expect(stderr).toContain('baseline: 3 known findings written to');
    expect(readFileSync(join(at, 'known.json'), 'utf8')).not.toContain('three');
  });

  it('is not written when the input was not read to its end', async () => {
    const at = cwd();
    const missing = [join(at, 'missing.log'), '--write-baseline', '@known.json'];
    const { code, stderr } = await scan(at, 'audit.log', ...missing);
    expect(code).toBe(2);
    expect(stderr).toContain('is not written: the input was not read to its end');
    expect(existsSync(join(at, 'known.json'))).toBe(false);
  });

  it.each([
    ['a baseline that is missing', ['--baseline', '@none.json'], 'cannot read baseline'],
    ['a baseline that is none', ['--baseline', '@rules.yaml'], 'rules.yaml:1: not JSON'],
    ['a folder that is missing', ['--write-baseline', '@no/known.json'], 'cannot write baseline'],
    ['an input as new baseline', ['--write-baseline', '@audit.log'], 'would be overwritten'],
    ['an empty name', ['--baseline', ''], 'Give a value that is not empty'],
    ['a limit that is no number', ['--max-findings', 'many'], 'Give a whole number from 0'],
    ['a negative limit', ['--max-findings=-1'], 'Give a whole number from 0'],
  ])('refuses %s before reading', async (_, args, message) => {
    const at = cwd();
    const { code, stdout, stderr } = await scan(at, 'audit.log', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readFileSync(join(at, 'audit.log'), 'utf8')).toBe(LOG);
  });
});
