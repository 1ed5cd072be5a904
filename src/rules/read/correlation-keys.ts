import { didYouMean } from '../../util/suggest.ts';
import { get, isNull, type YamlNode } from '../../yaml/yaml-node.ts';
import type { CorrelationKey, CorrelationStep } from '../collect/definitions.ts';
import {
  invalid,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';

/** What events of one group have in common: `group-by`, with `aliases` and `each`. @throws RuleError */
export function readGroupKeys(
  item: ItemContext,
  steps: readonly CorrelationStep[],
): CorrelationKey[] {
  const each = oneOrMore(item, 'each') ?? [];
  const keys = readKeys(item, steps, new Set(each.map(({ text }) => text)));
  const unknown = each.find(({ text }) => !keys.some(({ name }) => name === text));
  if (unknown === undefined) return keys;
  throw invalid(`each names '${unknown.text}', which group-by has not`, unknown, item.items);
}

function readKeys(
  item: ItemContext,
  steps: readonly CorrelationStep[],
  each: ReadonlySet<string>,
): CorrelationKey[] {
  const aliases = get(item.node, 'aliases');
  if (aliases !== undefined && aliases.kind !== 'mapping') {
    throw invalid('aliases must be a map', aliases, item.items);
  }
  return (oneOrMore(item, 'group-by') ?? []).map((node) => {
    const alias = aliases === undefined ? undefined : get(aliases, node.text);
    const key = { name: node.text, isEach: each.has(node.text), node };
    if (alias === undefined) return { ...key, fields: node.text };
    return { ...key, fields: aliasFields(alias, node.text, steps, item) };
  });
}

/** The field of each step that an alias stands for. @throws RuleError for a step that it leaves out */
function aliasFields(
  alias: YamlNode,
  name: string,
  steps: readonly CorrelationStep[],
  { items }: ItemContext,
): ReadonlyMap<string, string> {
  if (alias.kind !== 'mapping') {
    throw invalid(`alias '${name}' must be a map of rules or events to fields`, alias, items);
  }
  const fields = new Map<string, string>();
  for (const { key, value } of alias.entries) {
    if (key.kind !== 'scalar' || value.kind !== 'scalar') {
      throw invalid(`alias '${name}' must be a map of rules or events to fields`, key, items);
    }
    if (!steps.some((step) => step.name === key.text)) {
      const hint = didYouMean(
        key.text,
        steps.map((step) => step.name),
      );
      throw invalid(`alias '${name}' names '${key.text}', which is no part`, key, items, hint);
    }
    fields.set(key.text, value.text);
  }
  const missing = steps.find((step) => !fields.has(step.name));
  if (missing === undefined) return fields;
  throw invalid(`alias '${name}' has no field of '${missing.name}'`, alias, items);
}

/** Most events that the steps of one correlation take together. */
const MAX_TIMES = 1000;

/** How many events each step takes, by `times`. @throws RuleError */
export function readTimes(
  item: ItemContext,
  steps: readonly CorrelationStep[],
): readonly number[] | undefined {
  const node = get(item.node, 'times');
  if (node === undefined) return undefined;
  if (node.kind !== 'mapping') throw invalid('times must be a map', node, item.items);
  const times = steps.map(() => 1);
  for (const { key, value } of node.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    const at = steps.findIndex((step) => step.name === name);
    const text = value.kind === 'scalar' ? value.text : '';
    if (at === -1) {
      const names = steps.map((step) => step.name);
      throw invalid(
        `times names '${name}', which is no part`,
        key,
        item.items,
        didYouMean(name, names),
      );
    }
    if (!/^[1-9]\d{0,3}$/.test(text)) {
      throw invalid(`'${name}' needs a number of events up to ${MAX_TIMES}`, value, item.items);
    }
    times[at] = Number(text);
  }
  const sum = times.reduce((all, count) => all + count, 0);
  if (sum > MAX_TIMES) throw invalid(`more than ${MAX_TIMES} events`, node, item.items);
  return times;
}

/** A scalar, or a list of some. */
export function oneOrMore(item: ItemContext, key: string): ReturnType<typeof optionalSequence> {
  const node = get(item.node, key);
  if (node === undefined || isNull(node)) return undefined;
  return node.kind === 'scalar' ? [requiredScalar(item, key)] : optionalSequence(item, key);
}
