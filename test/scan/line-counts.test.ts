import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventLine, folder } from '../cli/events.ts';
import { ROOT, runCli } from '../cli/run-cli.ts';

const SAMPLES = readdirSync(join(ROOT, 'samples'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
  .map((entry) => join(entry.parentPath, entry.name));

/** Where each kind of line is hard to tell: it is several kinds, or goes on behind what broke. */
const ODD = {
  'blank.log': '\n\n  \r\n',
  'empty.log': '',
  'list.log': `{"items":[\n${eventLine()},\n${eventLine()}\n]}\n`,
  'open-list.log': `{"items":[\n${eventLine()},\n`,
  'open-object.log': `{\n"kind":"Event",\n`,
  'broken.log': `{"a":\n}}\n]\n${eventLine()}\n{"kind":"Ev\n`,
  'pretty.log': JSON.stringify(JSON.parse(eventLine()), undefined, 2),
  'two.log': `${eventLine()}${eventLine()}\n${eventLine()} {"a":1}\nx ${eventLine()}\n`,
  'long.log': `${eventLine()}\n${'x'.repeat(3_000_000)}\n${'y'.repeat(1_200_000)}\n${eventLine()}`,
  'split.log':
    '2026-03-05T13:20:23.000Z stderr P {"kind":"Ev\n2026-03-05T13:20:23.000Z stderr P ent\n',
};
const dir = folder(ODD);
const FILES = [...SAMPLES, ...Object.keys(ODD).map((name) => join(dir, name))];

interface Summary {
  readonly lines: number;
  readonly blank_lines: number;
  readonly event_lines: number;
  readonly continuation_lines: number;
  readonly problem_lines: number;
}

async function summaryOf(args: readonly string[]): Promise<Summary> {
  const { stdout } = await runCli({
    args: ['scan', ...args, '-f', 'json', '--max-event-size', '1MB', '--no-default-rules'],
  });
  return JSON.parse(stdout).summary;
}

describe('every line is of one kind', () => {
  test.each(FILES)('%s', async (file) => {
    const fast = await summaryOf([file, '--engine', 'fast']);
    const kinds =
      fast.blank_lines + fast.event_lines + fast.continuation_lines + fast.problem_lines;
    expect(kinds).toBe(fast.lines);
    const text = file.endsWith('.log') ? readFileSync(file, 'latin1') : undefined;
    const lines = text?.replace(/\n$/, '').split('\n').length;
    expect(fast.lines).toBe(text === '' ? 0 : (lines ?? fast.lines));
    expect(await summaryOf([file, '--engine', 'reference'])).toEqual(fast);
    const merged = await summaryOf([file, join(dir, 'empty.log'), '--sort', 'time']);
    expect({ ...merged, inputs: 0, input_count: 0, bytes: 0, notes: 0 }).toEqual({
      ...fast,
      inputs: 0,
      input_count: 0,
      bytes: 0,
      notes: 0,
    });
  });
});

test('the kinds of lines of an object list', async () => {
  expect(await summaryOf([join(dir, 'list.log')])).toMatchObject({
    lines: 4,
    event_lines: 2,
    continuation_lines: 2,
    problem_lines: 0,
    blank_lines: 0,
  });
});
