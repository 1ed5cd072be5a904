import { quoteString } from '../condition/parse/literal.ts';
import { asciiLower, byteLength } from '../util/bytes.ts';
import type { YamlNode } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';
import { check, joinAll, negated, type Expression } from './sigma-expression.ts';
import { fieldWith, type Target } from './sigma-fields.ts';
import { comparisonOf, plainText, type Comparison } from './sigma-pattern.ts';
import { searchPattern } from './sigma-regex.ts';
import type { RegexCompiler } from './sigma-regex.ts';
import type { SigmaValue, ValueOf } from './sigma-value.ts';

/** The longest value that Falco takes; a longer one is compared through a field that it lacks. */
const MAX_FALCO_BYTES = 255;

/** What comparing needs to know beside the values. */
export interface CompareContext {
  readonly compileRegex: RegexCompiler;
  /** What another field stands for (`fieldref`). */
  target(name: string, node: YamlNode): Target;
}

/** One value against what its field stands for. @throws SigmaError when they cannot be compared */
export function compareValue(
  target: Target,
  value: SigmaValue,
  context: CompareContext,
): Expression {
  const { node } = value;
  switch (value.kind) {
    case 'text':
      return compareText(target, comparisonOf(value.parts, value.cased), value.cased, node);
    case 'number':
    case 'boolean': {
      const text = value.kind === 'number' ? value.text : String(value.value);
      return compareText(target, { how: 'equals', text }, true, node);
    }
    case 'null':
      return negated(check(`${eachOf(target) ?? onlyField(target)} exists`, node));
    case 'exists': {
      const there = check(`${onlyField(target)} exists`, node);
      return value.exists ? there : negated(there);
    }
    case 'regex':
      return compareRegex(target, value, context);
    case 'network':
      return compareNetwork(target, value);
    case 'order':
      return check(`${requireEach(target, node)} ${value.operator} ${value.text}`, node);
    case 'field':
      return compareField(target, value, context);
    case 'spellings':
      return joinAll(
        'or',
        value.values.map((one) => compareValue(target, one, context)),
      );
  }
}

/** Texts that are compared as a whole can share one comparison: `tolower(F) in (a, b)`. */
export function wholeText(value: SigmaValue): string | undefined {
  if (value.kind !== 'text' || value.cased) return undefined;
  const comparison = comparisonOf(value.parts, false);
  return comparison.how === 'equals' ? plainText(value.parts) : undefined;
}

/** True when a target is one of several texts, whatever their case. */
export function compareSet(target: Target, texts: readonly string[], node: YamlNode): Expression {
  const values = texts.map((text) => literal(asciiLower(text), node));
  const isLong = texts.some((text) => byteLength(text) > MAX_FALCO_BYTES);
  const operator =
    target.scalar === undefined && target.pointer === undefined ? 'intersects' : 'in';
  return check(`tolower(${fieldOf(target, isLong)}) ${operator} (${values.join(', ')})`, node);
}

function compareText(
  target: Target,
  comparison: Comparison,
  cased: boolean,
  node: YamlNode,
): Expression {
  if (comparison.how === 'any') return check(`${onlyField(target)} exists`, node);
  const { how, text } = comparison;
  if (target.scalar === undefined && target.pointer === undefined) {
    return compareList(target.list!, comparison, cased, node);
  }
  if (how === 'regex') return check(`${fieldOf(target, true)} regex ${literal(text, node)}`, node);
  const field = fieldOf(target, byteLength(text) > MAX_FALCO_BYTES);
  if (how === 'glob') {
    return check(`${field} ${cased ? 'glob' : 'iglob'} ${literal(text, node)}`, node);
  }
  const operator = how === 'equals' ? '=' : how;
  if (cased || !/[a-z]/i.test(text))
    return check(`${field} ${operator} ${literal(text, node)}`, node);
  if (how === 'contains') return check(`${field} icontains ${literal(text, node)}`, node);
  return check(`tolower(${field}) ${operator} ${literal(asciiLower(text), node)}`, node);
}

/** Between the values of a list that are joined to be searched. */
const SEPARATOR = '\n';

