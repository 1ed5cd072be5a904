import { CORRELATION_TYPES, MAX_STEPS, type CorrelationType } from '../../correlate/correlation.ts';
import { boundsOf } from '../../correlate/bounds.ts';
import { didYouMean } from '../../util/suggest.ts';
import { parseTimespan } from '../../util/timespan.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { get, isNull, type YamlNode } from '../../yaml/yaml-node.ts';
import type { CorrelationKey, CorrelationStep } from '../collect/definitions.ts';
import {
  invalid,
  optionalBoolean,
  optionalScalar,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import type { ReaderContext } from './reader-context.ts';
import { readPriority, sortedSet } from './rule-values.ts';

/** Keys that a `correlation` item may have. */
export const CORRELATION_KEYS: readonly string[] = (
  'correlation desc type rules events group-by require field timespan condition aliases suppress warmup output ' +
  'priority tags enabled'
).split(' ');

const DAY = 86_400_000_000_000n;

/** Reads one `correlation` item into the collector. @throws RuleError */
export function readCorrelation(item: ItemContext, name: string, context: ReaderContext): void {
  const typeNode = requiredScalar(item, 'type');
  const type = CORRELATION_TYPES.find((known) => known === typeNode.text);
  if (type === undefined) {
    const hint = didYouMean(typeNode.text, CORRELATION_TYPES);
    const types = `types: ${CORRELATION_TYPES.join(', ')}`;
    throw invalid(`type '${typeNode.text}' is not known`, typeNode, item.items, hint ?? types);
  }
  if (name.includes('\n')) throw invalid('a name is one line', item.node, item.items);
  if (context.collector.rules.has(name)) {
    throw invalid('A rule has this name already', item.node, item.items, 'findings name it');
  }
  const steps = readSteps(item, type);
  const values = (oneOrMore(item, 'field') ?? []).map((node) => ({ field: node.text, node }));
  const needsValues = type === 'value_count' || type === 'new_value';
  if (needsValues !== values.length > 0) {
    const message = needsValues ? `${type} needs a field` : `${type} has no use for a field`;
    throw invalid(message, get(item.node, 'field') ?? item.node, item.items);
  }
  const timespan = readTimespan(item, 'timespan', type === 'new_value');
  const counts = type === 'event_count' || type === 'value_count';
  const output = optionalScalar(item, 'output');
  const desc = optionalScalar(item, 'desc')?.text ?? name;
  context.collector.defineCorrelation(
    {
      type,
      steps,
      groupBy: readKeys(item, steps),
      requireGroup: optionalBoolean(item, 'require') ?? false,
      values,
      timespan: timespan ?? 0n,
      ...readBounds(item, counts),
      suppress: readTimespan(item, 'suppress', true) ?? (counts ? timespan! : 0n),
      warmup: readTimespan(item, 'warmup', true) ?? (type === 'new_value' ? DAY : 0n),
      description: desc,
      output:
        output === undefined
          ? SourceText.inserted(usualOutput(type), item.node)
          : SourceText.of(output),
      priority: readPriority(item),
      tags: sortedSet((optionalSequence(item, 'tags') ?? []).map(({ text }) => text)),
      enabled: optionalBoolean(item, 'enabled') ?? true,
      takesRules: false,
    },
    name,
    item.node,
  );
}

/** The output of a correlation that has none. */
export function usualOutput(type: CorrelationType): string {
  const values = type === 'value_count' || type === 'new_value' ? ' values=%corr.values[5]' : '';
  return `%corr.count since %corr.first (%corr.group)${values}`;
}

function readSteps(item: ItemContext, type: CorrelationType): CorrelationStep[] {
  const rules = (oneOrMore(item, 'rules') ?? []).map((node): CorrelationStep => {
    return { name: node.text, condition: undefined, node };
  });
  const steps = [...rules, ...readEvents(item)];
  if (steps.length === 0) {
    throw invalid("a correlation needs 'rules' or 'events'", item.node, item.items);
  }
  const isSequence = type === 'temporal' || type === 'temporal_ordered';
  if (isSequence && steps.length < 2) {
    throw invalid(`${type} needs two rules or events`, steps[0]!.node, item.items);
  }
  if (steps.length > MAX_STEPS) {
    throw invalid(`more than ${MAX_STEPS} rules or events`, steps[MAX_STEPS]!.node, item.items);
  }
  return steps;
}

/** `events`: a list of maps, or one map, of names to conditions. */
function readEvents({ node, items }: ItemContext): CorrelationStep[] {
  const events = get(node, 'events');
  if (events === undefined) return [];
  const maps = events.kind === 'sequence' ? events.items : [events];
  return maps.flatMap((map) => {
    if (map.kind !== 'mapping') {
      throw invalid(
        'events must be a list of names with conditions',
        map,
        items,
        '- read: CONDITION',
      );
    }
    return map.entries.map(({ key, value }): CorrelationStep => {
      if (key.kind !== 'scalar' || value.kind !== 'scalar' || value.text.trim() === '') {
        throw invalid(
          'events must be a list of names with conditions',
          key,
          items,
          '- read: CONDITION',
        );
      }
      return { name: key.text, condition: SourceText.of(value), node: key };
    });
  });
}

function readKeys(item: ItemContext, steps: readonly CorrelationStep[]): CorrelationKey[] {
  const aliases = get(item.node, 'aliases');
  if (aliases !== undefined && aliases.kind !== 'mapping') {
    throw invalid('aliases must be a map', aliases, item.items);
  }
  return (oneOrMore(item, 'group-by') ?? []).map((node) => {
    const alias = aliases === undefined ? undefined : get(aliases, node.text);
    if (alias === undefined) return { name: node.text, fields: node.text, node };
    return { name: node.text, fields: aliasFields(alias, node.text, steps, item), node };
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

function readTimespan(item: ItemContext, key: string, optional: boolean): bigint | undefined {
  const node = optional ? optionalScalar(item, key) : requiredScalar(item, key);
  if (node === undefined) return undefined;
  const span = parseTimespan(node.text);
  if (span !== undefined && (span > 0n || key !== 'timespan')) return span;
  throw invalid(
    `${key} '${node.text}' is no timespan`,
    node,
    item.items,
    'such as 90s, 15m, 1h or 14d',
  );
}

function readBounds(item: ItemContext, counts: boolean): { atLeast: number; atMost: number } {
  const node = get(item.node, 'condition');
  if (!counts) {
    if (node === undefined) return { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
    throw invalid('only counts have a condition', node, item.items);
  }
  if (node?.kind !== 'mapping') {
    throw invalid('condition must be bounds', node ?? item.node, item.items, 'such as {gte: 10}');
  }
  return boundsOf(node, (message, at, hint) => invalid(message, at, item.items, hint));
}

/** A scalar, or a list of some. */
function oneOrMore(item: ItemContext, key: string): ReturnType<typeof optionalSequence> {
  const node = get(item.node, key);
  if (node === undefined || isNull(node)) return undefined;
  return node.kind === 'scalar' ? [requiredScalar(item, key)] : optionalSequence(item, key);
}
