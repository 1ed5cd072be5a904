import { didYouMean } from '../util/suggest.ts';
import type { YamlNode, YamlScalar } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';
import { plainText, widened } from './sigma-pattern.ts';
import { base64, dashes, offsets, utf16 } from './sigma-spellings.ts';
import {
  textValue,
  wildcardFree,
  writtenValues,
  type FieldComparison,
  type RegexFlag,
  type SigmaValue,
  type ValueOf,
} from './sigma-value.ts';

/** A key of a detection with its values: `user.username|startswith: [a, b]`. */
export interface DetectionItem {
  /** Undefined for keywords, which stand for any field. */
  readonly field: string | undefined;
  readonly values: readonly SigmaValue[];
  /** True when all values must be there, not just one. */
  readonly all: boolean;
  readonly negated: boolean;
  readonly node: YamlNode;
}

/** What a modifier makes of one value. @param earlier modifiers before it */
type Modify = (value: SigmaValue, earlier: readonly string[]) => SigmaValue;

/** A modifier of single values: what it makes of them, or why it is refused. */
interface Modifier {
  /** In a few words, for the documentation. */
  readonly does: string;
  readonly modify?: Modify;
}

/** Modifiers of the list of values. */
export const LIST_MODIFIERS: ReadonlyMap<string, string> = new Map([
  ['all', 'all values must match, not just one'],
  ['neq', 'the key must not match'],
]);

/** All modifiers of values. Documentation is made from this table. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['contains', { does: 'the value is somewhere in the field', modify: widen(true, true) }],
  ['startswith', { does: 'the field begins with the value', modify: widen(false, true) }],
  ['endswith', { does: 'the field ends with the value', modify: widen(true, false) }],
  ['cased', { does: 'letters match in the same case only', modify: cased }],
  ['re', { does: 'a regular expression of RE2 is found in the field', modify: regex }],
  ['i', { does: 'behind `re`: in either case', modify: flagged('i') }],
  ['ignorecase', { does: 'the same as `i`', modify: flagged('i') }],
  ['m', { does: 'behind `re`: `^` and `$` match at lines', modify: flagged('m') }],
  ['multiline', { does: 'the same as `m`', modify: flagged('m') }],
  ['s', { does: 'behind `re`: `.` matches line ends', modify: flagged('s') }],
  ['dotall', { does: 'the same as `s`', modify: flagged('s') }],
  ['cidr', { does: 'an address is in the network', modify: network }],
  ['exists', { does: 'the field is there (true) or not (false)', modify: exists }],
  ['lt', { does: 'a number is less', modify: order('<') }],
  ['lte', { does: 'a number is less or equal', modify: order('<=') }],
  ['gt', { does: 'a number is greater', modify: order('>') }],
  ['gte', { does: 'a number is greater or equal', modify: order('>=') }],
  ['fieldref', { does: 'the value is the name of another field', modify: fieldReference }],
  ['base64', { does: 'the value encoded as base64', modify: base64 }],
  ['base64offset', { does: 'the same, wherever in an encoded text', modify: offsets }],
  ['wide', { does: 'UTF-16LE, before `base64`', modify: utf16('le') }],
  ['utf16le', { does: 'the same as `wide`', modify: utf16('le') }],
  ['utf16be', { does: 'UTF-16BE, before `base64`', modify: utf16('be') }],
  [
    'utf16',
    { does: 'UTF-16LE with its byte order mark, before `base64`', modify: utf16('le', '\xff\xfe') },
  ],
  ['windash', { does: 'a dash that starts a word, also as a slash or long dash', modify: dashes }],
  ['expand', { does: 'refused: there are no lists to put in place of %name%' }],
  ...['minute', 'hour', 'day', 'week', 'month', 'year'].map((unit): [string, Modifier] => [
    unit,
    { does: 'refused: parts of a time are no field; `--since` and policies choose times' },
  ]),
]);

/** Reads a key and its values. @throws SigmaError for a modifier that is unknown, or does not fit its value */
export function readDetectionItem(key: YamlScalar, node: YamlNode): DetectionItem {
  const [field = '', ...names] = key.text.split('|').map((part) => part.trim());
  let values = writtenValues(node, names.includes('re'));
  for (const [at, name] of names.entries()) {
    if (LIST_MODIFIERS.has(name)) continue;
    const modify = modifierOf(name, key).modify!;
    const earlier = names.slice(0, at).filter((other) => !LIST_MODIFIERS.has(other));
    values = values.map((value) => inEach(value, (one) => modify(one, earlier)));
  }
  return {
    field: field === '' ? undefined : field,
    values,
    all: names.includes('all'),
    negated: names.includes('neq'),
    node: key,
  };
}

