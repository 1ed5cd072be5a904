import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '../../../src/cli/queries/answers.ts';
import type { Asking, Query } from '../../../src/cli/queries/query.ts';
import type { CommandAction, CommandRecord } from '../../../src/cli/flags/command.ts';
import { COMMAND_OPTIONS } from '../../../src/cli/flags/command-options.ts';
import type { OptionName } from '../../../src/cli/flags/options.ts';
import { invocationFor } from '../run-cli.ts';

const LOG = join(mkdtempSync(join(tmpdir(), 'answers-')), 'a.log');
const NEVER = new AbortController().signal;
const ASK: Query = { command: 'activity', args: [LOG], options: new Map(), writes: 'lines' };
const PAGE = { rows: 10, characters: 100_000 };

let runs = 0;
let asking: Asking;
/** A command of rows of this many characters. */
const rows =
  (count: number, size = 10): CommandAction<OptionName> =>
  ({ terminal }) => {
    runs++;
    for (let row = 0; row < count; row++) {
      terminal.stdout.write(`${JSON.stringify({ row, text: 'x'.repeat(size) })}\n`);
    }
    terminal.stderr.write(`k8s-audit: ${count} rows\n`);
    return Promise.resolve(0);
  };

async function answers(action: CommandAction<OptionName>, now?: () => number): Promise<Answers> {
  const { terminal, ...rest } = await invocationFor({ args: ['mcp', LOG] });
  const record: CommandRecord = {
    name: 'activity',
    description: '',
    arguments: '',
    argumentHelp: '',
    options: COMMAND_OPTIONS.activity,
    examples: [],
    load: () => Promise.resolve(action),
  };
  asking = { ...rest, terminal: { ...terminal, now: now ?? (() => 0) }, commands: [record] };
  return new Answers(asking, [LOG]);
}

beforeEach(() => {
  runs = 0;
  writeFileSync(LOG, 'one');
  utimesSync(LOG, 1000, 1000);
});

describe('pages', () => {
  test('follow each other, from one run, and tell every row once', async () => {
    const all = await answers(rows(35));
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await all.page(ASK, { ...PAGE, cursor }, NEVER);
      expect({ total: page.total, from: page.from }).toEqual({ total: 35, from: seen.length });
      expect(page.notes).toEqual(cursor === undefined ? ['35 rows'] : []);
      seen.push(...page.rows.map((row) => (JSON.parse(row) as { row: number }).row));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 35 }, (_, row) => row));
    expect(runs).toBe(1);
  });

  test('go on behind what is kept of a run, with another one', async () => {
    // Rows of a megabyte: a window holds a few.
    const all = await answers(rows(9, 1024 * 1024));
    const first: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await all.page(ASK, { ...PAGE, cursor }, NEVER);
      first.push(page.from);
      expect(page.rows.length).toBeGreaterThan(0);
      for (const row of page.rows) expect(row.length).toBeLessThan(20_000);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(first[0]).toBe(0);
    expect(new Set(first).size).toBe(first.length);
    expect(runs).toBeLessThan(9);
  });

  test('hold as many rows as fit', async () => {
    const all = await answers(rows(10, 1000));
    const page = await all.page(ASK, { rows: 10, characters: 3500 }, NEVER);
    expect(page.rows).toHaveLength(3);
    const small = await all.page(ASK, { rows: 10, characters: 1 }, NEVER);
    expect(small.rows).toHaveLength(1);
  });

  test('of a log that has changed say so, and are read anew', async () => {
    const all = await answers(rows(30));
    const { next } = await all.page(ASK, PAGE, NEVER);
    utimesSync(LOG, 2000, 2000);
    const page = await all.page(ASK, { ...PAGE, cursor: next }, NEVER);
    expect(page.from).toBe(10);
    expect(page.notes).toEqual([expect.stringContaining('the log has changed')]);
    expect(runs).toBe(2);
  });

  test.each(['x', '10.0000000000000000.0000000000000000', '-1.a.b', `${'9'.repeat(40)}.a.b`])(
    'are not told for the cursor %s',
    async (cursor) => {
      const all = await answers(rows(30));
      await expect(all.page(ASK, { ...PAGE, cursor }, NEVER)).rejects.toThrow(/^the cursor /);
      expect(runs).toBe(0);
    },
  );

  test('of one question have no cursor of another', async () => {
    const all = await answers(rows(30));
    const { next } = await all.page(ASK, PAGE, NEVER);
    const other: Query = { ...ASK, args: [LOG, LOG] };
    await expect(all.page(other, { ...PAGE, cursor: next }, NEVER)).rejects.toThrow(
      'the cursor belongs to another question',
    );
  });

  test('behind the last one are empty', async () => {
    const all = await answers(rows(11));
    const { next } = await all.page(ASK, PAGE, NEVER);
    const page = await all.page(ASK, { ...PAGE, cursor: next!.replace(/^10/, '99') }, NEVER);
    expect(page).toMatchObject({ rows: [], total: 11, next: undefined });
  });
});

