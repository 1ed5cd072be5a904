import { parseYaml } from '../yaml/yaml-parser.ts';
import { isNull, type YamlNode } from '../yaml/yaml-node.ts';
import { byHand, dashOf, listOf, verified, withItem, withKey } from './edit-list.ts';
import {
  isFlow,
  lineEnd,
  lineStart,
  nodeEnd,
  nodeStart,
  plainYaml,
  yamlScalar,
} from './yaml-text.ts';

/**
 * Adds a value to an option that takes several, such as `disable-rule`, behind those that it has. Comments and layout
 * stay.
 *
 * @throws KnownError when the text cannot be changed so
 */
export function addOptionValue(file: string, text: string, key: string, value: string): string {
  const list = listOf(file, text, key);
  const scalar = yamlScalar(value);
  const [added] = parseYaml({ name: file, text: scalar });
  return verified(
    file,
    text,
    textWith(file, text, key, list, scalar),
    (items) => [...items, plainYaml(added!)],
    key,
  );
}

/** Sets an option of one value that the file has not got. @throws KnownError when the text cannot be changed so */
export function setOption(file: string, text: string, key: string, value: string): string {
  return withKey(file, text, key, yamlScalar(value));
}

function textWith(
  file: string,
  text: string,
  key: string,
  list: YamlNode | undefined,
  scalar: string,
): string {
  if (list?.kind === 'scalar' && !isNull(list)) {
    const end = nodeEnd(list);
    const from = nodeStart(list);
    return `${text.slice(0, from)}[${text.slice(from, end)}, ${scalar}]${text.slice(end)}`;
  }
  const last = list?.kind === 'sequence' ? list.items.at(-1) : undefined;
  if (list !== undefined && last !== undefined && isFlow(list)) {
    const at = nodeEnd(last);
    return `${text.slice(0, at)}, ${scalar}${text.slice(at)}`;
  }
  return withItem(file, text, key, list, (indent) => `${indent}- ${scalar}\n`);
}

/**
 * Takes a value out of such an option; the same text when it has not got it. Comments above it stay.
 *
 * @throws KnownError when the text cannot be changed so
 */
export function removeOptionValue(file: string, text: string, key: string, value: string): string {
  const list = listOf(file, text, key);
  const items = list?.kind === 'sequence' ? list.items : list === undefined ? [] : [list];
  const index = items.findIndex((item) => item.kind === 'scalar' && item.text === value);
  if (list === undefined || index < 0) return text;
  if (list.kind !== 'sequence') throw byHand(file);
  const item = items[index]!;
  const without = isFlow(list)
    ? flowWithout(text, items, index)
    : text.slice(0, lineStart(text, dashOf(text, item))) + text.slice(lineEnd(text, nodeEnd(item)));
  return verified(file, text, without, (all) => all.toSpliced(index, 1), key);
}

/** With one item goes the comma after it, or the one before the last. */
function flowWithout(text: string, items: readonly YamlNode[], index: number): string {
  const item = items[index]!;
  const next = items[index + 1];
  if (next !== undefined) return text.slice(0, nodeStart(item)) + text.slice(nodeStart(next));
  const before = items[index - 1];
  const from = before === undefined ? nodeStart(item) : nodeEnd(before);
  return text.slice(0, from) + text.slice(nodeEnd(item));
}
