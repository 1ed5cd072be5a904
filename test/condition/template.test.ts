import { describe, expect, it } from 'vitest';
import { audit, loadError, loadOk, render, ruleOf } from '../helpers.ts';

const EVENT = audit({
  verb: 'create',
  requestURI: '/a?k=v',
  user: { username: 'Alice', groups: ['dev', 'ops'] },
  annotations: { wide: 'añ日x' },
});

async function message(output: string): Promise<string> {
  return (await render(output, EVENT)).message;
}

describe('output templates (§5.1)', () => {
  it.each([
    ['%ka.user.name did %ka.verb', 'Alice did create'],
    ['%ka.impuser.name|%ka.user.groups', '<NA>|(dev,ops)'],
    ['%ka.verbose', 'createose'],
    ['%ka.verb.x', 'create.x'],
    ['%ka.user.name[0]', 'Alice[0]'],
    ['%ka.user.groups[0]', '(dev,ops)[0]'],
    ['%ka.uri.param', '/a?k=v.param'],
    ['%ka.uri.param[k]!', 'v!'],
    ['%ka.uri.param["k"]', 'v'],
    ['%ka.uri.param["k k"]', '/a?k=v.param["k k"]'],
    ['%ka.sourceips[x]', '<NA>[x]'],
    ['%tolower(ka.user.name)[x]', 'alice[x]'],
    ['%toupper(tolower(ka.user.name)) %len(ka.user.groups)', 'ALICE 2'],
    ['%join("+",ka.user.groups)', 'dev+ops'],
    ['%join("+",(ka.user.groups,"z"))', 'dev+ops+z'],
    ['%concat(ka.verb, "(")', 'create('],
    ['%8ka.verb|%3ka.verb|%0ka.verb|', 'create  |cre|create|'],
    ['%10ka.user.groups|', '(dev,ops) |'],
    ['*%ka.verb', 'create'],
    ['%evt.num%ka.verb', '1create'],
    ['%evt.is_async', 'false'],
    ['a\nb', 'a\nb'],
    ['%3jevt.value[/annotations/wide]', 'añ'],
    ['%2jevt.value[/annotations/wide]', 'a\ufffd'],
    ['%5jevt.value[/annotations/wide]', 'añ\ufffd'],
  ])('%j prints %j', async (output, expected) => {
    expect(await message(output)).toBe(expected);
  });

  it.each([
    ['100% sure', /^unknown filter: unexpected token after '$/],
    ['%%', /^unknown filter/],
    ['%ka.nope', /^unknown filter/],
    ['%val(ka.verb)', /^unknown filter/],
    ['% ka.verb', /^unknown filter/],
    ['a %', /cannot end with a %/],
    ['a %5', /cannot end with a number/],
    [' \t ', /^empty formatting token/],
    ['%99999999ka.verb', /too large/],
  ])('%j is refused', async (output, expected) => {
    const error = await loadError(ruleOf({ output }));
    expect(error.code).toBe('LOAD_ERR_COMPILE_OUTPUT');
    expect(error.message).toMatch(expected);
  });

  it('reads arguments with blanks when nothing else works, with a warning (D13)', async () => {
    const loaded = await loadOk(ruleOf({ output: '%jevt.value["/a b"]' }));
    expect(loaded.warnings).toEqual(['LINT_FALCO_REFUSES']);
    expect((await render('%jevt.value["/a b"]', audit({ 'a b': 'x' }))).message).toBe('x');
  });

  it('trims the output of a definition', async () => {
    expect(await message('  %ka.verb \n')).toBe('create');
  });

  it.each(['%container.info', 'evt.dir', 'evt.latency.s'])('warns about %s', async (text) => {
    const loaded = await loadOk(ruleOf({ output: `a ${text}` }));
    expect(loaded.warnings).toEqual(['LOAD_DEPRECATED_ITEM']);
  });
});

describe('lists in outputs (§5.1)', () => {
  it.each([
    [['', '', 'x', ''], '(x,)'],
    [['a', '', 'b'], '(a,,b)'],
    [['', ''], '()'],
  ])('%j prints %s', async (groups, expected) => {
    expect((await render('%ka.user.groups', audit({ user: { groups } }))).message).toBe(expected);
  });

  it('are cut at 1023 bytes, but not in the fields; texts are not cut', async () => {
    const groups = ['x'.repeat(1020), 'yy', 'zz'];
    const { message: text, fields } = await render('%ka.user.groups', audit({ user: { groups } }));
    expect(text).toBe(`(${'x'.repeat(1020)},y`);
    expect(fields['ka.user.groups']).toEqual(groups);
    const name = 'n'.repeat(3000);
    expect((await render('%ka.user.name', audit({ user: { username: name } }))).message).toBe(name);
  });
});

describe('output fields (§5.3)', () => {
  it.each([
    ['%ka.uri.param[k] %ka.uri.param["k"]', ['evt.time', 'ka.uri.param[k]']],
    ['%ka.uri.param[""]', ['evt.time', 'ka.uri.param[""]']],
    [
      '%ka.uri.param["a=b"] %ka.uri.param["it\'s"]',
      ['evt.time', 'ka.uri.param["a=b"]', 'ka.uri.param["it\'s"]'],
    ],
    ['%ka.uri.param["a[b"]', ['evt.time', 'ka.uri.param[a[b]']],
    ['%tolower(ka.verb) %join(",", (ka.uri, "x"))', ['evt.time', 'ka.uri', 'ka.verb']],
  ])('of %j are %j', async (output, keys) => {
    expect(Object.keys((await render(output, EVENT)).fields)).toEqual(keys);
  });

  it('have null for missing values, numbers and booleans as such', async () => {
    const { fields } = await render('%ka.impuser.name %evt.num %evt.is_async', EVENT);
    expect(fields).toEqual({
      'evt.is_async': false,
      'evt.num': 1n,
      'evt.time': 0n,
      'ka.impuser.name': null,
    });
  });
});
