import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evaluate, type Condition } from '../../src/condition/condition.ts';
import { Decider } from '../../src/condition/decider.ts';
import { eventOf, loadOk, rule } from '../helpers.ts';
import { loadBundled } from '../rules-content/bundled-rules.ts';

async function conditions(...texts: string[]): Promise<Condition[]> {
  const rules = await Promise.all(texts.map(async (text) => (await loadOk(rule(text))).rules[0]!));
  return rules.map(({ condition }) => condition);
}

test('answers are those of plain evaluation, for all bundled rules on all samples', async () => {
  const { ruleSet } = await loadBundled();
  const folder = new URL('../../samples/', import.meta.url);
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
  const events = logs
    .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => eventOf(line));
  const decider = new Decider();
  const rules = ruleSet!.rules.map(
    ({ condition }) => [condition, decider.prepare(condition)] as const,
  );
  const differing: string[] = [];
  let holding = 0;
  // Each event twice, with others between: no answer may stay from one to the next.
  for (const event of [...events, ...events.toReversed()]) {
    decider.begin(event);
    for (const [condition, prepared] of rules) {
      const holds = decider.holds(prepared);
      if (holds !== evaluate(condition, event)) differing.push(event.json);
      holding += Number(holds);
    }
  }
  expect(differing).toEqual([]);
  expect(events.length).toBeGreaterThan(100);
  expect(holding).toBeGreaterThan(events.length);
});

test('a missing value, two fields, and, or and not', async () => {
  const all = await conditions(
    'not ka.user.name = jane',
    'ka.user.name = jane or ka.verb != get',
    'ka.user.name != jane',
    'ka.target.name = val(ka.user.name)',
    'not (ka.target.name = val(ka.user.name) and ka.verb = get)',
    'ka.user.groups intersects (a, b) and not ka.user.groups in (a)',
  );
  const decider = new Decider();
  const prepared = all.map((condition) => decider.prepare(condition));
  const answers = [
    { verb: 'get' },
    { verb: 'list', user: { username: 'jane', groups: ['a'] } },
    { verb: 'get', user: { username: 'jane', groups: ['b'] }, objectRef: { name: 'jane' } },
    { verb: 'get' },
  ].map((event) => {
    decider.begin(eventOf(event));
    return prepared.map((condition) => Number(decider.holds(condition))).join('');
  });
  expect(answers).toEqual(['100010', '010010', '010101', '100010']);
});

test('what conditions have in common is decided once on an event, and a value is read once', async () => {
  const [shared, uri, verb] = await conditions(
    'ka.verb = get and ka.target.name = a',
    'ka.uri = x',
    'ka.verb = list',
  );
  const other: Condition = { kind: 'or', operands: [uri!, verb!, shared!] };
  const decider = new Decider();
  const event = eventOf({ verb: 'get', objectRef: { name: 'a' } });
  const reads: string[] = [];
  const text = event.text.bind(event);
  event.text = (path) => {
    reads.push(path.join('.'));
    return text(path);
  };
  const both = [shared!, other].map((condition) => decider.prepare(condition));
  expect(both[1]!.operands[2]).toBe(both[0]);
  decider.begin(event);
  expect(both.map((condition) => decider.holds(condition))).toEqual([true, true]);
  expect(reads).toEqual(['verb', 'objectRef.name', 'requestURI']);
});
