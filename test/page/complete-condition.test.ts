import { expect, test } from 'vitest';
import { completions } from '../../src/page/live/complete-condition.ts';

const FIELDS = ['ka.user.name', 'ka.user.groups', 'ka.verb'].map((name) => ({
  name,
  description: '',
}));
const VALUES = ['shop', '(cluster)', 'shop floor', 'say "hi"', '', 'kube-system'];

test.each<[string, string[]]>([
  ['ka.user.', ['ka.user.name ', 'ka.user.groups ']],
  ['ka.verb = get and (ka.v', ['ka.verb = get and (ka.verb ']],
  ['ka.verb', []],
  [
    'ka.target.namespace = ',
    ['shop', '"shop floor"', 'kube-system'].map((value) => `ka.target.namespace = ${value} `),
  ],
  [
    'ka.verb = get and ka.target.namespace != "SHOP ',
    ['ka.verb = get and ka.target.namespace != "shop floor" '],
  ],
  ['', []],
])('%j is completed', async (condition, texts) => {
  const found = await completions(condition, FIELDS, () => Promise.resolve(VALUES));
  expect(found.map(({ text }) => text)).toEqual(texts);
});
