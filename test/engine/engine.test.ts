import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../src/engine/event-subject.ts';
import { audit, eventOf, fires, firing, loadOk, render, ruleOf } from '../helpers.ts';

const A = ruleOf({ rule: 'A' });
const B = ruleOf({ rule: 'B', condition: 'ka.verb = get' });
const EVENT = audit({ verb: 'get', sourceIPs: ['1.1.1.1', '2.2.2.2'] });

describe('matching (§1.12)', () => {
  it('reports every rule, or the first one', async () => {
    const loaded = await loadOk(A + B);
    expect(firing(loaded, EVENT)).toEqual(['A', 'B']);
    expect(firing(loaded, EVENT, 'first')).toEqual(['A']);
    expect(firing(loaded, audit({}))).toEqual([]);
  });
});

describe('events as rules see them (§4.1, D20, D26)', () => {
  it.each([
    ['ka.verb exists', '{"kind":"Event","verb":"get"}', true],
    ['jevt.value[/verb] = get', '{"kind":"Event","verb":"get"}', true],
    ['ka.verb = get', '{"auditID":null,"verb":"get"}', true],
    ['ka.verb = get', '{"auditID":"a","verb":"x","verb":"get"}', true],
    ['ka.response.code = 1e2', '{"auditID":"a","responseStatus":{"code":1e2}}', true],
    ['ka.response.code = 100', '{"auditID":"a","responseStatus":{"code":1e2}}', false],
    ['jevt.value[/n] = 12345678901234567890', '{"n":12345678901234567890}', true],
    ['jevt.value[/n] = 1.0', '{"n": 1.0 }', true],
    ['jevt.value[/n] = NaN', '{"n":NaN}', true],
    ['jevt.value[/o] = \'{"b":1,"a":[2, 3]}\'', '{"o":{"b":1,"a":[2,3]}}', false],
    ['jevt.value[/o] = \'{"b":1,"a":[2,3]}\'', '{"o": {"b": 1, "a": [2, 3]} }', true],
    ["jevt.value[/s] = '\\\\ud800'", '{"s":"\\ud800"}', true],
    ["jevt.value[/s] = '\\\\q'", '{"s":"\\q"}', true],
    ['jevt.value[/a/1] = y', '{"a":["x","y"]}', true],
    ['jevt.value[/z] = null', '{"z":null}', true],
    ['jevt.value[/z] = true', '{"z":true}', true],
  ])('%s on %s: %s', async (condition, text, expected) => {
    expect(await fires(condition, text)).toBe(expected);
  });

  it('prints the whole event compactly', async () => {
    const { message } = await render('%jevt.value[""]', '{ "b": 1.0, "a": [ "x y" ] }');
    expect(message).toBe('{"b":1.0,"a":["x y"]}');
  });
});

describe('the subject of a finding', () => {
  it('names the last address, which no client can forge', () => {
    expect(subjectOf(eventOf(EVENT))).toMatchObject({
      sourceIp: '2.2.2.2',
      verb: 'get',
      user: undefined,
    });
    expect(subjectOf(eventOf(audit({ sourceIPs: [] }))).sourceIp).toBeUndefined();
  });
});
