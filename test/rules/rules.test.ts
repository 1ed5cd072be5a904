import { describe, expect, it, test } from 'vitest';
import { loadRules } from '../../src/rules/load.ts';
import { audit, firing, loadError, loadOk, rule, ruleOf } from '../helpers.ts';

const BASE = rule('ka.verb=get');
const GET = audit({ verb: 'get' });
const change = (...lines: string[]): string =>
  `- rule: R\n${lines.map((line) => `  ${line}\n`).join('')}`;

describe('full definitions (§1.6)', () => {
  it.each(['condition', 'output', 'desc', 'priority'])('need %s', async (key) => {
    const error = await loadError(ruleOf({ [key]: undefined }));
    expect(error).toMatchObject({
      code: 'LOAD_ERR_YAML_VALIDATE',
      message: `Item has no mapping for key '${key}'`,
    });
  });

  it.each([
    ['an empty text', ruleOf({ desc: '' }), 'Value must be non-empty'],
    ['a null', ruleOf({ desc: undefined }, 'desc:'), "Mapping for key 'desc' is empty"],
    ['a list', ruleOf({ desc: undefined }, 'desc: [a]'), 'Value is not a scalar value'],
    ['no sequence of tags', ruleOf({}, 'tags: a'), 'Value is not a sequence'],
    ['no boolean', ruleOf({}, 'enabled: 1'), "Can't decode YAML scalar value"],
    ['an empty source', ruleOf({ source: '' }), 'Value must be non-empty'],
    [
      'a null source',
      ruleOf({ source: undefined }, 'source:'),
      "Mapping for key 'source' is empty",
    ],
    ['another priority', ruleOf({ priority: 'WARN' }), "Invalid priority 'WARN'"],
    ['a priority with blanks', ruleOf({ priority: ' ERROR' }), "Invalid priority ' ERROR'"],
  ])('refuse %s', async (_what, text, message) => {
    expect(await loadError(text)).toMatchObject({ code: 'LOAD_ERR_YAML_VALIDATE', message });
  });

  it.each([
    ['y', true],
    ['Yes', true],
    ['TRUE', true],
    ['on', true],
    ['"true"', true],
    ['n', false],
    ['No', false],
    ['FALSE', false],
    ['Off', false],
  ])('read enabled: %s as %s', async (text, enabled) => {
    expect((await loadOk(ruleOf({}, `enabled: ${text}`))).rules[0]!.enabled).toBe(enabled);
  });

  it.each([
    ['iNfO', 'Informational'],
    ['informational', 'Informational'],
    ['EMERGENCY', 'Emergency'],
    ['debug', 'Debug'],
  ])('read priority %s as %s', async (text, priority) => {
    expect((await loadOk(ruleOf({ priority: text }))).rules[0]!.priority).toBe(priority);
  });

  it('sort tags and drop repeated ones', async () => {
    expect((await loadOk(ruleOf({}, 'tags: [b, a, b, ""]'))).rules[0]!.tags).toEqual([
      '',
      'a',
      'b',
    ]);
  });

  it('are skipped for another source, whatever they hold (D8)', async () => {
    for (const source of ['syscall', 'okta', undefined]) {
      const loaded = await loadOk(
        ruleOf({ source, condition: 'nope and fd.name=x' }, 'exceptions: [{name: e, fields: x.y}]'),
      );
      expect(loaded.rules).toEqual([]);
      expect(loaded.warnings).toEqual(['LOAD_UNKNOWN_SOURCE']);
    }
  });

  it('are checked when disabled', async () => {
    expect((await loadError(ruleOf({ condition: 'ka.nope=x' }, 'enabled: false'))).code).toBe(
      'LOAD_ERR_COMPILE_CONDITION',
    );
  });

  it('keep their place when redefined, in all files', async () => {
    const A = ruleOf({ rule: 'A' });
    const B = ruleOf({ rule: 'B' });
    const loaded = await loadOk(ruleOf({ rule: 'A', condition: 'ka.verb=x' }) + B, A);
    expect(firing(loaded, GET)).toEqual(['A', 'B']);
    expect(firing(loaded, GET, 'first')).toEqual(['A']);
  });

  it('keep their source', async () => {
    const error = await loadError(BASE + ruleOf({ source: undefined }));
    expect(error).toMatchObject({
      code: 'LOAD_ERR_VALIDATE',
      message: 'Rule has been re-defined with a different source',
    });
    expect(
      (await loadError(BASE + change('source: okta', 'condition: or ka.verb=x', 'append: true')))
        .code,
    ).toBe('LOAD_ERR_VALIDATE');
  });

  it("are reported for the first error in Falco's order: output before condition", async () => {
    expect((await loadError(ruleOf({ condition: 'ka.verb =', output: '%nope' }))).code).toBe(
      'LOAD_ERR_COMPILE_OUTPUT',
    );
  });
});

describe('switching a rule (§1.6)', () => {
  it('by an item that has only enabled', async () => {
    const loaded = await loadOk(BASE + change('enabled: false', 'source: okta'));
    expect(firing(loaded, GET)).toEqual([]);
    expect(loaded.warnings).toEqual(['LOAD_DEPRECATED_ITEM']);
  });

  it.each([
    ['no earlier rule', change('enabled: false'), 'LOAD_ERR_VALIDATE'],
    ['nothing to do', BASE + change('tags: [a]'), 'LOAD_ERR_YAML_VALIDATE'],
  ])('is refused: %s', async (_what, text, code) => {
    expect((await loadError(text)).code).toBe(code);
  });
});

test('files that are valid together are compiled once, with what follows them', async () => {
  const base = { name: 'base.yaml', text: '- macro: m\n  condition: ka.verb = get\n' };
  const own = { name: 'own.yaml', text: rule('m') };
  const unused = async (trusted: boolean): Promise<string[]> => {
    const { ruleSet, files } = await loadRules([{ ...base, trusted }, own]);
    expect(ruleSet?.rules.map(({ macros }) => macros)).toEqual([['m']]);
    return files.flatMap(({ warnings }) => warnings.map(({ code }) => code));
  };
  // Compiled alone as well, a macro is one that nothing uses.
  expect([await unused(true), await unused(false)]).toEqual([[], ['LOAD_UNUSED_MACRO']]);
});
