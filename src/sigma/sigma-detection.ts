import type { YamlMapping, YamlNode, YamlScalar } from '../yaml/yaml-node.ts';
import { compareSet, compareValue, wholeText, type CompareContext } from './sigma-compare.ts';
import { parseSigmaCondition, type SigmaCondition } from './sigma-condition.ts';
import { SigmaError } from './sigma-error.ts';
import { joinAll, negated, type Expression } from './sigma-expression.ts';
import { WHOLE_EVENT } from './sigma-fields.ts';
import { readDetectionItem, type DetectionItem } from './sigma-modifiers.ts';
import { widened, type Part } from './sigma-pattern.ts';
import type { SigmaValue } from './sigma-value.ts';
import { keysOf, required, type Keys } from './sigma-yaml.ts';

/** Comparisons that a rule may grow to: conditions can name a detection any number of times. */
const MAX_CHECKS = 20_000;

/** The condition of a `detection`. @throws SigmaError for what is wrong in it */
export function readDetection(node: YamlNode | undefined, context: CompareContext): Expression {
  if (node?.kind !== 'mapping') {
    throw new SigmaError('detection must be a map of detections and a condition', node!);
  }
  const keys = keysOf(node, 'the detection');
  const condition = required(keys, 'condition', node, 'the detection');
  const names = [...keys.keys()].filter((name) => name !== 'condition' && name !== 'timeframe');
  if (keys.has('timeframe')) {
    const hint = 'Sigma has correlation rules instead';
    throw new SigmaError('timeframe is no longer part of Sigma', keys.get('timeframe')!.key, hint);
  }
  const maker = new Maker(keys, context);
  // Several conditions are several rules of one name: any of them is a hit.
  const conditions = condition.kind === 'sequence' ? condition.items : [condition];
  const parsed = conditions.map((text) => {
    if (text.kind !== 'scalar' || text.text.trim() === '') {
      throw new SigmaError('condition must be a text', text);
    }
    return maker.condition(parseSigmaCondition(text.text, names, text));
  });
  if (parsed.length === 0) throw new SigmaError('condition must be a text', condition);
  return joinAll('or', parsed);
}

class Maker {
  readonly #keys: Keys;
  readonly #context: CompareContext;
  readonly #made = new Map<string, { expression: Expression; size: number }>();
  #left = MAX_CHECKS;

  constructor(keys: Keys, context: CompareContext) {
    this.#keys = keys;
    this.#context = context;
  }

  condition(condition: SigmaCondition): Expression {
    switch (condition.kind) {
      case 'detection':
        return this.#detection(condition.name);
      case 'not':
        return negated(this.condition(condition.operand));
      default:
        return joinAll(
          condition.kind,
          condition.operands.map((each) => this.condition(each)),
        );
    }
  }

  #detection(name: string): Expression {
    const { key, value } = this.#keys.get(name)!;
    const known = this.#made.get(name);
    const expression = known?.expression ?? this.#definition(value, key);
    const size = known?.size ?? sizeOf(expression);
    this.#made.set(name, { expression, size });
    this.#left -= size;
    if (this.#left < 0) {
      throw new SigmaError(`the condition makes more than ${MAX_CHECKS} comparisons`, key);
    }
    return expression;
  }

  /** A map is true when all its keys are, a list when one of its elements is; texts are keywords. */
  #definition(node: YamlNode, key: YamlScalar): Expression {
    if (node.kind === 'mapping') return this.#map(node, key);
    if (node.kind === 'scalar' || node.items.every((item) => item.kind === 'scalar')) {
      return this.#item(readDetectionItem(keywordKey(key), node));
    }
    return joinAll(
      'or',
      node.items.map((item) => this.#definition(item, key)),
    );
  }

  #map(node: YamlMapping, key: YamlScalar): Expression {
    const items = [...keysOf(node, `'${key.text}'`).values()];
    if (items.length === 0) throw new SigmaError(`'${key.text}' is empty`, key);
    return joinAll(
      'and',
      items.map((entry) => this.#item(readDetectionItem(entry.key, entry.value))),
    );
  }

  #item({ field, node, all, negated: isNegated, values: written }: DetectionItem): Expression {
    const target = field === undefined ? WHOLE_EVENT : this.#context.target(field, node);
    const values = field === undefined ? written.flatMap(keyword) : written;
    const texts = all ? [] : values.flatMap((value) => wholeText(value) ?? []);
    const single = texts.length > 1 ? values.filter((one) => wholeText(one) === undefined) : values;
    const checks = single.map((value) => compareValue(target, value, this.#context));
    if (texts.length > 1) checks.unshift(compareSet(target, texts, node));
    const joined = joinAll(all ? 'and' : 'or', checks);
    return isNegated ? negated(joined) : joined;
  }
}

/** Keywords have no field of their own. */
function keywordKey(key: YamlScalar): YamlScalar {
  return { ...key, text: '' };
}

/** A keyword is found anywhere in the text of the event, as JSON spells it. */
function keyword(value: SigmaValue): SigmaValue[] {
  const { node } = value;
  switch (value.kind) {
    case 'text': {
      const spell = (escaped: boolean): SigmaValue => ({
        ...value,
        parts: widened(
          value.parts.map((part) => jsonSpelling(part, escaped)),
          true,
          true,
        ),
      });
      const isAmbiguous = value.parts.some((part) => typeof part === 'string' && HTML.test(part));
      if (!isAmbiguous) return [spell(false)];
      return [{ kind: 'spellings', node, values: [spell(false), spell(true)] }];
    }
    case 'number':
      return [{ kind: 'text', node, cased: false, parts: widened([value.text], true, true) }];
    case 'boolean': {
      const parts = widened([String(value.value)], true, true);
      return [{ kind: 'text', node, cased: false, parts }];
    }
    case 'regex':
      return [value];
    case 'spellings':
      return [{ ...value, values: value.values.flatMap(keyword) }];
    default:
      throw new SigmaError('a keyword is a text: this value needs a field', node);
  }
}

/** Characters that Go writes as escapes, and others do not. */
const HTML = /[<>&]/;

function jsonSpelling(part: Part, escaped: boolean): Part {
  if (typeof part !== 'string') return part;
  const json = JSON.stringify(part).slice(1, -1);
  if (!escaped) return json;
  return json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function sizeOf(expression: Expression): number {
  if (expression.kind === 'check') return 1;
  if (expression.kind === 'not') return sizeOf(expression.operand);
  return expression.operands.reduce((sum, each) => sum + sizeOf(each), 0);
}
