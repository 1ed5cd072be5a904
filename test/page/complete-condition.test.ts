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
  const found = await completions(condition, condition.length, FIELDS, () =>
    Promise.resolve(VALUES),
  );
  expect(found.map(({ text }) => text)).toEqual(texts);
});

test.each<[string, string[]]>([
  ['ka.us| = jane', ['ka.user.name| = jane', 'ka.user.groups| = jane']],
  ['(ka.v|)', ['(ka.verb|)']],
  ['ka.user.na|me = jane', []],
  ['ka.us|er.name = jane', ['ka.user.groups| = jane']],
  ['ka.us|er.nope = jane', ['ka.user.name| = jane', 'ka.user.groups| = jane']],
  [
    'ka.target.namespace = k|ube-public and ka.verb = get',
    ['ka.target.namespace = kube-system| and ka.verb = get'],
  ],
  ['ka.target.namespace = "shop f|oo" and x', ['ka.target.namespace = "shop floor"| and x']],
  [
    'ka.target.namespace = "shop f| and x = "y"',
    ['ka.target.namespace = "shop floor"| and x = "y"'],
  ],
  [
    '(ka.target.namespace = s|)',
    ['(ka.target.namespace = shop|)', '(ka.target.namespace = "shop floor"|)'],
  ],
])('%j is completed where the caret is', async (marked, expected) => {
  const caret = marked.indexOf('|');
  const found = await completions(marked.replace('|', ''), caret, FIELDS, () =>
    Promise.resolve(VALUES),
  );
  // Behind a word the caret stands behind the blank that follows it.
  const shown = found.map(({ text, caret: at }) => {
    const place = text.charAt(at - 1) === ' ' ? at - 1 : at;
    return `${text.slice(0, place)}|${text.slice(place)}`;
  });
  expect(shown).toEqual(expected);
});
