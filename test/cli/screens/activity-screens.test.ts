import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../../src/outputs/table/width.ts';
import { expectGenerated } from '../../generated.ts';
import { runCli } from '../run-cli.ts';
import { NO_TERMINAL, startOnTerminal } from './pty.ts';

const WIDTHS = [40, 80, 120, 200];
const INCIDENT = ['samples/exec-session.log', 'samples/secret-dump.log'];

/** A command of each screen that answers questions, by the name of its golden file. */
const SCREENS: Readonly<Record<string, readonly string[]>> = {
  rows: ['activity', 'samples/stolen-identity.log', 'samples/secret-dump.log'],
  'by-user': ['activity', 'samples/', '--by', 'user', '--limit', '12'],
  'by-two-keys': ['activity', 'samples/', '--by', 'user,resource', '--limit', '12'],
  sessions: ['activity', 'sessions', 'samples/exec-session.log', 'samples/node-debug.log'],
  identity: ['activity', 'identity', 'mallory@example.com', ...INCIDENT],
  object: ['activity', 'object', 'kube-system/configmap/aws-auth', 'samples/aws-auth.log'],
  stats: ['activity', 'stats', 'samples/quiet-cluster.log'],
  show: ['show', '57ad057d', 'samples/aws-auth.log'],
  explain: ['explain', '57ad057d', 'samples/aws-auth.log', '--rule', 'AWS Auth Map Changed'],
  doctor: ['doctor', 'samples/metadata-only.log'],
  groups: ['scan', 'samples/', '--group-by', 'rule', '--limit', '12', '--no-summary'],
};

/** Behind these words stands what people copy, in lines as long as they are. */
const COPIED = /^(?:Audit policy that|To accept it)/m;

async function screen(args: readonly string[], columns: number): Promise<string> {
  const env = { NO_COLOR: '1', CI: '1' };
  const { stdout, stderr, code } = await runCli({ args, tty: true, columns, env });
  expect({ code, stderr: stderr.includes('error') }).toEqual({ code: 0, stderr: false });
  return stdout + stderr;
}

describe.each(Object.entries(SCREENS))('the screen %s', (name, args) => {
  test.each(WIDTHS)('at %i columns is its golden file, and no wider', async (columns) => {
    const text = await screen(args, columns);
    expectGenerated(`test/golden/screen/${name}/${columns}.txt`, text);
    const [laidOut = ''] = text.split(COPIED);
    expect(laidOut.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([]);
  });
});

describe.skipIf(NO_TERMINAL !== '')(`on a pseudo-terminal${NO_TERMINAL}`, () => {
  test.each([
    ['rows', 80],
    ['sessions', 40],
    ['by-user', 120],
  ] as const)('the screen %s at %i columns is the same', async (name, columns) => {
    const args = SCREENS[name]!;
    const running = startOnTerminal(args, { columns, env: { CI: '1' } });
    expect(await running.done).toBe(0);
    expect(running.text()).toBe(await screen(args, columns));
  });
});
