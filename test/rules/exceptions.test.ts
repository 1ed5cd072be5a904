import { describe, expect, it } from 'vitest';
import { printCondition } from '../../src/condition/print.ts';
import { like, loadError, loadOk, rule } from '../helpers.ts';

const withEntry = (...entries: string[]): string =>
  rule(
    'ka.verb=get or ka.verb=x',
    'exceptions:',
    ...entries.map((entry) => `- {name: e, ${entry}}`),
  );
const WHOLE = '(ka.verb = get or ka.verb = x)';

async function tree(text: string): Promise<string> {
  return printCondition((await loadOk(text)).rules[0]!.tree);
}

describe('exceptions in the condition (§1.8)', () => {
  it.each([
    ['one field', 'fields: ka.user.name, values: [a, b c]', 'ka.user.name in (a, "b c")'],
    [
      'one field, comps',
      'fields: ka.user.name, comps: pmatch, values: [a]',
      'ka.user.name pmatch (a)',
    ],
    [
      'one field, modifier',
      'fields: ka.user.name, comps: startswith oneof, values: [a]',
      'ka.user.name startswith oneof (a)',
    ],
    [
      'a list of fields',
      'fields: [ka.user.name, ka.verb], values: [[a, b], [c, d]]',
      '((ka.user.name = a and ka.verb = b) or (ka.user.name = c and ka.verb = d))',
    ],
    [
      'comps',
      'fields: [ka.user.name, ka.verb], comps: [in, contains], values: [[[a, b c], d]]',
      '(ka.user.name in (a, "b c") and ka.verb contains d)',
    ],
    [
      'a single value for a list',
      'fields: [ka.user.name], comps: [in], values: [[a]]',
      'ka.user.name in (a)',
    ],
    [
      'a value in parentheses',
      'fields: [ka.user.name], comps: [in], values: [["(a, b)"]]',
      'ka.user.name in (a, b)',
    ],
    [
      'a modifier in a list',
      'fields: [ka.user.name], comps: [endswith anyof], values: [[[a, b]]]',
      'ka.user.name endswith anyof (a, b)',
    ],
    [
      'blanks around an operator',
      'fields: [ka.user.name], comps: [" = "], values: [[a]]',
      'ka.user.name = a',
    ],
    ['a value with a blank', 'fields: [ka.user.name], values: [[a b]]', 'ka.user.name = "a b"'],
    ['a quoted value', 'fields: [ka.user.name], values: [["\'a(b\'"]]', 'ka.user.name = "a(b"'],
    [
      'a right-hand field',
      'fields: [ka.user.name], values: [[val(ka.verb)]]',
      'ka.user.name = val(ka.verb)',
    ],
    [
      'a transformer',
      'fields: [tolower(ka.user.name)], values: [[a]]',
      'tolower(ka.user.name) = a',
    ],
  ])('%s', async (_what, entry, expected) => {
    expect(await tree(withEntry(entry))).toBe(`(${WHOLE} and not ${expected})`);
  });

  it.each([
    ['no values', 'fields: ka.user.name'],
    ['empty values', 'fields: ka.user.name, values: []'],
    ['empty values of a list', 'fields: [ka.user.name], values: []'],
  ])('change nothing with %s', async (_what, entry) => {
    expect(await tree(withEntry(entry))).toBe(WHOLE);
  });

  it('are fine when null', async () => {
    expect(await tree(rule('ka.verb=get', 'exceptions:'))).toBe('ka.verb = get');
  });

  it('apply twice under one name, with a warning', async () => {
    const text = withEntry(
      'fields: ka.user.name, values: [a]',
      'fields: ka.user.name, values: [b]',
    );
    expect((await loadOk(text)).warnings).toEqual(['LOAD_EXCEPTION_NAME_NOT_UNIQUE']);
    expect(await tree(text)).toBe(
      `(${WHOLE} and not ka.user.name in (a) and not ka.user.name in (b))`,
    );
  });

  it('are subject to lists', async () => {
    const text = `- list: L\n  items: [a, b]\n${withEntry('fields: ka.user.name, values: [L]')}`;
    expect(await tree(text)).toBe(`(${WHOLE} and not ka.user.name in (a, b))`);
  });
});

