import { describe, expect, it } from 'vitest';
import { loadError, loadOk } from '../helpers.ts';

const RULES = `title: Login Denied
id: 11111111-0000-4000-8000-000000000001
name: denied
logsource: {product: kubernetes, service: audit}
detection: {s: {responseStatus.code: 403}, condition: s}
---
title: Rights Written
name: written
logsource: {product: kubernetes, service: audit}
detection: {s: {objectRef.resource: rolebindings}, condition: s}
`;

const correlation = (...lines: readonly string[]): string =>
  [
    'title: C',
    'level: high',
    'tags: [attack.t1110]',
    'correlation:',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');

describe('correlations of Sigma', () => {
  it.each([
    [
      [
        'type: event_count',
        'rules: denied',
        'group-by: [user.username]',
        'timespan: 5m',
        'condition: {gte: 10}',
      ],
      {
        type: 'event_count',
        steps: 1,
        timespan: 300n,
        atLeast: 10,
        atMost: Number.POSITIVE_INFINITY,
        suppress: 300n,
      },
    ],
    [
      [
        'type: value_count',
        'rules: [11111111-0000-4000-8000-000000000001]',
        'timespan: 1h',
        'condition: {gt: 3, lte: 5, field: sourceIPs}',
      ],
      { type: 'value_count', steps: 1, timespan: 3600n, atLeast: 4, atMost: 5, suppress: 3600n },
    ],
    [
      ['type: temporal', 'rules: [denied, Rights Written]', 'timespan: 2d'],
      {
        type: 'temporal',
        steps: 2,
        timespan: 172_800n,
        atLeast: 1,
        atMost: Number.POSITIVE_INFINITY,
        suppress: 0n,
      },
    ],
    [
      ['type: temporal_ordered', 'rules: [written, denied]', 'timespan: 1M'],
      {
        type: 'temporal_ordered',
        steps: 2,
        timespan: 2_592_000n,
        atLeast: 1,
        atMost: Number.POSITIVE_INFINITY,
        suppress: 0n,
      },
    ],
  ])('%j', async (lines, expected) => {
    const { rules } = await loadOk(`${RULES}---\n${correlation(...lines)}`);
    const found = rules.at(-1)!;
    expect(found).toMatchObject({ name: 'C', priority: 'Error', tags: ['T1110'] });
    const { timespan, suppress, ...rest } = found.correlation!.rule;
    const seconds = { timespan: timespan / 1_000_000_000n, suppress: suppress / 1_000_000_000n };
    expect({ ...rest, ...seconds }).toEqual({ ...expected, name: 'C', warmup: 0n });
  });

  it('take their rules: these are no findings of their own, unless they are generated', async () => {
    const lines = ['type: event_count', 'rules: [denied]', 'timespan: 5m', 'condition: {gte: 2}'];
    const states = async (...more: readonly string[]): Promise<boolean[]> => {
      const { rules } = await loadOk(`${RULES}---\n${correlation(...lines, ...more)}`);
      return rules.map(({ enabled }) => enabled);
    };
    expect(await states()).toEqual([false, true, true]);
    expect(await states('generate: true')).toEqual([true, true, true]);
    const beside = `${RULES}---\n${correlation(...lines)}generate: true\n`;
    expect((await loadOk(beside)).rules.map(({ enabled }) => enabled)).toEqual([true, true, true]);
  });

  it.each(['{gte: 2}', '{eq: 2}', 'denied and written', 'written AND denied'])(
    'of events of all rules may say so: %s',
    async (condition) => {
      const lines = ['type: temporal', 'rules: [denied, written]', 'timespan: 5m'];
      const text = correlation(...lines, `condition: ${condition}`);
      const { rules } = await loadOk(`${RULES}---\n${text}`);
      expect(rules.at(-1)!.correlation!.rule).toMatchObject({ steps: 2, atLeast: 1 });
    },
  );

  it.each(['{gte: 1}', '{lte: 1}', 'denied or written', 'denied and not written', 'denied', '[x]'])(
    'of events of some rules are refused: %s',
    async (condition) => {
      const lines = ['type: temporal_ordered', 'rules: [denied, written]', 'timespan: 5m'];
      const text = correlation(...lines, `condition: ${condition}`);
      const { message } = await loadError(`${RULES}---\n${text}`);
      expect(message).toBe('a condition other than that all rules match is not read');
    },
  );

  it('are made of rules, not of each other', async () => {
    const first = correlation(
      'type: event_count',
      'rules: [denied]',
      'timespan: 5m',
      'condition: {gte: 2}',
    );
    const second = correlation(
      'type: event_count',
      'rules: [C]',
      'timespan: 5m',
      'condition: {gte: 2}',
    );
    const error = await loadError(
      `${RULES}---\n${first}---\n${second.replace('title: C', 'title: D')}`,
    );
    expect(error.hint).toBe('this is a correlation: one is made of rules, not of others');
  });

  it('may name rules of later files, and fields by aliases', async () => {
    const text = correlation(
      'type: temporal_ordered',
      'rules: [denied, written]',
      'timespan: 5m',
      'group-by: [who, user.groups]',
      'aliases:',
      '  who: {denied: user.username, written: objectRef.name}',
    );
    const { rules } = await loadOk(text, RULES);
    const { keys, parts } = rules.at(-1)!.correlation!;
    expect(keys).toEqual(['who', 'user.groups']);
    expect(parts.map(({ group }) => group)).toEqual([
      ['ka.user.name', 'kx.any[/user/groups]'],
      ['ka.target.name', 'kx.any[/user/groups]'],
    ]);
  });

  it.each([
    [
      ['type: event_cout', 'rules: [denied]', 'timespan: 5m'],
      "correlation type 'event_cout' is not read",
      "did you mean 'event_count'?",
    ],
    [
      ['type: value_sum', 'rules: [denied]', 'timespan: 5m'],
      "correlation type 'value_sum' is not read",
      'temporal',
    ],
    [
      ['type: new_value', 'rules: [denied]', 'timespan: 5m'],
      "correlation type 'new_value' is not read",
      '',
    ],
    [
      ['type: event_count', 'timespan: 5m', 'condition: {gte: 1}'],
      "the correlation has no 'rules'",
      '',
    ],
    [
      ['type: event_count', 'rules: [denid]', 'timespan: 5m', 'condition: {gte: 1}'],
      "no rule is called 'denid'",
      "did you mean 'denied'?",
    ],
    [
      ['type: event_count', 'rules: [denied]', 'condition: {gte: 1}'],
      "the correlation has no 'timespan'",
      '',
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timespan: 5', 'condition: {gte: 1}'],
      'timespan is none',
      '90s',
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timespan: 5m'],
      'condition must be bounds',
      '{gte: 10}',
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timespan: 5m', 'condition: {gte: x}'],
      "'gte' needs a number up to 999999",
      '',
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timespan: 5m', 'condition: {neq: 3}'],
      "'neq' is no condition of a correlation",
      'gte',
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timespan: 5m', 'condition: {gt: 3, lt: 4}'],
      'no count is within these bounds',
      '',
    ],
    [
      ['type: value_count', 'rules: [denied]', 'timespan: 5m', 'condition: {gte: 3}'],
      'the condition of value_count needs a field',
      '',
    ],
    [
      [
        'type: value_count',
        'rules: [denied]',
        'timespan: 5m',
        'condition: {gte: 3, field: usr.username}',
      ],
      "'usr.username' is no field of Kubernetes audit events",
      "'user.username'",
    ],
    [['type: temporal', 'rules: [denied]', 'timespan: 5m'], 'temporal needs two rules', ''],
    [
      ['type: event_count', 'rules: [denied]', 'groupby: [verb]', 'timespan: 5m'],
      "'groupby' is no key of a correlation",
      "'group-by'",
    ],
    [
      ['type: event_count', 'rules: [denied]', 'timeframe: 5m'],
      "'timeframe' is no key of a correlation",
      'timespan',
    ],
    [
      [
        'type: temporal',
        'rules: [denied, written]',
        'timespan: 5m',
        'group-by: [x]',
        'aliases: {x: {denied: verb}}',
      ],
      "alias 'x' has no field of 'written'",
      '',
    ],
    [
      [
        'type: temporal',
        'rules: [denied, written]',
        'timespan: 5m',
        'group-by: [x]',
        'aliases: {x: {denied: verb, other: verb}}',
      ],
      "alias 'x' names 'other', which is no rule of it",
      '',
    ],
  ])('%j is refused', async (lines, message, hint) => {
    const error = await loadError(`${RULES}---\n${correlation(...lines)}`);
    expect(error.message).toBe(message);
    expect(error.hint ?? '').toContain(hint);
    expect(error.line).toBeGreaterThan(11);
  });
});
