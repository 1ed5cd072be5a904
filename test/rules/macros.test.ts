import { describe, expect, it } from 'vitest';
import { audit, firing, like, loadError, loadOk, rule } from '../helpers.ts';

const macro = (name: string, condition: string, ...more: string[]): string =>
  `- macro: ${name}\n  condition: ${condition}\n${more.map((line) => `  ${line}\n`).join('')}`;
const GET = audit({ verb: 'get' });

describe('macros (§1.5)', () => {
  it.each([
    ['before the rule', macro('m', 'ka.verb=get') + rule('m'), true],
    ['behind the rule', rule('m') + macro('m', 'ka.verb=get'), true],
    ['grouped', macro('m', 'ka.verb=get or ka.verb=x') + rule('m and ka.verb=x'), false],
    ['negated', macro('m', 'ka.verb=x or ka.verb=y') + rule('not m'), true],
    ['nested', macro('a', 'ka.verb=get') + macro('b', 'not a') + rule('not b'), true],
    ['redefined', macro('m', 'ka.verb=x') + rule('m') + macro('m', 'ka.verb=get'), true],
    [
      'appended',
      macro('m', 'ka.verb=x') + macro('m', 'or ka.verb=get', 'append: true') + rule('m'),
      true,
    ],
    [
      'appended by override',
      macro('m', 'ka.verb=x') +
        macro('m', 'or ka.verb=get', 'override: {condition: append}') +
        rule('m'),
      true,
    ],
    [
      'replaced without an earlier one',
      macro('m', 'ka.verb=get', 'override: {condition: replace}') + rule('m'),
      true,
    ],
    [
      'seen after a redefinition',
      macro('a', 'ka.verb=x') + macro('b', 'ka.verb=get') + macro('a', 'b') + rule('a'),
      true,
    ],
    ['called like an operator', macro('exists', 'ka.verb=get') + rule('exists and exists'), true],
  ])('%s', async (_what, text, expected) => {
    expect(firing(await loadOk(text), GET).length > 0).toBe(expected);
  });

  it.each([
    ['unknown', rule('nope'), 'LOAD_ERR_VALIDATE', "Undefined macro 'nope' used in filter."],
    [
      'of a later macro',
      macro('a', 'b') + macro('b', 'ka.verb=x'),
      'LOAD_ERR_VALIDATE',
      /Undefined macro 'b'/,
    ],
    ['of itself', macro('a', 'a'), 'LOAD_ERR_VALIDATE', /Undefined macro 'a'/],
    [
      'of itself, redefined',
      macro('a', 'ka.verb=x') + macro('a', 'a'),
      'LOAD_ERR_VALIDATE',
      /reference loop/,
    ],
    [
      'in a circle',
      macro('a', 'ka.verb=x') + macro('b', 'a') + macro('a', 'b'),
      'LOAD_ERR_VALIDATE',
      /reference loop/,
    ],
    [
      'append to nothing',
      macro('a', 'or b', 'append: true'),
      'LOAD_ERR_VALIDATE',
      /no macro by that name/,
    ],
    [
      'syntax, unused',
      macro('a', 'ka.verb ='),
      'LOAD_ERR_COMPILE_CONDITION',
      /expected a string value/,
    ],
    [
      'field, used',
      macro('a', 'ka.nope = x') + rule('a'),
      'LOAD_ERR_COMPILE_CONDITION',
      /nonexistent field/,
    ],
    ['no condition', '- macro: m\n', 'LOAD_ERR_YAML_VALIDATE', /no mapping for key 'condition'/],
    ['a file that is not valid by itself', rule('m'), 'LOAD_ERR_VALIDATE', /Undefined macro 'm'/],
  ])('is refused: %s', async (_what, text, code, message) => {
    const error = await loadError(text);
    expect(error.code).toBe(code);
    expect(error.message).toEqual(like(message));
  });

  it('does not check the fields of a macro that no rule uses', async () => {
    expect((await loadOk(macro('a', 'ka.nope = x'))).warnings).toEqual(['LOAD_UNUSED_MACRO']);
  });

  it('warns about a name that conditions cannot refer to', async () => {
    expect((await loadOk(macro('"a-b"', 'ka.verb = x'))).warnings).toContain(
      'LOAD_INVALID_MACRO_NAME',
    );
  });

  it('stops at macros that are nested too deeply', async () => {
    const chain = Array.from({ length: 3000 }, (_, i) =>
      macro(`m${i}`, i === 0 ? 'ka.verb=x' : `not m${i - 1}`),
    );
    expect((await loadError(chain.join(''))).message).toBe('macros are nested too deeply');
  });

  it('reads macros that each name another one twice, however many paths that makes', async () => {
    const steps = Array.from({ length: 60 }, (_, i) =>
      macro(`m${i}`, i === 0 ? 'ka.verb=get' : `(m${i - 1} or m${i - 1})`),
    );
    const { rules } = await loadOk(steps.join('') + rule('m59'));
    expect(rules[0]!.fields).toEqual(['ka.verb']);
  });
});
