import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/json/parse.ts';
import { JsonNode } from '../../src/events/json-node.ts';

const LIST = '{"items": [ {"a": 1.0} , "]", [2,[3]],{"b":"\\u0041"},-0 ]}';
const TEXTS = ['{"a": 1.0}', '"]"', '[2,[3]]', String.raw`{"b":"\u0041"}`, '-0'];

describe('the elements of a list keep their own spelling', () => {
  const nodes = (): JsonNode[] => [
    ...JsonNode.root(parseJson(LIST), LIST).child('items')!.elements(),
  ];

  test.each([
    ['in order', [0, 1, 2, 3, 4]],
    ['backwards', [4, 3, 2, 1, 0]],
    ['some of them', [1, 3, 0, 4, 4, 2]],
  ])('whatever order they are asked in: %s', (_name, order) => {
    const list = nodes();
    expect(order.map((index) => list[index]!.text)).toEqual(order.map((index) => TEXTS[index]));
  });

  test('of a list that was built they are written anew', () => {
    const built = JsonNode.built([{ a: 1 }, 2]);
    expect([...built.elements()].map(({ text }) => text)).toEqual(['{"a":1}', '2']);
  });
});

describe('a long text that is not at its end', () => {
  const long = `{"a":[${'{},'.repeat(1000)}`;
  test.each([
    ['an open list', `${long}{}`, 'truncated'],
    ['an open string', `${long}"x}]`, 'truncated'],
    ['what is wrong before that', `${long.replace('{},', '{x,')}{}`, 'invalid'],
    ['a bracket too many', `${long}{}]}]`, 'invalid'],
  ])('tells what is wrong with it: %s', (_name, text, kind) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ kind }));
  });
});
