import { describe, expect, it } from 'vitest';
import { createGroupWriter } from '../../src/activity/count/finding-groups.ts';
import type { Finding } from '../../src/engine/finding.ts';
import { Feed, type FeedOptions } from '../../src/outputs/feed.ts';
import { findingToJson } from '../../src/outputs/encode/json-encode.ts';
import { createTableWriter } from '../../src/outputs/formats/table-format.ts';
import { context, finding, memorySink, summary } from '../outputs/findings.ts';
import { at } from './requests.ts';

const make = (rule: string, clock: string, more: Partial<Finding> = {}): Finding =>
  finding({ rule, time: at(clock), ...more });

function feed(options: Partial<FeedOptions>, findings: readonly Finding[], capacity?: number) {
  const written: Finding[] = [];
  const writer = { finding: (each: Finding) => void written.push(each), end: () => undefined };
  const full: FeedOptions = { fold: false, sort: undefined, limit: undefined, ...options };
  const each = new Feed(writer, full, capacity);
  for (const one of findings) each.finding(one);
  const notes = each.drain();
  return { written, notes, feed: each };
}

const rules = (findings: readonly Finding[]) =>
  findings.map(({ rule, repeated }) =>
    repeated === undefined ? rule : `${rule} x${repeated.count}`,
  );

describe('feed of findings', () => {
  const SOME = [
    make('b', '10:00:03'),
    make('a', '10:00:01', { priority: 'Critical' }),
    make('b', '10:00:02'),
  ];

  it('passes findings as they come', () => {
    expect(rules(feed({}, SOME).written)).toEqual(['b', 'a', 'b']);
  });

  it('folds repeated findings, with how often and from when to when', () => {
    const { written } = feed({ fold: true }, SOME);
    expect(rules(written)).toEqual(['b x2', 'a']);
    expect(written[0]!.repeated).toEqual({
      count: 2,
      first: at('10:00:02'),
      last: at('10:00:03'),
    });
  });

  it('never folds findings that say different things', () => {
    const { written } = feed({ fold: true }, [
      make('exec', '10:00:00', { message: 'command=id' }),
      make('exec', '10:00:01', { message: 'command=rm' }),
    ]);
    expect(written).toHaveLength(2);
  });

  const removal = (clock: string, name: string, more: object = {}): Finding =>
    make('gone', clock, {
      message: `${name} deleted`,
      subject: { ...finding().subject, verb: 'delete', name, ...more },
    });

  it('folds what one command removes, with the first names', () => {
    const names = ['a', 'b', 'b', 'c', 'd', 'e'];
    const all = names.map((name, second) => removal(`10:00:0${second}`, name));
    const { written } = feed({ fold: true }, all);
    expect(rules(written)).toEqual(['gone x6']);
    expect(written[0]!.subject.name).toBe('a');
    expect(written[0]!.repeated?.alsoOn).toEqual(['b', 'c', 'd']);
    expect(feed({ fold: false }, all).written).toHaveLength(6);
  });

  it('tells removals apart by who, how and what, and by a pause', () => {
    const { written } = feed({ fold: true }, [
      removal('10:00:00', 'a'),
      removal('10:00:01', 'b', { user: 'eve' }),
      removal('10:00:01', 'b', { userAgent: 'curl/8' }),
      removal('10:00:01', 'b', { code: '403' }),
      removal('10:00:01', 'b', { resource: 'configmaps' }),
      removal('10:01:00', 'c'),
      removal('10:02:01', 'd'),
      removal('10:02:02', 'e'),
      removal('10:09:00', 'f'),
    ]);
    expect(rules(written)).toEqual(['gone x2', 'gone', 'gone', 'gone', 'gone', 'gone x2', 'gone']);
    expect(written.map(({ subject }) => subject.name)).toEqual('abbbbdf'.split(''));
  });

  it('shows the names of a removal, made safe', async () => {
    const sink = memorySink();
    const table = new Feed(await createTableWriter(sink, context()), {
      fold: true,
      sort: undefined,
      limit: undefined,
    });
    for (const name of ['a', 'b\u001B[2J', 'c', 'd', 'e']) table.finding(removal('10:00:00', name));
    table.drain();
    table.end(summary());
    expect(sink.text()).toMatch(/5 times, last .*; also b\S*2J, c, d, …/);
    expect(sink.text()).not.toContain('\u001B[2J');
  });

  it.each([
    ['time', ['a', 'b', 'b']],
    ['priority', ['a', 'b', 'b']],
  ] as const)('sorts by %s', (sort, order) => {
    expect(rules(feed({ sort }, SOME).written)).toEqual(order);
  });

  it('sorts by count', () => {
    expect(rules(feed({ sort: 'count', fold: true }, SOME).written)).toEqual(['b x2', 'a']);
  });

  it('limits rows, and counts what they would have held', () => {
    const { written, feed: each } = feed({ fold: true, limit: 1 }, [
      ...SOME,
      make('a', '10:00:09', { priority: 'Critical' }),
    ]);
    expect(rules(written)).toEqual(['b x2']);
    expect(each.hidden).toBe(2);
  });

  it('folds in runs when there are too many different findings, and says so', () => {
    const many = Array.from({ length: 10 }, (_, i) => make(`r${i}`, '10:00:00'));
    const { written, notes } = feed({ fold: true }, many, 4);
    expect(written).toHaveLength(10);
    expect(notes).toEqual(['repeated findings are folded in runs of 4 different ones']);
  });

  it('keeps the most severe when there are too many to be put in order, and says how many are not shown', () => {
    const many = Array.from({ length: 10 }, (_, i) => make(`r${i}`, '10:00:00'));
    const { written, notes } = feed(
      { sort: 'priority' },
      [...many, make('top', '10:00:00', { priority: 'Alert' }), ...many],
      4,
    );
    expect(written[0]!.rule).toBe('top');
    expect(notes[0]).toMatch(/^\d+ findings not shown/);
  });
});

