import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substituteLists } from '../../src/rules/compile/lists.ts';
import { SourceText } from '../../src/yaml/source-text.ts';
import { loadRules } from '../../src/rules/load.ts';
import { audit, firing, loadError, loadOk, rule, type Loaded } from '../helpers.ts';

const list = (name: string, items: string): string => `- list: ${name}\n  items: ${items}\n`;

async function firesWith(text: string, members: Parameters<typeof audit>[0]): Promise<boolean> {
  return firing(await loadOk(text), audit(members)).length > 0;
}

describe('lists in conditions (§1.4)', () => {
  it.each([
    ['in parentheses', list('A', '[get, x]') + rule('ka.verb in (A)'), true],
    ['among other values', list('A', '[x, get]') + rule('ka.verb in (y, A, z)'), true],
    ['behind the rule', rule('ka.verb in (A)') + list('A', '[get]'), true],
    ['without parentheses', list('A', '[get]') + rule('ka.verb in A'), true],
    ['as a single value', list('A', '[get]') + rule('ka.verb = A'), true],
    ['without blanks', list('A', '[get]') + rule('ka.verb=A'), true],
    ['in place of a plain word', list('put', '[get]') + rule('ka.verb = put'), true],
    ['after a modifier', list('A', '[g, x]') + rule('ka.verb startswith anyof (A)'), true],
    ['not in quotes', list('A', '[get]') + rule('ka.verb in ("A")'), false],
    ['not as a part of a word', list('A', '[get]') + rule('ka.verb in (A-x, xA)'), false],
    [
      'in a macro',
      `${list('A', '[get]')}- macro: m\n  condition: ka.verb in (A)\n${rule('m')}`,
      true,
    ],
    ['twice', list('A', '[get]') + rule('ka.verb in (A) and ka.verb in (A)'), true],
    ['empty', list('A', '[]') + rule('ka.verb in (A)'), false],
    ['empty, in front of a value', list('A', '[]') + rule('ka.verb in (A, get)'), true],
    ['empty, behind a value', list('A', '[]') + rule('ka.verb in (get, A)'), true],
    ['empty, between values', list('A', '[]') + rule('ka.verb in (x, A, get)'), true],
    ['with an item that holds a blank', list('A', '["a b", get]') + rule('ka.verb in (A)'), true],
    ['with a quoted item', list('A', `['"get"']`) + rule('ka.verb in (A)'), true],
    ['with an item of two values', list('A', '["x,get"]') + rule('ka.verb in (A)'), true],
    ['with a leading empty item', list('A', '["", get]') + rule('ka.verb in (A)'), true],
    ['unknown: a plain word', rule('ka.verb in (A, get)'), true],
  ])('are put in place: %s', async (_what, text, expected) => {
    expect(await firesWith(text, { verb: 'get' })).toBe(expected);
  });

  it('replaces a blank-delimited word even inside quotes', async () => {
    const text = list('A', '[get]') + rule('ka.verb = "x A y"');
    expect(await firesWith(text, { verb: 'x get y' })).toBe(true);
  });

  it.each([
    ['two items as a single value', list('A', '[get, x]') + rule('ka.verb = A')],
    ['a name that is a field', list('ka.verb', '[x]') + rule('ka.verb exists')],
    ['an item with a parenthesis', list('A', '["a(b"]') + rule('ka.verb in (A)')],
    ['an item with a quote', list('A', '["a\'b"]') + rule('ka.verb in (A)')],
    ['a trailing empty item', list('A', '[get, ""]') + rule('ka.verb in (A)')],
  ])('breaks a condition: %s', async (_what, text) => {
    expect((await loadError(text)).code).toBe('LOAD_ERR_COMPILE_CONDITION');
  });

  it('takes an item of two quotes as the empty text', async () => {
    const text = list('A', `['""']`) + rule('ka.verb in (A)');
    expect(await firesWith(text, { verb: '' })).toBe(true);
  });
});

describe('lists in lists (§1.4)', () => {
  const A = list('A', '[B]');
  const B = list('B', '[C]');
  const C = list('C', '[get]');
  const R = rule('ka.verb in (A)');
  it.each([
    ['two levels', list('B', '[get]') + A + R, 'get', true],
    ['three levels, outer first', A + B + C + R, 'get', true],
    ['three levels, inner first', C + B + A + R, 'get', false],
    ['three levels, inner first: the name is left', C + B + A + R, 'C', true],
    [
      'appended later',
      `${C}${B}${list('C', '[x]')}  append: true\n${list('D', '[B]')}${rule('ka.verb in (B)')}`,
      'x',
      true,
    ],
    [
      'replaced: visible from then on',
      `${list('A', '[x]')}${C}${list('A', '[C]')}${R}`,
      'get',
      true,
    ],
  ])('%s', async (_what, text, verb, expected) => {
    expect(await firesWith(text, { verb })).toBe(expected);
  });
});

