import { describe, expect, test } from 'vitest';
import { addOptionValue, removeOptionValue, setOption } from '../../src/config/edit-option.ts';

const add = (text: string, value: string): string =>
  addOptionValue('k8s-audit.yaml', text, 'disable-rule', value);
const remove = (text: string, value: string): string =>
  removeOptionValue('k8s-audit.yaml', text, 'disable-rule', value);

describe('values of an option in a configuration file', () => {
  test.each([
    ['no file', '', 'disable-rule:\n  - New One\n'],
    [
      'other keys',
      '# ours\nfail-on: high',
      '# ours\nfail-on: high\n\ndisable-rule:\n  - New One\n',
    ],
    ['an empty key', 'disable-rule: # none yet\n', 'disable-rule: # none yet\n  - New One\n'],
    ['an empty list', 'disable-rule: []\n', 'disable-rule:\n  - New One\n'],
    [
      'a list in lines',
      'disable-rule:\n- A # why\n# more\nfail-on: high\n',
      'disable-rule:\n- A # why\n- New One\n# more\nfail-on: high\n',
    ],
    [
      'a list in a line',
      'disable-rule: [A, "B: c"] # x\n',
      'disable-rule: [A, "B: c", New One] # x\n',
    ],
    [
      'a list over lines',
      'disable-rule: [\n  A,\n  B # b\n  ]\n',
      'disable-rule: [\n  A,\n  B, New One # b\n  ]\n',
    ],
    ['one value', 'disable-rule: A # a\n', 'disable-rule: [A, New One] # a\n'],
    ['one value in quotes', "disable-rule: 'A: b'\n", "disable-rule: ['A: b', New One]\n"],
  ])('are added to %s', (_, text, expected) => {
    expect(add(text, 'New One')).toBe(expected);
  });

  test('are quoted where they have to be', () => {
    expect(add('disable-rule: [A]\n', 'x: #[y], "z"')).toBe(
      'disable-rule: [A, "x: #[y], \\"z\\""]\n',
    );
  });

  test.each([
    ['disable-rule:\n  - A # why\n  - B\n', 'A', 'disable-rule:\n  - B\n'],
    [
      'disable-rule:\n  - A\n  # about B\n  - "B"\nx: 1\n',
      'B',
      'disable-rule:\n  - A\n  # about B\nx: 1\n',
    ],
    ['disable-rule:\n  - A\nx: 1\n', 'A', 'disable-rule:\nx: 1\n'],
    ['disable-rule: [A, B, C]\n', 'B', 'disable-rule: [A, C]\n'],
    [`disable-rule: ['A', "B"]\n`, 'A', 'disable-rule: ["B"]\n'],
    [`disable-rule: ['A', "B"]\n`, 'B', `disable-rule: ['A']\n`],
    ['disable-rule: [A]\n', 'A', 'disable-rule: []\n'],
    ['disable-rule: [A]\n', 'B', 'disable-rule: [A]\n'],
    ['x: 1\n', 'A', 'x: 1\n'],
  ])('are taken out of %j', (text, value, expected) => {
    expect(remove(text, value)).toBe(expected);
  });

  test.each(['- a\n', 'disable-rule: {a: b}\n', 'disable-rule: A\n---\nx: 1\n', 'a: [\n'])(
    'refuse %j',
    (text) => {
      expect(() => add(text, 'New One')).toThrow(/k8s-audit\.yaml is (?:written|no YAML)/);
    },
  );
  test('refuse to take the only value out of its line', () => {
    expect(() => remove('disable-rule: A\n', 'A')).toThrow('cannot change');
  });
});

describe('an option of one value', () => {
  const set = (text: string, value: string): string =>
    setOption('k8s-audit.yaml', text, 'baseline', value);

  test.each([
    ['', 'a.json', 'baseline: a.json\n'],
    ['# ours\nfail-on: high', 'a.json', '# ours\nfail-on: high\n\nbaseline: a.json\n'],
    ['fail-on: high\n', 'a: #b.json', 'fail-on: high\n\nbaseline: "a: #b.json"\n'],
  ])('is set in %j', (text, value, expected) => {
    expect(set(text, value)).toBe(expected);
  });

  test.each(['{}\n# none\n', 'baseline: b.json\n', '- a\n'])('is not set in %j', (text) => {
    expect(() => set(text, 'a.json')).toThrow(/no YAML|cannot change/);
  });
});
