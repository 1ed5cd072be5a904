import { describe, expect, test } from 'vitest';
import { ConditionGraph, type Node } from '../../src/fast/verdicts/condition-graph.ts';
import { compiled } from './conditions.ts';

function show(node: Node): string {
  if (node.kind === 'constant') return String(node.value);
  if (node.kind === 'atom') return node.atom.key;
  if (node.kind === 'not') return `not ${show(node.operand)}`;
  return `(${node.operands.map(show).join(` ${node.kind} `)})`;
}

describe('adding a condition', () => {
  test.each([
    [
      'ka.verb = get and (ka.stage exists and ka.uri exists)',
      '(ka.verb = get and ka.stage exists and ka.uri exists)',
    ],
    ['ka.verb = get or ka.verb = get', 'ka.verb = get'],
    ['not (not (ka.verb = get))', 'ka.verb = get'],
    ['ka.verb = get and not ka.verb = get', '(ka.verb = get and not ka.verb = get)'],
    ['ka.verb = get or not ka.verb = get', '(ka.verb = get or not ka.verb = get)'],
  ])('%s becomes %s', async (text, expected) => {
    expect(show(new ConditionGraph().add(await compiled(text)))).toBe(expected);
  });

  test('equal parts of different conditions are one object', async () => {
    const graph = new ConditionGraph();
    const one = graph.add(await compiled('ka.uri exists and (ka.verb = get or ka.stage exists)'));
    const two = graph.add(await compiled('ka.stage exists or ka.verb = get'));
    expect(one.kind === 'and' ? one.operands[1] : undefined).toBe(two);
  });
});

describe('restricting a condition', () => {
  const text = '(ka.verb = get and ka.stage exists) or (not ka.verb = get and ka.uri exists)';
  test.each([
    [{ 'ka.verb = get': true }, 'ka.stage exists'],
    [{ 'ka.verb = get': false }, 'ka.uri exists'],
    [{ 'ka.verb = get': true, 'ka.stage exists': true }, 'true'],
    [{ 'ka.stage exists': false }, '(not ka.verb = get and ka.uri exists)'],
    [{ 'ka.stage exists': false, 'ka.uri exists': false }, 'false'],
  ])('with %j leaves %s', async (known, expected) => {
    const graph = new ConditionGraph();
    const facts = new Map(Object.entries(known));
    const rest = graph.restrict(graph.add(await compiled(text)), {
      truth: (atom) => facts.get(atom.key),
      memo: new Map(),
    });
    expect(show(rest)).toBe(expected);
  });
});
