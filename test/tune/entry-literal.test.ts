import { expect, test } from 'vitest';
import { evaluate } from '../../src/condition/condition.ts';
import { loadRules } from '../../src/rules/load.ts';
import type { Rule, RuleSet } from '../../src/rules/rule.ts';
import { EntryPlacer } from '../../src/tune/entry-form.ts';
import { slotsOf } from '../../src/tune/tuned-fields.ts';
import { tuningFile } from '../../src/tune/tuning-file.ts';
import { eventLine, ruleText } from '../cli/events.ts';
import { eventOf } from '../helpers.ts';

/** Rules with lists whose names values hold, and one for each form of an entry. */
const RULES = `
- list: people
  items: [somebody]
- list: shop
  items: [a, b]
- list: allowed_users
  items: [nobody]
- macro: user_known_things
  condition: (ka.user.name = nobody)
${ruleText('New', 'ka.verb exists')}
${ruleText('Own', 'ka.verb exists', { more: '  exceptions:\n    - {name: user, fields: ka.user.name}\n' })}
${ruleText('Rows', 'ka.verb exists', { more: '  exceptions:\n    - {name: users, fields: [ka.user.name], comps: [in]}\n' })}
${ruleText('Macro', 'ka.verb exists and not user_known_things')}
${ruleText('List', 'ka.verb exists and not ka.user.name in (allowed_users)')}
`;

/** Values that YAML, Falco or a terminal could take for something else. */
const HOSTILE = [
  '',
  ' ',
  'null',
  '~',
  'yes',
  'no',
  '0x10',
  '1.50',
  '2020-01-01',
  '- a',
  '# a',
  'a: b',
  '*x',
  '&x',
  '!tag',
  '%x',
  '@x',
  '`x',
  '{a: b}',
  '[a]',
  '"',
  "'",
  `'"`,
  '\\',
  'a\\',
  '\\"',
  '\\x41',
  'a,b',
  'a(b',
  'a)b',
  '(a)',
  'a=b',
  'and',
  'or',
  'not',
  'in',
  'exists',
  'val(ka.verb)',
  'people',
  'shop',
  'a people b',
  'x,shop,y',
  '(shop)',
  'a=people',
  'oneof',
  'ka.verb',
  '<NA>',
  'line\nbreak',
  'tab\there',
  'cr\rhere',
  '\u0001',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u200b',
  'jürgen',
  '日本',
  '😀',
  'e\u0301',
  '\u{e0041}',
  '%d',
  '%ka.verb',
  '---',
  '...',
  '---\n- rule: x',
  'a\n  values: [b]',
  'trailing ',
  ' leading',
  '\\ ',
  '\u202eabc',
  '$(id)',
  '${HOME}',
  '-',
  '?',
  '? a',
  ': ',
  '|',
  '>',
  'é'.repeat(127),
  'x'.repeat(255),
  'system:serviceaccount:ci:runner',
  "o'neill",
  'ka.user.name',
  'tolower(a)',
];
/** Values that no condition can be equal to. */
const REFUSED = ['x'.repeat(256), 'é'.repeat(128), 'nul\0', 'half \ud800', 'bad \ufffd'];

/** A generator of numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomValues(count: number): string[] {
  const next = numbers(17);
  const parts = [
    ...HOSTILE.filter((text) => text.length < 20),
    'a',
    'b',
    ' ',
    '"',
    '\\',
    '\n',
    ',',
  ];
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(4) }, () => parts[next(parts.length)]!).join(''),
  );
}

async function loaded(...texts: string[]): Promise<RuleSet & { warnings: readonly string[] }> {
  const { ruleSet, files } = await loadRules(
    texts.map((text, i) => ({ name: `f${i}.yaml`, text })),
  );
  const problems = files.flatMap((file) => file.errors.map(({ message }) => message));
  expect(problems).toEqual([]);
  const warnings = files.at(-1)!.warnings.map(({ code }) => code);
  return { ...ruleSet!, warnings };
}

function fires(rule: Rule, user: string): boolean {
  return evaluate(rule.condition, eventOf(eventLine({ user: { username: user } })));
}

test('a value of a log is written so that rules load, and match exactly it', async () => {
  const base = await loaded(RULES);
  const values = [...new Set([...HOSTILE, ...randomValues(150)])];
  for (const value of values) {
    const placer = new EntryPlacer(base);
    const placed = base.rules.map((rule) =>
      placer.place(rule, {
        terms: [{ field: 'ka.user.name', value }],
        silences: 1,
        refused: 0,
        high: 0,
        examples: [{ file: value, line: 1, auditId: value }],
      }),
    );
    expect(placed.map(({ form: { kind, name } }) => `${kind} ${name}`)).toEqual([
      'exception tune_user',
      'exception user',
      'exception users',
      'macro user_known_things',
      'list allowed_users',
    ]);
    const text = tuningFile(['made from', value], placed, placer.lists);
    const tuned = await loaded(RULES, text);
    expect(tuned.warnings.filter((code) => /YAML|KEY|REFUSES|EXCEPTION/.test(code))).toEqual([]);
    const others = [`${value}x`, `x${value}`, value.slice(1), value.trim(), value.toUpperCase()];
    for (const rule of tuned.rules) {
      const told = `${rule.name} ${JSON.stringify(value)}\n${text}`;
      const quiet = [...others, 'a', 'b', 'somebody', 'people', 'shop'].filter(
        (other) => other !== value && !fires(rule, other),
      );
      expect([told, fires(rule, value), quiet]).toEqual([told, false, []]);
    }
  }
});

test('a value that no condition holds, and one that is secret, is none', () => {
  const isSecret = (text: string): boolean => text === 'token';
  for (const value of [...REFUSED, 'token']) {
    expect(slotsOf(['ka.user.name'], [value], isSecret)).toEqual([undefined]);
    expect(slotsOf(['f'], [['a', value]], isSecret)).toEqual([undefined]);
  }
  expect(slotsOf(['f'], [['b', 'a', 'b']], isSecret)).toEqual([['a', 'b']]);
});
