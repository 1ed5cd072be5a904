import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { CORRELATION_TYPES } from '../../src/correlate/correlation.ts';
import { CORRELATION_KEYS } from '../../src/rules/read/read-correlation.ts';
import { loadError, loadOk, rule } from '../helpers.ts';

const SCHEMA = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'schemas', 'rules.schema.json'), 'utf8'),
) as { $defs: { correlation: { properties: Record<string, { enum?: string[] }> } } };
const validate = new Ajv2020({ strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);

/** Two rules, R and S, and a correlation with these keys. */
function fileOf(keys: readonly string[]): string {
  const rules = rule('ka.verb = get') + rule('ka.verb = list').replace(': "R"', ': S');
  return `${rules}- correlation: C\n  priority: ERROR\n${keys.map((key) => `  ${key}\n`).join('')}`;
}

const COUNT = ['type: event_count', 'rules: R', 'timespan: 60s'];
const COUNTED = [...COUNT, 'condition: {gte: 3}'];
const VALUES = ['type: value_count', 'rules: [R]', 'timespan: 1h', 'condition: {gt: 0, lte: 9}'];
const PARTS = 'events: [{a: ka.verb = get}, {b: ka.verb = list}]';
const SEQUENCE = ['type: temporal_ordered', PARTS, 'timespan: 30m'];
const NEW = ['type: new_value', 'rules: [R, S]', 'field: ka.user.name'];

describe('the schema of a correlation', () => {
  it('knows its keys and types, and no other', () => {
    const { properties } = SCHEMA.$defs.correlation;
    expect(Object.keys(properties).toSorted()).toEqual(CORRELATION_KEYS.toSorted());
    expect(properties['type']!.enum).toEqual([...CORRELATION_TYPES]);
  });

  it.each([
    [COUNTED],
    [[...COUNTED, 'enabled: false', 'tags: [a]', 'desc: d', 'output: o', 'suppress: 0s']],
    [[...COUNT, 'condition: {eq: 1}', 'group-by: ka.user.name', 'require: true']],
    [[...VALUES, 'field: [ka.target.namespace, ka.target.name]']],
    [['type: temporal', 'rules: [R, S]', 'timespan: 1d']],
    [['type: temporal', 'rules: R', 'events: {a: ka.verb = get}', 'timespan: 1w']],
    [[...SEQUENCE, 'times: {a: 10}', 'differ: [ka.sourceips]']],
    [
      [
        ...SEQUENCE,
        'group-by: [x]',
        'each: x',
        'aliases: {x: {a: ka.target.name, b: ka.user.name}}',
      ],
    ],
    [NEW],
    [['type: silence', 'rules: R', 'timespan: 5m', 'condition: {gte: 60}']],
    [[...NEW, 'returning: false']],
    [[...NEW, 'returning: true', 'timespan: 30d', 'warmup: 14d']],
  ])('takes what the reader takes: %j', async (keys) => {
    const text = fileOf(keys);
    expect((await loadOk(text)).warnings).toEqual([]);
    validate(load(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    [['rules: [R]', 'timespan: 60s', 'condition: {gte: 3}']],
    [['type: counts', ...COUNTED.slice(1)]],
    [COUNTED.filter((key) => !key.startsWith('rules'))],
    [COUNTED.filter((key) => !key.startsWith('timespan'))],
    [COUNT],
    [[...COUNT, 'condition: 3']],
    [[...COUNT, 'condition: {more: 3}']],
    [[...COUNT, 'condition: {gte: 1000000}']],
    [[...COUNT, 'condition: {gte: -1}']],
    [[...COUNT, 'condition: {lt: 1}']],
    [[...COUNT, 'condition: {eq: 0}']],
    [[...COUNTED, 'suppress: soon']],
    [[...COUNTED, 'field: ka.verb']],
    [[...COUNTED, 'times: {R: 2}']],
    [[...COUNTED, 'differ: ka.verb']],
    [[...COUNTED, 'returning: false']],
    [[...COUNTED, 'require: maybe']],
    [[...COUNTED, 'events: [a]']],
    [[...COUNTED, 'events: {a: " "}']],
    [['type: event_count', 'rules: R', 'timespan: 0s', 'condition: {gte: 3}']],
    [VALUES],
    [[...SEQUENCE, 'condition: {gte: 2}']],
    [[...SEQUENCE, 'times: {a: 0}']],
    [[...SEQUENCE, 'times: {a: 1001}']],
    [[...SEQUENCE, 'times: 3']],
    [[...SEQUENCE, 'aliases: {x: ka.verb}', 'group-by: x']],
    [NEW.slice(0, 2)],
    [[...NEW, 'returning: true']],
    [[...NEW, 'warmup: long']],
  ])('refuses what the reader refuses: %j', async (keys) => {
    const text = fileOf(keys);
    expect((await loadError(text)).message).not.toBe('');
    expect(validate(load(text))).toBe(false);
  });
});
