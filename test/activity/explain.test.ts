import { describe, expect, it } from 'vitest';
import { explainCondition, explainedLines } from '../../src/activity/request/explain-rule.ts';
import { RequestFinder } from '../../src/activity/request/find-request.ts';
import { evaluate } from '../../src/condition/condition.ts';
import { loadRules } from '../../src/rules/load.ts';
import { fieldResolver } from '../../src/rules/resolver.ts';
import { SETTINGS } from '../fields/fake-event.ts';
import { event } from './requests.ts';

const RULES = `
- list: readers
  items: [alice, bob, carol, dave, erin, frank, grace, heidi]
- macro: reading
  condition: (ka.verb in (get, list) or ka.verb = watch)
- macro: pod
  condition: (ka.target.resource = pods)
- rule: R
  desc: d
  condition: pod and reading and not ka.user.name in (readers) and ka.req.pod.host_pid exists
  output: o
  priority: INFO
  source: k8s_audit
`;

async function lines(
  parts: Parameters<typeof event>[0],
  decisive: boolean,
  file = RULES,
): Promise<string[]> {
  const { ruleSet } = await loadRules([{ name: 'r.yaml', text: file }]);
  const [rule] = ruleSet!.rules;
  const each = event(parts);
  const fields = await fieldResolver(SETTINGS, true);
  const explained = explainCondition(rule!.tree, ruleSet!.macros, fields, each, false);
  expect(explained.value).toBe(evaluate(rule!.condition, each));
  return explainedLines(explained, decisive).map(
    ({ depth, value, text, actual }) =>
      `${'  '.repeat(depth)}${value ? '+' : '-'} ${text}${actual === undefined ? '' : ` = ${actual}`}`,
  );
}

describe('explain', () => {
  it('gives every part its value, macros by name, long lists shortened', async () => {
    expect(await lines({}, false)).toEqual([
      '- all of',
      '  + pod: ka.target.resource = pods = pods',
      '  + reading: any of',
      '    + ka.verb in (get, list) = get',
      '    - ka.verb = watch = get',
      '  - not ka.user.name in (alice, bob, carol, dave, erin, frank, … 2 more) = alice',
      '  - ka.req.pod.host_pid exists = <missing>',
    ]);
  });

  it('gives the parts of a macro where it is named first', async () => {
    const condition = 'pod and reading and pod and not (ka.user.name = bob and reading)';
    const twice = RULES.replace(/condition: pod and .*/, `condition: ${condition}`);
    expect(await lines({}, false, twice)).toEqual([
      '+ all of',
      '  + pod: ka.target.resource = pods = pods',
      '  + reading: any of',
      '    + ka.verb in (get, list) = get',
      '    - ka.verb = watch = get',
      '  + pod: ka.target.resource = pods = pods',
      '  + not',
      '    - all of',
      '      - ka.user.name = bob = alice',
      '      + reading, as above',
    ]);
  });

  it('shows only what decides', async () => {
    expect(await lines({}, true)).toEqual([
      '- all of',
      '  - not ka.user.name in (alice, bob, carol, dave, erin, frank, … 2 more) = alice',
      '  - ka.req.pod.host_pid exists = <missing>',
    ]);
    const matching = { user: { username: 'mallory' }, requestObject: { spec: { hostPID: true } } };
    expect(await lines(matching, true)).toEqual([
      '+ all of',
      '  + pod: ka.target.resource = pods = pods',
      '  + reading: any of',
      '    + ka.verb in (get, list) = get',
      '  + not ka.user.name in (alice, bob, carol, dave, erin, frank, … 2 more) = mallory',
      '  + ka.req.pod.host_pid exists = true',
    ]);
  });
});

describe('finding a request', () => {
  const of = (auditID: string, username: string) =>
    event({
      auditID,
      user: { username },
      requestReceivedTimestamp: undefined,
      requestURI: `/${auditID}`,
    });

  it('has all its events and what the same user did around it', () => {
    const finder = new RequestFinder('x2');
    for (let i = 0; i < 9; i++) finder.add(of(`a${i}`, i % 2 === 0 ? 'alice' : 'bob'));
    finder.add(of('x2', 'alice'));
    for (let i = 0; i < 9; i++) finder.add(of(`b${i}`, i % 2 === 0 ? 'alice' : 'bob'));
    finder.end();
    expect(finder.events).toHaveLength(1);
    expect(finder.before.map(({ auditId }) => auditId)).toEqual(['a0', 'a2', 'a4', 'a6', 'a8']);
    expect(finder.after.map(({ auditId }) => auditId)).toEqual(['b0', 'b2', 'b4', 'b6', 'b8']);
  });

  it('takes the start of an ID, and names all that begin with it', () => {
    const finder = new RequestFinder('x');
    for (const id of ['x1', 'y1', 'x2']) finder.add(of(id, 'alice'));
    expect(finder.ids).toEqual(['x1', 'x2']);
  });

  it('prefers the ID that is meant as a whole', () => {
    const finder = new RequestFinder('x1');
    for (const id of ['x11', 'x1']) finder.add(of(id, 'alice'));
    expect(finder.events.map((each) => each.text(['auditID']))).toEqual(['x1']);
  });

  it('keeps a bounded number of events: clients may choose their audit IDs', () => {
    const finder = new RequestFinder('x');
    for (let i = 0; i < 50; i++) finder.add(of('x', 'alice'));
    expect([finder.events.length, finder.more]).toEqual([20, 30]);
  });
});