describe('table of findings', () => {
  it('shows how often a finding came, and all of them over time', async () => {
    const sink = memorySink();
    const writer = new Feed(await createTableWriter(sink, context({ width: 120 })), {
      fold: true,
      sort: undefined,
      limit: undefined,
    });
    for (let i = 0; i < 10; i++) writer.finding(make('Attach/Exec Pod', `10:00:0${i}`));
    writer.end(summary());
    expect(sink.text()).toContain('Attach/Exec Pod ×10');
    expect(sink.text()).toContain('10 times, last');
    expect(sink.text()).toMatch(/█.*\n.*one bar is 1 s\n$/);
  });

  it.each([
    ['are beyond the limit', { fold: false, limit: 1 }],
    ['share a row', { fold: true, limit: undefined }],
    ['are both', { fold: true, limit: 0 }],
  ])('draws findings over time that %s', async (_, options) => {
    const sink = memorySink();
    const table = await createTableWriter(sink, context({ width: 120 }));
    const writer = new Feed(table, { sort: 'severity', byEvent: true, ...options });
    for (let i = 0; i < 10; i++) writer.finding(make('Attach/Exec Pod', `10:00:0${i}`));
    writer.end(summary());
    expect(sink.text()).toContain(`\n${'█'.repeat(10)}\nfindings 2026-`);
  });

  it('draws findings over time that are more than an order holds', async () => {
    const sink = memorySink();
    const table = await createTableWriter(sink, context({ width: 120 }));
    const options = { sort: 'severity', fold: false, limit: undefined } as const;
    const writer = new Feed(table, options, 4);
    for (let i = 0; i < 10; i++) writer.finding(make('Attach/Exec Pod', `10:00:0${i}`));
    writer.end(summary());
    expect(sink.text()).toContain(`\n${'█'.repeat(10)}\nfindings 2026-`);
  });
});

describe('groups of findings', () => {
  it('are counted with their worst priority', async () => {
    const sink = memorySink();
    const writer = await createGroupWriter('ndjson', sink, context(), {
      group: 'rule',
      sort: undefined,
      limit: undefined,
    });
    for (const each of [
      make('b', '10:00:03'),
      make('a', '10:00:01'),
      make('b', '10:00:02', { priority: 'Alert' }),
    ])
      writer.finding(each);
    writer.end(summary());
    const rows = sink
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map((row) => [row['rule'], row['count'], row['worst_priority']])).toEqual([
      ['b', 2, 'Alert'],
      ['a', 1, 'Notice'],
    ]);
  });
});

describe('the order of groups', () => {
  const groups = async (
    options: Partial<Parameters<typeof createGroupWriter>[3]>,
  ): Promise<unknown[]> => {
    const sink = memorySink();
    const writer = await createGroupWriter('ndjson', sink, context(), {
      group: 'rule',
      sort: undefined,
      limit: undefined,
      ...options,
    });
    for (let i = 0; i < 3; i++) writer.finding(make('often', '10:00:00', { severity: 'low' }));
    const high = { severity: 'high', subject: { ...finding().subject, user: 'mallory' } } as const;
    writer.finding(make('grave', '10:00:01', high));
    writer.end(summary());
    return sink
      .text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((row) => [row['rule'] ?? row['user'], row['count'], row['worst_severity']]);
  };

  it('is by severity for rules, by count for users, unless another is asked for', async () => {
    expect(await groups({})).toEqual([
      ['grave', 1, 'high'],
      ['often', 3, 'low'],
    ]);
    expect(await groups({ sort: 'count' })).toEqual([
      ['often', 3, 'low'],
      ['grave', 1, 'high'],
    ]);
    expect(await groups({ group: 'user' })).toEqual([
      ['(none)', 3, 'low'],
      ['mallory', 1, 'high'],
    ]);
    expect(await groups({ group: 'user', sort: 'severity' })).toEqual([
      ['mallory', 1, 'high'],
      ['(none)', 3, 'low'],
    ]);
  });
});

describe('raw events', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['{"a":NaN}', '{"a":NaN}'],
  ])('%s is attached to the finding', (raw, event) => {
    const json = JSON.parse(findingToJson(finding({ raw }))) as { k8s_audit: { event: unknown } };
    expect(json.k8s_audit.event).toEqual(event);
  });
});
