import { describe, expect, it } from 'vitest';
import { checkFieldArgument } from '../../src/fields/argument.ts';
import { findField } from '../../src/fields/catalog.ts';

function check(name: string, argument: string | undefined): string | undefined {
  return checkFieldArgument(findField(name)!, argument);
}

describe('field arguments', () => {
  it.each([
    ['ka.verb', undefined],
    ['ka.uri.param', 'a'],
    ['ka.uri.param', ''],
    ['ka.req.volume.hostpath', '01'],
    ['ka.sourceips', undefined],
    ['ka.sourceips', '0'],
    ['ka.sourceips', '10'],
    ['ka.sourceips', '18446744073709551615'],
    ['jevt.value', '/a b'],
  ])('accepts %s[%s]', (name, argument) => {
    expect(check(name, argument)).toBeUndefined();
  });

  it.each([
    [
      'ka.verb',
      '0',
      "filter 'ka.verb[0]': ka.verb does not allow nor require an argument but one is provided: 0",
    ],
    [
      'ka.uri.param',
      undefined,
      "filter 'ka.uri.param': ka.uri.param requires an argument but none provided",
    ],
    [
      'ka.sourceips',
      'x',
      'filter ka.sourceips[x] ka.sourceips has an invalid index argument not composed only by digits: x',
    ],
    [
      'ka.sourceips',
      '-1',
      'filter ka.sourceips[-1] ka.sourceips has an invalid index argument not composed only by digits: -1',
    ],
    [
      'ka.sourceips',
      '01',
      'filter ka.sourceips[01] ka.sourceips has an invalid index argument starting with 0: 01',
    ],
    [
      'ka.sourceips',
      '0x',
      'filter ka.sourceips[0x] ka.sourceips has an invalid index argument not composed only by digits: 0x',
    ],
    [
      'ka.sourceips',
      '',
      'filter ka.sourceips[] ka.sourceips has an invalid index argument starting with 0: ',
    ],
    [
      'ka.sourceips',
      '18446744073709551616',
      'filter ka.sourceips[18446744073709551616] ka.sourceips has an invalid index argument ' +
        'not representable on 64 bit: 18446744073709551616',
    ],
    [
      'ka.user.groups',
      '0',
      "filter 'ka.user.groups[0]': ka.user.groups does not allow nor require an argument but one is provided: 0",
    ],
  ])('refuses %s[%s] in Falco’s words', (name, argument, message) => {
    expect(check(name, argument)).toBe(message);
  });

  it('refuses a very long index', () => {
    expect(check('ka.sourceips', '9'.repeat(100_000))).toContain('not representable on 64 bit');
  });
});