describe('changing lists (§1.4)', () => {
  it.each([
    [
      'append: true',
      `${list('A', '[x]')}${list('A', '[get]')}  append: true\n`,
      ['x', 'get'],
      ['LOAD_DEPRECATED_ITEM'],
    ],
    [
      'append: false',
      `${list('A', '[x]')}${list('A', '[get]')}  append: false\n`,
      ['get'],
      ['LINT_TWICE'],
    ],
    [
      'override append',
      `${list('A', '[x]')}${list('A', '[get]')}  override: {items: append}\n`,
      ['x', 'get'],
      [],
    ],
    [
      'override replace',
      `${list('A', '[x]')}${list('A', '[get]')}  override: {items: replace}\n`,
      ['get'],
      [],
    ],
    [
      'override replace of nothing',
      `${list('A', '[get]')}  override: {items: replace}\n`,
      ['get'],
      [],
    ],
    ['redefinition', list('A', '[x]') + list('A', '[get]'), ['get'], ['LINT_TWICE']],
  ])('%s', async (_what, text, items, warnings) => {
    const loaded = await loadOk(text + rule('ka.verb in (A)'));
    expect(loaded.lists.map((found) => found.items)).toEqual([items]);
    expect(loaded.warnings).toEqual(warnings);
  });

  it.each([
    ['append: true', `${list('A', '[x]')}  append: true\n`, 'LOAD_ERR_VALIDATE'],
    ['override append', `${list('A', '[x]')}  override: {items: append}\n`, 'LOAD_ERR_VALIDATE'],
    [
      'both',
      `${list('A', '[x]')}  append: true\n  override: {items: append}\n`,
      'LOAD_ERR_YAML_VALIDATE',
    ],
    [
      'another key',
      `${list('A', '[x]')}  override: {condition: append}\n`,
      'LOAD_ERR_YAML_VALIDATE',
    ],
    ['no items', '- list: A\n', 'LOAD_ERR_YAML_VALIDATE'],
    ['null items', '- list: A\n  items:\n', 'LOAD_ERR_YAML_VALIDATE'],
    ['a null item', list('A', '[~]'), 'LOAD_ERR_YAML_VALIDATE'],
    ['a nested item', list('A', '[[x]]'), 'LOAD_ERR_YAML_VALIDATE'],
    ['an empty name', list('""', '[x]'), 'LOAD_ERR_YAML_VALIDATE'],
  ])('is refused: %s', async (_what, text, code) => {
    expect((await loadError(text)).code).toBe(code);
  });

  it('keeps scalars as they are written', async () => {
    const { lists } = await loadOk(list('A', '[yes, 0x10, 1.50, 2020-01-01, "null", !!str null]'));
    expect(lists[0]!.items).toEqual(['yes', '0x10', '1.50', '2020-01-01', 'null', 'null']);
  });

  it('warns about odd names and unused lists', async () => {
    expect((await loadOk(list('"a b"', '[x]'))).warnings).toEqual([
      'LOAD_INVALID_LIST_NAME',
      'LOAD_UNUSED_LIST',
    ]);
  });
});

describe('a list of somebody’s own and the rules of the program', () => {
  const bundled =
    list('given', '[carl, word]') +
    rule('ka.target.resource in (users, groups) or ka.user.name in (given)');
  const own = list('users', '[bob]') + list('word', '[dora]');
  async function rules(text: string): Promise<Loaded> {
    const files = [
      { name: 'rules/bundled.yaml', text: bundled, trusted: true },
      { name: 'own.yaml', text },
    ];
    return (await loadRules(files)).ruleSet as Loaded;
  }

  it.each([
    ['a value of a rule stays', own, { objectRef: { resource: 'users' } }, true],
    ['the list takes no place', own, { objectRef: { resource: 'bob' } }, false],
    ['an item of a list stays', own, { user: { username: 'word' } }, true],
    [
      'it stands in what is added to a rule',
      `${own}- rule: R\n  condition: or ka.user.name in (users)\n  override: {condition: append}\n`,
      { user: { username: 'bob' } },
      true,
    ],
    [
      'it stands in a list of the program that is replaced',
      list('mine', '[bob]') + list('given', '[mine]'),
      { user: { username: 'bob' } },
      true,
    ],
    [
      'it stands so when it is defined later',
      list('given', '[mine]') + list('mine', '[bob]'),
      { user: { username: 'bob' } },
      true,
    ],
    [
      'it stands in what is added to a list of the program',
      `${own}${list('given', '[users]')}  override: {items: append}\n`,
      { user: { username: 'bob' } },
      true,
    ],
  ])('%s', async (_what, text, members, expected) => {
    expect(firing(await rules(text), audit(members)).length > 0).toBe(expected);
  });
});

describe('substitution', () => {
  it('never throws, whatever names, items and conditions are', () => {
    const word = fc.stringMatching(/^[ab(), ="]{1,3}$/);
    const lists = fc.array(fc.record({ name: word, items: fc.array(word, { maxLength: 3 }) }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.stringMatching(/^[ab(), ="]{1,12}$/), lists, (text, resolved) => {
        const source = { name: 'f', text };
        const node = {
          kind: 'scalar',
          text,
          isNull: false,
          source,
          start: 0,
          end: text.length,
          style: 'plain',
        } as const;
        const result = substituteLists(SourceText.of(node), resolved, () => undefined);
        expect(result.locate(result.text.length).offset).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
