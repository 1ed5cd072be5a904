import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { GROUP_NAMES } from '../../src/activity/count/group-names.ts';
import { runCli } from '../cli/run-cli.ts';
import { adversarial } from '../fast/corpus.ts';
import { Random } from '../fast/random.ts';
import { temporaryFolder } from '../io/temp.ts';
import { stageLog } from './stage-log.ts';

// Commands that ask for events are told the same by both engines: what the scanner rejects would have made no
// difference, and what it hands over reads like a parsed event.

const engine = vi.hoisted(() => ({ name: 'fast' as 'fast' | 'reference' }));
vi.mock('../../src/cli/run/small-input.ts', () => ({
  isSmallInput: () => engine.name === 'reference',
}));

const PAGES = ['text', 'json'];
const LISTS = ['text', 'table', 'json', 'ndjson', 'csv'];

/** Commands, and the formats that they have. */
const COMMANDS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['activity'], LISTS],
  [['activity', '--noise', '--limit', '40'], ['ndjson']],
  ...GROUP_NAMES.map(
    (key) =>
      [
        ['activity', '--by', key],
        ['text', 'json'],
      ] as const,
  ),
  [['activity', '--by', 'user', '--noise', '--failed-only'], ['csv']],
  [['activity', 'sessions'], LISTS],
  [['activity', 'sessions', '--user', 'a*', '--limit', '3'], ['json']],
  [['activity', 'identity', 'alice'], PAGES],
  [['activity', 'identity', 'system:*'], ['json']],
  [['activity', 'identity', '*', '--namespace', 'shop'], ['json']],
  [['activity', 'object', 'pod/web'], LISTS],
  [['activity', 'object', 'shop/configmap/aws-auth', '--noise'], ['json']],
  [['activity', 'object', 'deploy/db', '--verb', 'update', '--show-secrets'], ['json']],
  [['show', 'id-0007'], PAGES],
  [['show', 'id-4'], ['text']],
  [['show', '57ad057d'], ['json']],
  [['explain', 'id-0009', '--rule', 'Attach/Exec Pod', '--rule', 'port-forward'], PAGES],
  [['explain', 'id-00', '--rule', 'port-forward'], ['json']],
  // One rule: what all rules need takes long to work out, and is the same.
  [['doctor', '--rule', 'port-forward'], PAGES],
  [['activity', '--max-event-size', '5KB', '--cluster', 'prod'], ['ndjson']],
];

type Files = readonly (readonly [name: string, content: string | Buffer])[];

/** Requests in all their stages, wrapped and not. */
function staged(r: Random): Files {
  const lines = stageLog(r, 80);
  const more = stageLog(r, 30);
  const rows = more.map((log) => `"${log.replaceAll('"', '""')}"`);
  return [
    ['a.log', `${lines.join('\n')}\n`],
    ['again.log', lines.slice(0, 25).join('\n')],
    ['docker.log', more.map((log) => JSON.stringify({ log: `${log}\n` })).join('\n')],
    ['list.json', `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${more.join()}]}`],
    ['packed.log.gz', gzipSync(more.join('\n'))],
    ['prefixed.log', more.map((log) => `2026-03-01T10:00:00.0Z stdout F ${log}`).join('\n')],
    ['table.csv', `@message\n${rows.join('\n')}`],
    ['text.log', 'I0102 03:04:05.000000 1 main.go:1] hello\n\nnot json\n{"kind":\n'],
    ['wide.log', Buffer.from(more.join('\n'), 'utf16le')],
  ];
}

/** Lines that try to be read in two ways. */
function odd(r: Random): Files {
  const [x, y] = ['x', 'y'].map((letter) => letter.repeat(9000));
  return [
    ['odd.log', adversarial(r, 100)],
    ['stages.log', stageLog(r, 20).join('\r\n')],
    ['more.log', adversarial(r, 50)],
    ['long.log', `{"a":"${x}\n${stageLog(r, 5).join('\n')}\n${y}`],
  ];
}

async function run(name: 'fast' | 'reference', args: readonly string[]) {
  engine.name = name;
  return runCli({ args });
}

describe.each([staged, odd])('both engines tell the same of a log of kind %o', (filesOf) => {
  test.each(COMMANDS)('%j', async (command, formats) => {
    const folder = temporaryFolder();
    const seed = COMMANDS.findIndex(([other]) => other === command) + 1;
    for (const [name, content] of filesOf(new Random(seed))) {
      writeFileSync(join(folder, name), content);
    }
    // Odd lines are odd in any format.
    for (const format of filesOf === odd ? formats.slice(-1) : formats) {
      const args = [...command, folder, '-f', format];
      expect(await run('fast', args)).toEqual(await run('reference', args));
    }
  });
});

test.each(COMMANDS)('both engines tell the same of the samples: %j', async (command, formats) => {
  const args = [...command, 'samples', '-f', formats[0]!];
  const result = await run('fast', args);
  expect(result).toEqual(await run('reference', args));
  expect(result.stdout + result.stderr).not.toBe('');
});
