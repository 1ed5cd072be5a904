import { describe, expect, it } from 'vitest';
import { loadError, loadOk, rule } from '../helpers.ts';

/** A correlation item; `lines` are its keys. */
function item(...lines: readonly string[]): string {
  return `- correlation: C\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

const COUNT = ['type: event_count', 'priority: WARNING', 'timespan: 60s', 'condition: {gte: 3}'];
const SEQUENCE = ['type: temporal_ordered', 'priority: ERROR', 'timespan: 30m'];

describe('a correlation item', () => {
  it('becomes a rule that holds what it looks for', async () => {
    const text = item(
      ...COUNT,
      'desc: Many.',
      'events:',
      '  - read: reads and ka.target.resource in (kinds)',
      'group-by: [ka.user.name, "jevt.value[/user/uid]"]',
      'require: true',
      'suppress: 30m',
      'tags: [b, a]',
      'output: "%ka.user.name %corr.count %corr.values[3]"',
    );
    const parts =
      '- macro: reads\n  condition: ka.verb = get\n- list: kinds\n  items: [pods, secrets]\n';
    const { rules, warnings } = await loadOk(`${parts}${text}`);
    expect(warnings).toEqual([]);
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatchObject({
      name: 'C',
      description: 'Many.',
      priority: 'Warning',
      tags: ['a', 'b'],
      enabled: true,
      macros: ['reads'],
      lists: ['kinds'],
      fields: ['ka.target.resource', 'ka.verb'],
      outputText: '%ka.user.name %corr.count %corr.values[3]',
      line: 5,
      correlation: {
        keys: ['ka.user.name', 'jevt.value[/user/uid]'],
        requireGroup: true,
        rule: { timespan: 60_000_000_000n, suppress: 1_800_000_000_000n, atLeast: 3 },
      },
    });
  });

  it('is made of rules, and keeps their exceptions', async () => {
    const own = rule(
      'ka.verb = create',
      'exceptions: [{name: e, fields: [ka.user.name], values: [[bob]]}]',
    );
    const { rules } = await loadOk(
      `${own}${item(...SEQUENCE, 'rules: [R]', 'events: {two: ka.verb = delete}')}`,
    );
    expect(rules.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['R', true],
      ['C', true],
    ]);
    const [first, second] = rules[1]!.correlation!.parts;
    expect(first!.rule.condition).toBe(rules[0]!.condition);
    expect([first!.step, second!.step]).toEqual([0, 1]);
    expect(rules[1]!.conditionText).toBe('[R] or ka.verb = delete');
  });

  it('may name rules of later files', async () => {
    const { rules } = await loadOk(item(...COUNT, 'rules: [R]'), rule('ka.verb = get'));
    expect(rules.map(({ name }) => name)).toEqual(['R', 'C']);
  });

  it('counts one hit a timespan, and learns for a day, when it does not say', async () => {
    const news = item(
      'type: new_value',
      'priority: INFO',
      'field: ka.useragent',
      'events: {a: ka.verb exists}',
    );
    const { rules } = await loadOk(
      `${item(...COUNT, 'events: {a: ka.verb exists}')}${news.replace(': C', ': D')}`,
    );
    const [count, value] = rules.map(({ correlation }) => correlation!.rule);
    expect(count).toMatchObject({ suppress: 60_000_000_000n, warmup: 0n });
    expect(value).toMatchObject({ suppress: 0n, warmup: 86_400_000_000_000n, timespan: 0n });
  });

  it.each([
    [[...COUNT.slice(1), 'type: count', 'rules: [R]'], "type 'count' is not known", 'event_count'],
    [[...COUNT], "a correlation needs 'rules' or 'events'", ''],
    [[...COUNT, 'rules: [Q]'], "no rule is called 'Q'", "did you mean 'R'?"],
    [
      [...COUNT, 'events: {a: ka.vrb = get}'],
      'filter_check called with nonexistent field ka.vrb',
      "'ka.verb'",
    ],
    [[...COUNT, 'events: {a: (ka.verb = get}'], "expected a ')' token", ''],
    [[...COUNT, 'events: {a: nothing}'], "Undefined macro 'nothing' used in filter.", ''],
    [[...COUNT, 'events: [a]'], 'events must be a list of names with conditions', 'CONDITION'],
    [
      [...COUNT, 'rules: [R]', 'group-by: [ka.usr.name]'],
      "'ka.usr.name' is no field",
      'ka.user.name',
    ],
    [
      [...COUNT, 'rules: [R]', 'group-by: ["tolower(ka.verb)"]'],
      "'tolower(ka.verb)' is no field",
      '',
    ],
    [[...COUNT, 'rules: [R]', 'field: ka.verb'], 'event_count has no use for a field', ''],
    [
      [...COUNT, 'rules: [R]', 'output: "%corr.cuont"'],
      'corr.cuont is not known',
      "did you mean 'count'?",
    ],
    [[...COUNT, 'rules: [R]', 'output: "%ka.vrb"'], "unknown filter: unexpected token after '", ''],
    [
      [...COUNT, 'rules: [R]', 'suppress: soon'],
      "suppress 'soon' is no timespan",
      '30m'.replace('30', '15'),
    ],
    [
      [...COUNT.slice(0, 2), 'condition: {gte: 1}', 'rules: [R]'],
      "Item has no mapping for key 'timespan'",
      '',
    ],
    [[...COUNT.slice(0, 3), 'rules: [R]'], 'condition must be bounds', '{gte: 10}'],
    [
      [...COUNT.slice(0, 3), 'condition: {more: 3}', 'rules: [R]'],
      "'more' is no condition of a correlation",
      'gte',
    ],
    [
      ['type: silence', ...COUNT.slice(1, 3), 'rules: [R]'],
      'condition must be bounds',
      '{gte: 10}',
    ],
    [
      ['type: silence', ...COUNT.slice(1, 3), 'condition: {lte: 3}', 'rules: [R]'],
      'before a silence there are at least so many events, up to 1000',
      '{gte: 10}',
    ],
    [
      ['type: silence', ...COUNT.slice(1, 3), 'condition: {gte: 1001}', 'rules: [R]'],
      'before a silence there are at least so many events, up to 1000',
      '{gte: 10}',
    ],
    [
      ['type: silence', ...COUNT.slice(1, 2), 'condition: {gte: 3}', 'rules: [R]'],
      "Item has no mapping for key 'timespan'",
      '',
    ],
    [['type: value_count', ...COUNT.slice(1), 'rules: [R]'], 'value_count needs a field', ''],
    [[...SEQUENCE, 'rules: [R]'], 'temporal_ordered needs two rules or events', ''],
    [[...SEQUENCE, 'rules: [R, R]', 'condition: {gte: 2}'], 'only counts have a condition', ''],
    [
      [...SEQUENCE, `rules: [${Array.from({ length: 17 }, () => 'R').join(', ')}]`],
      'more than 16 rules or events',
      '',
    ],
    [
      [
        ...SEQUENCE,
        'rules: [R]',
        'events: {a: ka.verb exists}',
        'group-by: [x]',
        'aliases: {x: {R: ka.verb}}',
      ],
      "alias 'x' has no field of 'a'",
      '',
    ],
    [
      [
        ...SEQUENCE,
        'rules: [R]',
        'events: {a: ka.verb exists}',
        'group-by: [x]',
        'aliases: {x: {R: ka.verb, b: ka.verb}}',
      ],
      "alias 'x' names 'b', which is no part",
      '',
    ],
    [
      [...COUNT.filter((line) => !line.startsWith('priority')), 'rules: [R]'],
      "Item has no mapping for key 'priority'",
      '',
    ],
  ])('%j is refused', async (lines, message, hint) => {
    const error = await loadError(`${rule('ka.verb = get')}${item(...lines)}`);
    expect(error.message).toBe(message);
    expect(error.hint ?? '').toContain(hint);
    expect(error.line).toBeGreaterThan(6);
  });

  it('warns of keys that it does not know, and may not have the name of a rule', async () => {
    const { warnings } = await loadOk(
      `${rule('ka.verb = get')}${item(...COUNT, 'rules: [R]', 'groupby: [a]')}`,
    );
    expect(warnings).toEqual(['LOAD_UNKNOWN_KEY']);
    const error = await loadError(
      `${rule('ka.verb = get').replace(': "R"', ': C')}${item(...COUNT, 'rules: [C]')}`,
    );
    expect(error.message).toBe('A rule has this name already');
  });
});