/** A list of the catalogue, with the few operators that lists have. */
function compareList(
  list: string,
  { how, text }: Exclude<Comparison, { how: 'any' }>,
  cased: boolean,
  node: YamlNode,
): Expression {
  if (how === 'equals') {
    const [field, wanted] = cased ? [list, text] : [`tolower(${list})`, asciiLower(text)];
    return check(`${field} intersects (${literal(wanted, node)})`, node);
  }
  if (how === 'glob' || how === 'regex' || text.includes(SEPARATOR)) {
    const hint = 'use the path of the values, such as requestObject.spec.volumes.hostPath.path';
    throw new SigmaError('a list takes no wildcard inside a text', node, hint);
  }
  const mark = quoteString(SEPARATOR);
  const joined = `concat(${mark}, join(${mark}, ${list}), ${mark})`;
  const before = how === 'startswith' ? SEPARATOR : '';
  const behind = how === 'endswith' ? SEPARATOR : '';
  const operator = cased ? 'contains' : 'icontains';
  return check(`${joined} ${operator} ${literal(before + text + behind, node)}`, node);
}

function compareRegex(
  target: Target,
  { source, flags, node }: ValueOf<'regex'>,
  { compileRegex }: CompareContext,
): Expression {
  const { pattern, refusedByFalco } = searchPattern(source, flags, node, compileRegex);
  const isOurs = refusedByFalco || byteLength(pattern) > MAX_FALCO_BYTES;
  if (target.scalar === undefined && target.pointer === undefined) requireEach(target, node);
  return check(`${fieldOf(target, isOurs)} regex ${literal(pattern, node)}`, node);
}

function compareNetwork(target: Target, { text, node }: ValueOf<'network'>): Expression {
  const pointer = target.pointer;
  if (pointer === undefined) {
    throw new SigmaError("'cidr' needs a field of the event", node, 'such as sourceIPs');
  }
  return check(`${fieldWith('kx.net', pointer)} in (${literal(text, node)})`, node);
}

function compareField(
  target: Target,
  { name, how, node }: ValueOf<'field'>,
  context: CompareContext,
): Expression {
  const other = context.target(name, node);
  const areTexts = target.scalar !== undefined && other.scalar !== undefined;
  const field = areTexts ? target.scalar : requireEach(target, node);
  const value = areTexts ? other.scalar : requireEach(other, node);
  const operator =
    how.starts && how.ends ? 'contains' : how.starts ? 'startswith' : how.ends ? 'endswith' : '=';
  if (how.cased) return check(`${field} ${operator} val(${value})`, node);
  return check(`tolower(${field}) ${operator} tolower(${value})`, node);
}

/** The field to compare; one that Falco lacks where it would refuse the comparison, so that it skips the rule. */
function fieldOf(target: Target, isRefused: boolean): string {
  return (isRefused ? eachOf(target) : undefined) ?? onlyField(target);
}

function onlyField(target: Target): string {
  return target.scalar ?? eachOf(target) ?? target.list!;
}

/** The values at the field's place, compared one by one. */
function eachOf({ pointer, scalar }: Target): string | undefined {
  if (pointer !== undefined) return fieldWith('kx.any', pointer);
  return scalar === 'jevt.value[""]' ? 'kx.any[""]' : undefined;
}

function requireEach(target: Target, node: YamlNode): string {
  const field = eachOf(target);
  if (field !== undefined) return field;
  const hint = 'use the path of the value in the event, such as responseStatus.code';
  throw new SigmaError(`${onlyField(target)} cannot be compared so`, node, hint);
}

/** Where the name of a list would be taken for the list, even inside a text: between characters that part words. */
const LIST_PLACE = /[ (),=][^()"'\s=,]+[ (),=]/;

/**
 * A value as conditions write it: always in quotes, and so that no list of another file takes the place of a word in
 * it. Falco cannot read a text that ends in a backslash.
 *
 * @throws SigmaError for a NUL, which no value may hold
 */
function literal(text: string, node: YamlNode): string {
  if (text.includes('\0')) {
    const hint = "'wide' belongs before 'base64'";
    throw new SigmaError('a value holds a NUL character', node, hint);
  }
  const inside = quoteString(text).slice(1, -1).replace(/\\\\$/, '\\x5c');
  if (!LIST_PLACE.test(inside)) return `"${inside}"`;
  return `"${inside.replace(/[ (),=]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`)}"`;
}
