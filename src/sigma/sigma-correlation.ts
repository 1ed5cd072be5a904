import { CORRELATION_TYPES, MAX_STEPS, type CorrelationType } from '../correlate/correlation.ts';
import { boundsOf } from '../correlate/bounds.ts';
import { didYouMean } from '../util/suggest.ts';
import { parseTimespan } from '../util/timespan.ts';
import { get, type YamlMapping, type YamlNode, type YamlScalar } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';
import { fieldWith, targetOf, type FieldFinder } from './sigma-fields.ts';
import { keysOf, required, textAt, type Keys } from './sigma-yaml.ts';

/** A correlation of Sigma, with fields as conditions write them. */
export interface SigmaCorrelation {
  readonly type: CorrelationType;
  /** Names, ids or titles of rules. */
  readonly rules: readonly YamlScalar[];
  /** The field of each rule, by what `rules` calls it; or of all. */
  readonly groupBy: readonly {
    readonly name: string;
    readonly fields: ReadonlyMap<string, string> | string;
    readonly node: YamlNode;
  }[];
  readonly values: readonly { readonly field: string; readonly node: YamlNode }[];
  readonly timespan: bigint;
  readonly atLeast: number;
  readonly atMost: number;
  /** True when its rules are findings of their own too. */
  readonly generate: boolean;
}

/** What a correlation may say: a key that is passed over would give it another meaning. */
const KEYS = ['type', 'rules', 'aliases', 'group-by', 'timespan', 'condition', 'generate'];

/** Reads the `correlation` of a document. @throws SigmaError */
export function readSigmaCorrelation(
  document: YamlMapping,
  node: YamlNode,
  fields: FieldFinder,
): SigmaCorrelation {
  if (node.kind !== 'mapping') throw new SigmaError('correlation must be a map', node);
  const keys = keysOf(node, 'the correlation');
  const unknown = [...keys.values()].find(({ key }) => !KEYS.includes(key.text));
  if (unknown !== undefined) {
    const { text } = unknown.key;
    const hint = text === 'timeframe' ? "write 'timespan'" : didYouMean(text, KEYS);
    throw new SigmaError(`'${text}' is no key of a correlation`, unknown.key, hint);
  }
  const type = typeOf(required(keys, 'type', node, 'the correlation'));
  const rules = scalarsAt(keys, 'rules');
  if (rules.length === 0) throw new SigmaError("the correlation has no 'rules'", node);
  if (rules.length > MAX_STEPS)
    throw new SigmaError(`more than ${MAX_STEPS} rules`, rules[MAX_STEPS]!);
  const counts = type === 'event_count' || type === 'value_count';
  if (!counts && rules.length < 2) throw new SigmaError(`${type} needs two rules`, node);
  const span = required(keys, 'timespan', node, 'the correlation');
  const timespan = parseTimespan(textAt(keys, 'timespan') ?? '');
  if (timespan === undefined || timespan === 0n) {
    throw new SigmaError('timespan is none', span, 'such as 90s, 15m, 1h or 14d');
  }
  const condition = keys.get('condition')?.value;
  if (counts && condition?.kind !== 'mapping') {
    throw new SigmaError('condition must be bounds', condition ?? node, 'such as {gte: 10}');
  }
  if (!counts && condition !== undefined) requireAllRules(condition, rules);
  const bounds = condition?.kind === 'mapping' && counts ? condition : undefined;
  const written = bounds === undefined ? [] : scalarsAt(keysOf(bounds, 'the condition'), 'field');
  if ((type === 'value_count') !== written.length > 0) {
    const wrong = type === 'value_count' ? 'needs a field' : 'has no use for a field';
    throw new SigmaError(`the condition of ${type} ${wrong}`, bounds ?? node);
  }
  return {
    type,
    rules,
    groupBy: groupOf(keys, rules, fields),
    values: written.map((one) => ({ field: fieldOf(one, fields), node: one })),
    timespan,
    generate: [keys.get('generate')?.value, get(document, 'generate')].some(isTrue),
    ...(bounds === undefined
      ? { atLeast: 1, atMost: Number.POSITIVE_INFINITY }
      : boundsOf(bounds, sigmaError)),
  };
}

