import { CORRELATION_TYPES, MAX_STEPS, type CorrelationType } from '../../correlate/correlation.ts';
import { boundsOf } from '../../correlate/bounds.ts';
import { didYouMean } from '../../util/suggest.ts';
import { parseTimespan } from '../../util/timespan.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { get } from '../../yaml/yaml-node.ts';
import type { CorrelationStep, CorrelationValue } from '../collect/definitions.ts';
import {
  invalid,
  optionalBoolean,
  optionalScalar,
  optionalSequence,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import type { ReaderContext } from './reader-context.ts';
import { oneOrMore, readGroupKeys, readTimes } from './correlation-keys.ts';
import { readPriority, sortedSet } from './rule-values.ts';

/** Keys that a `correlation` item may have. */
export const CORRELATION_KEYS: readonly string[] = (
  'correlation desc type rules events group-by require each field differ times returning timespan condition aliases ' +
  'suppress warmup output priority tags enabled'
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
  for (const [key, only] of OF_ONE_TYPE) {
    const node = get(item.node, key);
    if (node !== undefined && type !== only) {
      throw invalid(`only ${only} has a use for ${key}`, node, item.items);
    }
  }
  const returning = optionalBoolean(item, 'returning') ?? false;
  const values = readValues(item, type);
  const timespan = readTimespan(item, 'timespan', type === 'new_value' && !returning);
  const counts = type === 'event_count' || type === 'value_count';
  const output = optionalScalar(item, 'output');
  const desc = optionalScalar(item, 'desc')?.text ?? name;
  context.collector.defineCorrelation(
    {
      type,
      steps,
      groupBy: readGroupKeys(item, steps),
      requireGroup: optionalBoolean(item, 'require') ?? false,
      values,
      differs: type === 'temporal_ordered' && values.length > 0,
      times: readTimes(item, steps),
      returning,
      timespan: timespan ?? 0n,
      ...readBounds(item, counts, type),
      suppress: readTimespan(item, 'suppress', true) ?? (counts ? timespan! : 0n),
      warmup: readTimespan(item, 'warmup', true) ?? (type === 'new_value' ? DAY : 0n),
      description: desc,
      output:
        output === undefined
          ? SourceText.inserted(usualOutput(type), item.node)
          : SourceText.of(output).trimmed(),
      priority: readPriority(item),
      tags: sortedSet((optionalSequence(item, 'tags') ?? []).map(({ text }) => text)),
      enabled: optionalBoolean(item, 'enabled') ?? true,
      takesRules: false,
    },
    name,
    item.node,
  );
}

/** Keys that one type alone has. */
const OF_ONE_TYPE: readonly (readonly [string, CorrelationType])[] = [
  ['times', 'temporal_ordered'],
  ['differ', 'temporal_ordered'],
  ['returning', 'new_value'],
];

/** What values are made of: `field`, or `differ` where the event that completes is to have another one. */
function readValues(item: ItemContext, type: CorrelationType): CorrelationValue[] {
  const written = oneOrMore(item, 'field') ?? [];
  const needsField = type === 'value_count' || type === 'new_value';
  if (needsField !== written.length > 0) {
    const message = needsField ? `${type} needs a field` : `${type} has no use for a field`;
    throw invalid(message, get(item.node, 'field') ?? item.node, item.items);
  }
  const differing = oneOrMore(item, 'differ') ?? [];
  return [...written, ...differing].map((node) => ({ field: node.text, node }));
}

/** Most events before a silence: each group keeps them. */
const MAX_BEFORE = 1000;

/** The output of a correlation that has none. */
export function usualOutput(type: CorrelationType): string {
  if (type === 'silence') return 'nothing from %corr.first to %corr.last (%corr.group)';
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

function readBounds(
  item: ItemContext,
  counts: boolean,
  type: CorrelationType,
): { atLeast: number; atMost: number } {
  const node = get(item.node, 'condition');
  const isSilence = type === 'silence';
  if (!counts && !isSilence) {
    if (node === undefined) return { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
    throw invalid('only counts have a condition', node, item.items);
  }
  if (node?.kind !== 'mapping') {
    throw invalid('condition must be bounds', node ?? item.node, item.items, 'such as {gte: 10}');
  }
  const bounds = boundsOf(node, (message, at, hint) => invalid(message, at, item.items, hint));
  if (!isSilence || (bounds.atMost === Number.POSITIVE_INFINITY && bounds.atLeast <= MAX_BEFORE))
    return bounds;
  throw invalid(
    `before a silence there are at least so many events, up to ${MAX_BEFORE}`,
    node,
    item.items,
    'such as {gte: 10}',
  );
}
