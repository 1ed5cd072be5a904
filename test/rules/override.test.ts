import { describe, expect, it } from 'vitest';
import { like, loadError, loadOk, rule, ruleOf } from '../helpers.ts';

const BASE = rule('ka.verb=get');
const change = (...lines: string[]): string =>
  `- rule: R\n${lines.map((line) => `  ${line}\n`).join('')}`;

describe('append: true (§1.7)', () => {
  it('joins conditions and ignores other keys', async () => {
    const loaded = await loadOk(
      BASE + change('condition: or ka.verb=x', 'output: ignored', 'append: true'),
    );
    expect(loaded.rules[0]).toMatchObject({
      conditionText: 'ka.verb=get or ka.verb=x',
      outputText: 'o',
    });
    expect(loaded.warnings).toEqual(['LOAD_DEPRECATED_ITEM', 'LINT_NO_EFFECT']);
  });

  it('takes exceptions that are null', async () => {
    expect((await loadOk(BASE + change('exceptions:', 'append: true'))).rules).toHaveLength(1);
  });

  it.each([
    ['only another key', BASE + change('output: x', 'append: true'), 'LOAD_ERR_VALIDATE'],
    ['no earlier rule', change('condition: or x', 'append: true'), 'LOAD_ERR_VALIDATE'],
    [
      'override too',
      BASE + change('condition: or x', 'append: true', 'override: {condition: append}'),
      'LOAD_ERR_YAML_VALIDATE',
    ],
  ])('is refused: %s', async (_what, text, code) => {
    expect((await loadError(text)).code).toBe(code);
  });
});

describe('override (§1.7)', () => {
  it('appends texts with a blank and joins tags', async () => {
    const loaded = await loadOk(
      ruleOf({}, 'tags: [a]') +
        change(
          'condition: and ka.verb=get',
          'output: more',
          'desc: e',
          'tags: [c, a]',
          'override: {condition: append, output: append, desc: append, tags: append}',
        ),
    );
    expect(loaded.rules[0]).toMatchObject({
      conditionText: 'ka.verb exists and ka.verb=get',
      outputText: 'o more',
      description: 'd e',
      tags: ['a', 'c'],
    });
  });

  it('replaces, after it has appended', async () => {
    const loaded = await loadOk(
      BASE +
        change(
          'condition: or ka.verb=x',
          'output: "  p "',
          'priority: DEBUG',
          'enabled: false',
          'warn_evttypes: true',
          'override: {output: replace, condition: append, priority: replace, enabled: replace, warn_evttypes: replace}',
        ),
    );
    expect(loaded.rules[0]).toMatchObject({
      conditionText: 'ka.verb=get or ka.verb=x',
      outputText: '  p ',
      priority: 'Debug',
      enabled: false,
    });
  });

  it.each(['override:', 'override: x', 'override: {}', 'override: []'])(
    'counts as absent: %s',
    async (line) => {
      expect((await loadOk(ruleOf({}, line))).rules).toHaveLength(1);
    },
  );

  it.each([
    ['a sequence', ruleOf({}, 'override: [condition]'), 'LOAD_ERR_VALIDATE', /invalid node/],
    [
      'a list as operation',
      ruleOf({}, 'override: {condition: [append]}'),
      'LOAD_ERR_VALIDATE',
      /bad conversion/,
    ],
    [
      'append of a key that has one value',
      BASE + change('priority: DEBUG', 'override: {priority: append}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Key 'priority' cannot be appended to, use 'replace' instead",
    ],
    [
      'source',
      BASE + change('source: x', 'override: {source: replace}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Key 'source' cannot be replaced",
    ],
    [
      'another operation',
      BASE + change('desc: x', 'override: {desc: Append}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Invalid override operation for key 'desc': 'Append'. Allowed values are: append replace ",
    ],
    [
      'a key that is not given',
      BASE + change('override: {desc: append}'),
      'LOAD_ERR_YAML_VALIDATE',
      "An append override for 'desc' was specified but 'desc' is not defined",
    ],
    [
      'a key that is not listed',
      BASE + change('desc: x', 'tags: [a]', 'override: {desc: append}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Unexpected key 'tags': no corresponding entry under 'override' is defined.",
    ],
    [
      'append without a rule',
      change('desc: x', 'override: {desc: append}'),
      'LOAD_ERR_VALIDATE',
      "Rule uses 'append' or 'override.desc: append' but no rule by that name already exists",
    ],
    [
      'replace without a rule',
      change('desc: x', 'override: {desc: replace}'),
      'LOAD_ERR_VALIDATE',
      "An 'override.desc: replace' to a rule was requested but no rule by that name already exists",
    ],
    [
      'no rule, and a wrong value',
      change('condition: x', 'priority: NO', 'override: {condition: append, priority: replace}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Invalid priority 'NO'",
    ],
    [
      'a key that is appended and replaced',
      BASE + change('desc: x', 'override: {desc: replace, desc: append}'),
      'LOAD_ERR_YAML_VALIDATE',
      "Key 'desc' is in both the append and the replace overrides",
    ],
    [
      'no rule, and an unlisted key',
      change('desc: x', 'tags: [a]', 'override: {desc: append}'),
      'LOAD_ERR_VALIDATE',
      /no rule by that name/,
    ],
  ])('is refused: %s', async (_what, text, code, message) => {
    const error = await loadError(text);
    expect(error.code).toBe(code);
    expect(error.message).toEqual(like(message));
  });
});

const skip = (keys: Record<string, string>): string =>
  ruleOf({ rule: 'S', ...keys }, 'skip-if-unknown-filter: true');

describe('skip-if-unknown-filter (§1.9)', () => {
  it.each([
    ['a field of the condition', skip({ condition: 'ka.nope = x' })],
    ['a field of a macro', `- macro: m\n  condition: ka.nope = x\n${skip({ condition: 'm' })}`],
    ['a field of the output', skip({ output: '%ka' })],
    [
      'the output, and the condition does not even parse',
      skip({ output: '%ka', condition: 'ka.verb =' }),
    ],
  ])('drops the rule for %s', async (_what, text) => {
    const loaded = await loadOk(text + BASE);
    expect(loaded.rules.map(({ name }) => name)).toEqual(['R']);
    expect(loaded.warnings).toContain('LOAD_UNKNOWN_FILTER');
  });

  it.each([
    ['an argument', skip({ condition: 'ka.verb[0] = x' }), 'LOAD_ERR_COMPILE_CONDITION'],
    ['syntax', skip({ condition: 'ka.verb =' }), 'LOAD_ERR_COMPILE_CONDITION'],
    ['a macro', skip({ condition: 'nope' }), 'LOAD_ERR_VALIDATE'],
    ['a trailing percent sign', skip({ output: 'a %' }), 'LOAD_ERR_COMPILE_OUTPUT'],
  ])('does not cover %s', async (_what, text, code) => {
    expect((await loadError(text)).code).toBe(code);
  });
});
