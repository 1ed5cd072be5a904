import type { YamlMapping, YamlNode } from '../yaml/yaml-node.ts';

/** Bounds by the words of Sigma. Zero events make no hit: there is nothing that could report them. */
export function boundsOf(
  condition: YamlMapping,
  wrong: (message: string, node: YamlNode, hint?: string) => Error,
): { atLeast: number; atMost: number } {
  let [atLeast, atMost] = [1, Number.POSITIVE_INFINITY];
  for (const { key, value } of condition.entries) {
    const word = key.kind === 'scalar' ? key.text : '';
    if (word === 'field') continue;
    const text = value.kind === 'scalar' ? value.text : '';
    if (!/^\d{1,6}$/.test(text)) throw wrong(`'${word}' needs a number up to 999999`, value);
    const number = Number(text);
    if (word === 'gte' || word === 'eq') atLeast = Math.max(atLeast, number);
    if (word === 'gt') atLeast = Math.max(atLeast, number + 1);
    if (word === 'lte' || word === 'eq') atMost = Math.min(atMost, number);
    if (word === 'lt') atMost = Math.min(atMost, number - 1);
    if (!['gte', 'gt', 'lte', 'lt', 'eq'].includes(word)) {
      throw wrong(`'${word}' is no condition of a correlation`, key, 'gte, gt, lte, lt or eq');
    }
  }
  if (atLeast > atMost) throw wrong('no count is within these bounds', condition);
  return { atLeast, atMost };
}