describe('what is remembered', () => {
  test('is asked anew after a minute, for times that count from now', async () => {
    let now = 0;
    const all = await answers(rows(5), () => now);
    await all.page(ASK, PAGE, NEVER);
    now = 59_000;
    await all.page(ASK, PAGE, NEVER);
    expect(runs).toBe(1);
    now = 61_000;
    await all.page(ASK, PAGE, NEVER);
    expect(runs).toBe(2);
  });

  test('has a bound, whatever is asked', async () => {
    const all = await answers(rows(100, 60_000));
    for (let question = 0; question < 12; question++) {
      await all.page({ ...ASK, args: [LOG, String(question)] }, PAGE, NEVER);
      expect(all.remembered).toBeLessThanOrEqual(16 * 1024 * 1024);
    }
    expect(all.remembered).toBeGreaterThan(8 * 1024 * 1024);
    expect(runs).toBe(12);
  });

  test('is no answer that is incomplete', async () => {
    const all = await answers((invocation) => rows(3)(invocation).then(() => 2));
    const page = await all.page(ASK, PAGE, NEVER);
    expect(page.isComplete).toBe(false);
    await all.page(ASK, PAGE, NEVER);
    expect(runs).toBe(2);
  });
});

describe('a question that is cancelled', () => {
  test('ends its run, and the next one is answered', async () => {
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    let isFirst = true;
    const all = await answers(async (invocation) => {
      if (!isFirst) return rows(2)(invocation);
      isFirst = false;
      const { interrupted } = invocation.terminal;
      started();
      await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
      return 130;
    });
    const cancel = new AbortController();
    const first = all.page(ASK, PAGE, cancel.signal);
    const second = all.page(ASK, PAGE, NEVER);
    await running;
    cancel.abort();
    await expect(first).rejects.toThrow('cancelled');
    expect((await second).total).toBe(2);
  });

  test('does not run when its turn comes', async () => {
    const all = await answers(rows(2));
    await expect(all.page(ASK, PAGE, AbortSignal.abort())).rejects.toThrow('cancelled');
    expect(runs).toBe(0);
  });
});

test('what a command tells people has a bound', async () => {
  const all = await answers((invocation) => {
    for (let line = 0; line < 5000; line++)
      invocation.terminal.stderr.write(`${line}  ${'n'.repeat(900)}\n`);
    return rows(1)(invocation);
  });
  const { notes } = await all.page(ASK, PAGE, NEVER);
  expect(notes.join('').length).toBeLessThan(6600);
  expect(notes.length).toBeGreaterThan(5);
  expect(notes.at(-1)).toBe('…');
});

test('questions that wait are so many at most, and room comes back', async () => {
  const all = await answers(rows(1));
  const asked = Array.from({ length: 80 }, () => all.page(ASK, PAGE, NEVER));
  const ends = await Promise.allSettled(asked);
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
  expect(ends.at(-1)).toMatchObject({ reason: { message: '64 questions wait already' } });
  expect((await all.page(ASK, PAGE, NEVER)).total).toBe(1);
});

test('a command gets nothing that would show secrets or write anywhere', async () => {
  const all = await answers((invocation) => {
    const { settings, terminal } = invocation;
    expect(settings).toMatchObject({ showSecrets: false, color: 'never' });
    expect(Object.values(settings)).toContain('ndjson');
    expect(terminal.env).toEqual({});
    expect(terminal.stdout.isTTY || terminal.stderr.isTTY).toBe(false);
    expect(() => terminal.openInput()).toThrow('standard input');
    return rows(1)(invocation);
  });
  const options = new Map([
    ['showSecrets' as const, { value: true, origin: 'x', texts: ['true'] }],
  ]);
  expect((await all.page({ ...ASK, options }, PAGE, NEVER)).total).toBe(1);
});

test('a document is one row, a list one row an element, an endless one an error', async () => {
  const ask: Query = { ...ASK, writes: 'document' };
  const writes =
    (...texts: string[]): CommandAction<OptionName> =>
    ({ terminal }) => {
      for (const text of texts) terminal.stdout.write(text);
      return Promise.resolve(0);
    };
  const one = await (await answers(writes('{"a":', '\n1}\n'))).page(ask, PAGE, NEVER);
  expect(one.rows).toEqual(['{"a":1}']);
  const list = await (await answers(writes('[{"a":1},', '{"a":2}]'))).page(ask, PAGE, NEVER);
  expect(list.rows).toEqual(['{"a":1}', '{"a":2}']);
  const long = await answers(writes(...Array.from({ length: 40 }, () => 'x'.repeat(1 << 20))));
  await expect(long.page(ask, PAGE, NEVER)).rejects.toThrow('too long');
});
