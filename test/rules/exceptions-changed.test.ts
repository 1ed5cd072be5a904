import { describe, expect, it } from 'vitest';
import { printCondition } from '../../src/condition/print.ts';
import { loadError, loadOk, rule } from '../helpers.ts';

const change = (operation: string, ...entries: string[]): string =>
  `- rule: R\n  override: {exceptions: ${operation}}\n  exceptions:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`;
const WHOLE = '(ka.verb = get or ka.verb = x)';

async function tree(text: string): Promise<string> {
  return printCondition((await loadOk(text)).rules[0]!.tree);
}

describe('changing exceptions (§1.8)', () => {
  const BASE = rule(
    'ka.verb=get or ka.verb=x',
    'exceptions: [{name: e, fields: ka.user.name, values: [a]}]',
  );
  it('adds values under the same name', async () => {
    expect(await tree(BASE + change('append', 'name: e, values: [b]'))).toBe(
      `(${WHOLE} and not ka.user.name in (a, b))`,
    );
  });

  it('adds an entry under a new name', async () => {
    const text = BASE + change('append', 'name: f, fields: [ka.uri], values: [[b]]');
    expect(await tree(text)).toBe(`(${WHOLE} and not ka.user.name in (a) and not ka.uri = b)`);
  });

  it('replaces all', async () => {
    const text = BASE + change('replace', 'name: f, fields: ka.uri, comps: in, values: [b]');
    expect(await tree(text)).toBe(`(${WHOLE} and not ka.uri in (b))`);
  });

  it('says which comps a replacement lacks', async () => {
    const error = await loadError(BASE, change('replace', 'name: f, fields: ka.uri, values: [b]'));
    expect(error.code).toBe('LOAD_ERR_COMPILE_CONDITION');
    expect(error.hint).toBe('an exception that replaces another must name its comps');
  });

  it('takes more values than a call takes arguments, each with its line', async () => {
    const count = 60_000;
    const values = Array.from({ length: count }, (_, i) => `      - [u${i}, n${i}]\n`).join('');
    const text = `${BASE}- rule: R\n  override: {exceptions: append}\n  exceptions:\n  - name: f\n    fields: [ka.user.name, ka.target.namespace]\n    values:\n${values}`;
    const [, added] = (await loadOk(text)).rules[0]!.exceptions;
    expect(added!.values).toHaveLength(count);
    expect(added!.values.at(-1)!.line).toBe(text.split('\n').length - 1);
  });

  it.each([
    ['append', 'name: e', ['LOAD_APPEND_NO_VALUES']],
    ['append', 'name: e, values: []', []],
    ['replace', 'name: e, fields: [ka.uri]', ['LOAD_APPEND_NO_VALUES']],
  ])('%s of {%s} warns: %j', async (operation, entry, warnings) => {
    expect((await loadOk(BASE + change(operation, entry))).warnings).toEqual(warnings);
  });

  it.each([
    [
      'append',
      'name: e, fields: ka.uri, values: [b]',
      'LOAD_ERR_VALIDATE',
      /Can not append exception fields/,
    ],
    [
      'append',
      'name: e, comps: in, values: [b]',
      'LOAD_ERR_VALIDATE',
      /Can not append exception comps/,
    ],
    ['append', 'name: f, values: [b]', 'LOAD_ERR_VALIDATE', /must have fields property/],
    ['append', 'name: f, fields: ka.uri', 'LOAD_ERR_VALIDATE', /must have values property/],
    [
      'append',
      'name: f, fields: ka.nope, values: [b]',
      'LOAD_ERR_VALIDATE',
      /not a supported filter field/,
    ],
    ['replace', 'name: f, fields: [ka.uri], values: [[b]]', 'LOAD_ERR_VALIDATE', /equal length/],
    [
      'replace',
      'name: f, fields: ka.uri, values: [b]',
      'LOAD_ERR_COMPILE_CONDITION',
      /^expected a valid check operator/,
    ],
    [
      'replace',
      'name: f, fields: ka.uri, comps: =, values: [b]',
      'LOAD_ERR_COMPILE_CONDITION',
      /^expected a string value/,
    ],
    [
      'replace',
      'name: f, fields: ka.nope, comps: in, values: [b]',
      'LOAD_ERR_COMPILE_CONDITION',
      /nonexistent field/,
    ],
    ['replace', 'name: f, values: [b]', 'LOAD_ERR_VALIDATE', /Undefined macro 'b'/],
  ])('%s of {%s} is refused', async (operation, entry, code, message) => {
    const error = await loadError(BASE + change(operation, entry));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});