function sigmaError(message: string, at: YamlNode, hint?: string): SigmaError {
  return new SigmaError(message, at, hint);
}

/** Beside the correlation, as the specification has it, or in it. */
function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && /^(?:true|yes|on)$/i.test(node.text);
}

/**
 * Events of all rules make a hit. A condition that says the same, as a count of rules or their names, changes nothing;
 * one that says something else is not read.
 *
 * @throws SigmaError
 */
function requireAllRules(condition: YamlNode, rules: readonly YamlScalar[]): void {
  const names = new Set(rules.map(({ text }) => text));
  if (condition.kind === 'mapping') {
    const { atLeast } = boundsOf(condition, sigmaError);
    if (atLeast === names.size) return;
  } else if (condition.kind === 'scalar') {
    const given = condition.text.trim().split(/\s+and\s+/i);
    if (given.length === names.size && given.every((name) => names.has(name))) return;
  }
  throw new SigmaError(
    'a condition other than that all rules match is not read',
    condition,
    'leave it out, or make a correlation for each combination',
  );
}

function typeOf(node: YamlNode): CorrelationType {
  const text = node.kind === 'scalar' ? node.text : '';
  const known = CORRELATION_TYPES.find((type) => type === text);
  // `new_value` and `silence` are no types of Sigma, and lack what Sigma has no words for.
  if (known !== undefined && known !== 'new_value' && known !== 'silence') return known;
  const hint = didYouMean(text, CORRELATION_TYPES);
  throw new SigmaError(
    `correlation type '${text}' is not read`,
    node,
    hint ?? 'event_count, value_count, temporal and temporal_ordered are',
  );
}

function groupOf(
  keys: Keys,
  rules: readonly YamlScalar[],
  fields: FieldFinder,
): SigmaCorrelation['groupBy'] {
  const aliases = keys.get('aliases')?.value;
  if (aliases !== undefined && aliases.kind !== 'mapping') {
    throw new SigmaError('aliases must be a map', aliases);
  }
  const known = aliases === undefined ? new Map() : keysOf(aliases, 'the aliases');
  return scalarsAt(keys, 'group-by').map((node) => {
    const alias = (known as Keys).get(node.text)?.value;
    if (alias === undefined) return { name: node.text, fields: fieldOf(node, fields), node };
    return { name: node.text, fields: aliasOf(alias, node.text, rules, fields), node };
  });
}

function aliasOf(
  alias: YamlNode,
  name: string,
  rules: readonly YamlScalar[],
  fields: FieldFinder,
): ReadonlyMap<string, string> {
  if (alias.kind !== 'mapping') throw new SigmaError(`alias '${name}' must be a map`, alias);
  const entries = keysOf(alias, `alias '${name}'`);
  const unknown = [...entries.values()].find(({ key }) =>
    rules.every((rule) => rule.text !== key.text),
  );
  if (unknown !== undefined) {
    throw new SigmaError(
      `alias '${name}' names '${unknown.key.text}', which is no rule of it`,
      unknown.key,
    );
  }
  return new Map(
    rules.map((rule) => {
      const value = entries.get(rule.text)?.value;
      if (value?.kind !== 'scalar') {
        throw new SigmaError(`alias '${name}' has no field of '${rule.text}'`, alias);
      }
      return [rule.text, fieldOf(value, fields)];
    }),
  );
}

/** The field of a condition that shows the same; values in lists stay together. */
function fieldOf(node: YamlScalar, fields: FieldFinder): string {
  const { scalar, list, pointer = '' } = targetOf(node.text, node, fields);
  return scalar ?? list ?? fieldWith('kx.any', pointer);
}

/** The texts of a key that is one text or a list of them. */
function scalarsAt(keys: Keys, name: string): YamlScalar[] {
  const value = keys.get(name)?.value;
  if (value === undefined) return [];
  const nodes = value.kind === 'sequence' ? value.items : [value];
  return nodes.map((node) => {
    if (node.kind !== 'scalar' || node.isNull) throw new SigmaError(`${name} must be texts`, node);
    return node;
  });
}
