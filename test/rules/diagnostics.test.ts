import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOffset } from '../../src/yaml/source-offset.ts';
import { parseYaml } from '../../src/yaml/yaml-parser.ts';
import { get } from '../../src/yaml/yaml-node.ts';
import { loadError, rule } from '../helpers.ts';

const HEAD = '- rule: R\n  desc: d\n';
const TAIL = '\n  output: o\n  priority: INFO\n  source: k8s_audit\n';
const withCondition = (written: string): string => `${HEAD}  condition: ${written}${TAIL}`;

/** Line, column, and the character above the caret. */
async function place(text: string): Promise<{ at: string; above: string }> {
  const { line, column, snippet } = await loadError(text);
  const [line1 = '', caret = ''] = snippet.split('\n');
  // Wide characters take two cells.
  const shown = line1.replace(/[\u3000-\u9fff]/g, '$&$&');
  return { at: `${line}:${column}`, above: shown.slice(caret.indexOf('^')) };
}

describe('the place of an error (D11)', () => {
  it.each([
    ['plain', 'ka.verb = x and ZZZ', '3:30'],
    ['plain, several lines', 'ka.verb = x\n    and (a.b = c or\n\n      ZZZ)', '6:7'],
    ['single quotes', "'ka.verb = ''x'' and ZZZ'", '3:35'],
    ['double quotes', '"ka.verb = \\"x\\"\\n and ZZZ"', '3:37'],
    ['double quotes, line joined', '"ka.verb = x\\\n     \\ and ZZZ"', '4:12'],
    ['double quotes, folded', '"ka.verb = x\n\n    and ZZZ"', '5:9'],
    ['double quotes, code points', '"ka.verb = \\U0001f600\\u00e9 and ZZZ"', '3:46'],
    ['literal', '|\n    ka.verb = x\n      and\n\n    ZZZ', '7:5'],
    ['folded', '>\n    ka.verb = x\n\n      and\n    ZZZ', '7:5'],
    ['folded, with a given indentation', '>2-\n      ka.verb = x\n    and ZZZ', '5:9'],
    ['behind tabs', '"ka.verb\t=\tx and\tZZZ"', '3:31'],
    ['behind wide characters', 'ka.verb = 日本 and ZZZ', '3:31'],
  ])('%s', async (_what, written, at) => {
    const found = await place(withCondition(written));
    expect(found.at).toBe(at);
    expect(found.above.startsWith('ZZZ')).toBe(true);
  });

  it.each([
    ['at the end of a folded text', withCondition('>\n    ka.verb =\n\n'), '4:14'],
    [
      'in an appended part',
      `${rule('ka.verb = x')}- rule: R\n  condition: and ZZZ\n  override: {condition: append}\n`,
      '8:18',
    ],
    [
      'behind a list',
      `- list: L\n  items: [a, b]\n${withCondition('ka.verb in (L, c) and ZZZ')}`,
      '5:36',
    ],
    ['in a macro', `- macro: m\n  condition: ka.nope = x\n${rule('m')}`, '2:14'],
    [
      'in an exception value',
      `${withCondition('ka.verb = x').trimEnd()}\n  exceptions:\n  - {name: e, fields: [ka.verb], values: [["a,b"]]}\n`,
      '8:45',
    ],
    [
      'in an exception field',
      `${withCondition('ka.verb = x').trimEnd()}\n  exceptions:\n  - {name: e, fields: [ka.nope], values: [[a]]}\n`,
      '8:24',
    ],
    ['in an output', withCondition('ka.verb = x').replace('output: o', 'output: o %nope'), '4:14'],
  ])('%s', async (_what, text, at) => {
    expect((await place(text)).at).toBe(at);
  });

  it('is right for each word, however a condition is written', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 2, maxLength: 8 });
    const gaps = fc.array(fc.constantFrom(' ', '\n    ', '\n\n    ', '  '), {
      minLength: 8,
      maxLength: 8,
    });
    const style = fc.constantFrom('', '|', '>', '|-', '>+', '"', "'");
    fc.assert(
      fc.property(words, gaps, style, (list, between, mark) => {
        const unique = list.map((word, i) => `${word}${i}x`);
        const body = unique.map((word, i) => (i === 0 ? '' : between[i]!) + word).join('');
        const written =
          mark === '"' || mark === "'"
            ? mark + body + mark
            : mark === ''
              ? body
              : `${mark}\n    ${body}`;
        const source = { name: 'f', text: `- a: b\n  c: ${written}\n  d: e\n` };
        const [document] = parseYaml(source);
        const item = document?.kind === 'sequence' ? document.items[0] : undefined;
        const node = item?.kind === 'mapping' ? get(item, 'c') : undefined;
        if (node?.kind !== 'scalar') throw new Error('no scalar');
        for (const word of unique) {
          expect(sourceOffset(node, node.text.indexOf(word))).toBe(source.text.indexOf(word));
        }
      }),
    );
  });
});