function modifierOf(name: string, key: YamlScalar): Modifier {
  const modifier = MODIFIERS.get(name);
  if (modifier === undefined) {
    const names = [...MODIFIERS.keys(), ...LIST_MODIFIERS.keys()];
    const hint = didYouMean(name, names) ?? `modifiers: ${names.join(', ')}`;
    throw new SigmaError(`modifier '${name}' is not known`, key, hint);
  }
  if (modifier.modify === undefined) {
    throw new SigmaError(`modifier '${name}' is ${modifier.does}`, key);
  }
  return modifier;
}

/** Applies a modifier to a value, or to each spelling of it. */
function inEach(value: SigmaValue, modify: (value: SigmaValue) => SigmaValue): SigmaValue {
  if (value.kind !== 'spellings') return modify(value);
  return { ...value, values: value.values.map((one) => inEach(one, modify)) };
}

function widen(before: boolean, behind: boolean): Modify {
  return (value) => {
    // Numbers have a spelling too: many rules write `contains: 443`.
    if (value.kind === 'number') {
      const { node, text } = value;
      return { kind: 'text', node, cased: false, parts: widened([text], before, behind) };
    }
    if (value.kind === 'text') return { ...value, parts: widened(value.parts, before, behind) };
    // What is found anywhere is found with other text around it.
    if (value.kind === 'regex') return value;
    if (value.kind === 'field') {
      const { how } = value;
      return { ...value, how: { ...how, starts: how.starts || behind, ends: how.ends || before } };
    }
    throw misfit(value, 'a text');
  };
}

function cased(value: SigmaValue): SigmaValue {
  if (value.kind === 'field') return { ...value, how: { ...value.how, cased: true } };
  return { ...textValue(value), cased: true };
}

function regex(value: SigmaValue, earlier: readonly string[]): SigmaValue {
  const { node, parts } = textValue(value);
  if (earlier.length > 0) throw new SigmaError("'re' must be the first modifier", node);
  return { kind: 'regex', node, source: plainText(parts) ?? '', flags: [] };
}

function flagged(flag: RegexFlag): Modify {
  return (value) => {
    if (value.kind !== 'regex') throw misfit(value, "a regular expression, with 're' before it");
    return { ...value, flags: [...new Set([...value.flags, flag])] };
  };
}

function network(value: SigmaValue, earlier: readonly string[]): SigmaValue {
  const { node } = value;
  if (earlier.length > 0) throw new SigmaError("'cidr' must be the first modifier", node);
  return { kind: 'network', node, text: wildcardFree(value) };
}

function exists(value: SigmaValue): SigmaValue {
  if (value.kind !== 'boolean') throw misfit(value, 'true or false');
  return { kind: 'exists', node: value.node, exists: value.value };
}

function order(operator: ValueOf<'order'>['operator']): Modify {
  return (value) => {
    const { node } = value;
    const text = value.kind === 'text' ? plainText(value.parts) : undefined;
    if (value.kind === 'number') return { kind: 'order', node, operator, text: value.text };
    if (text !== undefined && /^-?\d+(?:\.\d+)?$/.test(text)) {
      return { kind: 'order', node, operator, text };
    }
    throw misfit(value, 'a number');
  };
}

const SAME: FieldComparison = { starts: false, ends: false, cased: false };

function fieldReference(value: SigmaValue): SigmaValue {
  return { kind: 'field', node: value.node, name: wildcardFree(value), how: SAME };
}

function misfit({ node }: SigmaValue, wanted: string): SigmaError {
  return new SigmaError(`the modifier needs ${wanted}`, node);
}
