import { describe, expect, test } from 'vitest';
import type { Rule } from '../../src/rules/rule.ts';
import { STATE } from '../../src/fast/wasm/layout.gen.ts';
import type { VerdictOptions } from '../../src/fast/verdicts/residue.ts';
import { createVerdicts } from '../../src/fast/verdicts/verdicts.ts';
import { compiled } from './conditions.ts';
import { Random } from './random.ts';
import { randomRules } from './rule-maker.ts';

const [template] = await randomRules(new Random(1), 1);

async function rule(name: string, condition: string): Promise<Rule> {
  return { ...template!, name, condition: await compiled(condition) };
}

/** The end state of an event with these header values, as JSON texts by path. */
function stateOf(options: VerdictOptions, header: Readonly<Record<string, string>>) {
  const verdicts = createVerdicts(options);
  let state = verdicts.startState;
  for (const [level, field] of verdicts.header.fields.entries()) {
    if (state <= STATE.scopedOut) break;
    const json = header[field.slot.path.join('.')];
    state = verdicts.step(state, level, json === undefined ? 0 : field.classify(json));
  }
  return { state, rules: verdicts.residue(state).rules.map((open) => open.rule.name) };
}

describe('a verdict follows from the rules', () => {
  test.each([
    [{ verb: '"get"', stage: '"ResponseComplete"' }, []],
    [{ verb: '"create"', stage: '"ResponseComplete"' }, ['body']],
    [{ verb: '"\\u0063reate"', stage: '"ResponseComplete"' }, ['body']],
    [{ stage: '"Panic"' }, []],
    [{ verb: '"create"' }, []],
    [{ stage: '"ResponseComplete"', 'user.groups': '["a","system:masters"]' }, ['masters']],
    [{ stage: '"ResponseComplete"', 'user.groups': '[]' }, []],
    [{ stage: '"ResponseComplete"', 'responseStatus.code': '403' }, ['code']],
    [{ stage: '"ResponseComplete"', 'responseStatus.code': '4030' }, []],
  ])('%j leaves %j', async (header, expected) => {
    const kevt = 'ka.stage = ResponseComplete and ';
    const rules = [
      await rule('body', `${kevt} ka.verb = create and ka.req.pod.host_network = true`),
      await rule('masters', `${kevt} ka.user.groups intersects (system:masters)`),
      await rule('code', `${kevt} ka.response.code = 403`),
    ];
    const { state, rules: left } = stateOf({ rules, matching: 'all' }, header);
    expect(state === STATE.reject ? [] : left).toEqual(expected);
  });
});

const keepAll = (): boolean => false;

describe('with matching first', () => {
  test('a rule behind a certain one is out, unless findings may be dropped', async () => {
    const rules = [await rule('a', 'ka.verb = get'), await rule('b', 'ka.uri exists')];
    const header = { verb: '"get"' };
    expect(stateOf({ rules, matching: 'first' }, header).rules).toEqual(['a']);
    expect(stateOf({ rules, matching: 'all' }, header).rules).toEqual(['a', 'b']);
    expect(stateOf({ rules, matching: 'first', suppress: keepAll }, header).rules).toEqual([
      'a',
      'b',
    ]);
  });
});

describe('a scope', () => {
  test('ends in a state of its own', async () => {
    const rules = [await rule('a', 'ka.stage = Panic')];
    const scope = await compiled('ka.target.namespace = shop');
    const options = { rules, scope, matching: 'all' } as const;
    const inside = { 'objectRef.namespace': '"shop"' };
    expect(stateOf(options, {}).state).toBe(STATE.scopedOut);
    expect(stateOf(options, inside).state).toBe(STATE.reject);
    expect(stateOf(options, { ...inside, stage: '"Panic"' }).rules).toEqual(['a']);
  });

  test('that needs more than the header keeps the event, for the count', async () => {
    const rules = [await rule('a', 'ka.stage = Panic')];
    const scope = await compiled('ka.uri startswith /api');
    const { state } = stateOf({ rules, scope, matching: 'all' }, { requestURI: '"/api"' });
    expect(state).toBeGreaterThan(STATE.scopedOut);
    // Without a URI it has no value, and the text is not there.
    expect(stateOf({ rules, scope, matching: 'all' }, {}).state).toBe(STATE.scopedOut);
  });
});
