import { describe, expect, it } from 'vitest';
import { decode, ids, line, pretty } from './decode.ts';

/** As `jq -C` writes it: codes around every token. */
function coloured(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g, (token) => `\u001b[34;1m${token}\u001b[0m`);
}

describe('coloured input', () => {
  it.each([
    ['jq -C -c', coloured(line('a'))],
    ['jq -C', coloured(pretty('a'))],
    ['grep --color', line('a').replace('verb', '\u001b[01;31m\u001b[Kverb\u001b[m\u001b[K')],
    ['a coloured prefix', `\u001b[36mkube-apiserver-n1\u001b[0m kube-apiserver ${line('a')}`],
    ['inside a wrapper', JSON.stringify({ message: `\u001b[32m${line('a')}\u001b[0m` })],
  ])('%s', (_name, text) => {
    const decoded = decode(`${text}\n`);
    expect(ids(decoded)).toEqual(['a']);
    expect(decoded.problems).toEqual([]);
    expect(decoded.events[0]!.text).not.toContain('\u001b');
  });

  it('keeps escapes that a string spells', () => {
    const decoded = decode(`${line('a').replace('jane', '\\u001b[31mjane')}\n`);
    expect(decoded.events[0]!.value['user']).toMatchObject({ username: '\u001b[31mjane' });
  });
});