describe('refused exceptions (§1.8)', () => {
  const YAML = 'LOAD_ERR_YAML_VALIDATE';
  const VALIDATE = 'LOAD_ERR_VALIDATE';
  const CONDITION = 'LOAD_ERR_COMPILE_CONDITION';
  it.each([
    ['no sequence', rule('ka.verb=x', 'exceptions: a'), YAML, 'Rule exceptions must be a sequence'],
    ['no mapping', rule('ka.verb=x', 'exceptions: [a]'), YAML, 'Rule exception must be a mapping'],
    [
      'no name',
      rule('ka.verb=x', 'exceptions: [{fields: ka.verb}]'),
      YAML,
      "Item has no mapping for key 'name'",
    ],
    ['no fields', withEntry('values: [a]'), YAML, "Item has no mapping for key 'fields'"],
    [
      'null fields',
      withEntry('fields: , values: [a]'),
      VALIDATE,
      'Rule exception item must have fields property with a list of fields',
    ],
    [
      'empty fields',
      withEntry('fields: [], values: [[a]]'),
      VALIDATE,
      'Rule exception item must have fields property with a list of fields',
    ],
    [
      'an unknown field',
      withEntry('fields: ka.nope, values: [a]'),
      VALIDATE,
      "'ka.nope' is not a supported filter field",
    ],
    [
      'no field',
      withEntry('fields: [a b], values: [[a]]'),
      VALIDATE,
      "'a b' is not a supported filter field",
    ],
    [
      'a nested field',
      withEntry('fields: [[ka.verb]], values: [[a]]'),
      VALIDATE,
      "'' is not a supported filter field",
    ],
    [
      'a wrong argument',
      withEntry('fields: "ka.verb[0]", values: [a]'),
      VALIDATE,
      /does not allow nor require/,
    ],
    [
      'an operator for one value',
      withEntry('fields: ka.verb, comps: =, values: [a]'),
      VALIDATE,
      /^When fields is a single value/,
    ],
    [
      'comps as a list',
      withEntry('fields: ka.verb, comps: [in], values: [a]'),
      VALIDATE,
      'Fields and comps must both be strings',
    ],
    [
      'comps as a text',
      withEntry('fields: [ka.verb], comps: in, values: [[a]]'),
      VALIDATE,
      'Fields and comps lists must have equal length',
    ],
    [
      'comps of another length',
      withEntry('fields: [ka.verb], comps: [in, in], values: [[a]]'),
      VALIDATE,
      'Fields and comps lists must have equal length',
    ],
    [
      'an unknown operator',
      withEntry('fields: [ka.verb], comps: [is], values: [[a]]'),
      VALIDATE,
      "'is' is not a supported comparison operator",
    ],
    [
      'values of another length',
      withEntry('fields: [ka.verb], values: [[a, b]]'),
      VALIDATE,
      'Fields and values lists must have equal length',
    ],
    [
      'a text for a tuple',
      withEntry('fields: [ka.verb], values: [a]'),
      VALIDATE,
      'Fields and values lists must have equal length',
    ],
    [
      'a tuple for a text',
      withEntry('fields: ka.verb, values: [[a]]'),
      VALIDATE,
      'Expected values array to contain a list of strings',
    ],
    [
      'null values',
      withEntry('fields: ka.verb, values: '),
      YAML,
      'Rule exception values must be a sequence',
    ],
    [
      'an operator that YAML takes for a tag',
      withEntry('fields: [ka.verb, ka.uri], comps: [!=, =], values: [[a, b]]'),
      YAML,
      'Value must be non-empty',
    ],
    ['an empty value', withEntry('fields: ka.verb, values: [""]'), YAML, 'Value must be non-empty'],
    [
      'a list for =',
      withEntry('fields: [ka.verb], values: [[[a]]]'),
      CONDITION,
      /^expected a string value/,
    ],
    [
      'exists',
      withEntry('fields: [ka.verb], comps: [exists], values: [[a]]'),
      CONDITION,
      "expected a ')' token",
    ],
    [
      'a blank in a single value of a list',
      withEntry('fields: [ka.verb], comps: [in], values: [[a b]]'),
      CONDITION,
      "expected a ')' token",
    ],
    [
      'a comma in a value',
      withEntry('fields: [ka.verb], values: [["a,b"]]'),
      CONDITION,
      "expected a ')' token",
    ],
    [
      'an operator of other types',
      withEntry('fields: [ka.user.groups], values: [[a]]'),
      CONDITION,
      /not supported list/,
    ],
  ])('%s', async (_what, text, code, message) => {
    const error = await loadError(text);
    expect(error.code).toBe(code);
    expect(error.message).toEqual(like(message));
  });
});
