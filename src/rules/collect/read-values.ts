import { RuleError, type DiagnosticContext, type DiagnosticItem } from '../diagnostics.ts';
import { nearest } from '../../util/suggest.ts';
import { TEMPLATE_HINT } from '../../yaml/yaml-parser.ts';
import {
  get,
  isNull,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
} from '../../yaml/yaml-node.ts';

/** An item of a rules file, with the names that errors call it by. */
export interface ItemContext {
  readonly node: YamlMapping;
  readonly items: readonly DiagnosticItem[];
  /** What to do about a key that is missing, where that is known. */
  readonly whenMissing?: string | undefined;
}

/** The place of `node` inside an item. */
export function contextOf(node: YamlNode, items: readonly DiagnosticItem[]): DiagnosticContext {
  return { position: { source: node.source, offset: node.start }, items };
}

/** An error of the wrong shape, type or spelling of a value. */
export function invalid(
  message: string,
  node: YamlNode,
  items: readonly DiagnosticItem[],
  hint?: string,
): RuleError {
  return new RuleError('LOAD_ERR_YAML_VALIDATE', message, contextOf(node, items), hint);
}

/** An error of a scalar without text. An unquoted `!=` is a YAML tag on an empty value. */
export function empty(node: YamlScalar, items: readonly DiagnosticItem[]): RuleError {
  const tag = node.source.text.slice(node.start, node.end);
  const hint = tag.startsWith('!') ? `YAML takes ${tag} for a tag: quote it, "${tag}"` : undefined;
  return invalid('Value must be non-empty', node, items, hint);
}

/** What other rule languages call the keys of a rule. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  condition: ['expr', 'expression', 'filter', 'query'],
  desc: ['description', 'summary'],
  items: ['values'],
  output: ['message', 'msg'],
  priority: ['level', 'severity'],
};

/** An error of a key that an item must have. */
export function missing(item: ItemContext, key: string): RuleError {
  const hint = writtenFor(key, item.node) ?? item.whenMissing;
  return invalid(`Item has no mapping for key '${key}'`, item.node, item.items, hint);
}

/** What to do about a key that is missing, when another seems to be meant for it. */
export function writtenFor(key: string, { entries }: YamlMapping): string | undefined {
  const keys = entries.map(({ key: each }) => (each.kind === 'scalar' ? each.text : ''));
  const meant = nearest(key, keys)[0] ?? keys.find((each) => ELSEWHERE[key]?.includes(each));
  return meant === undefined ? undefined : `write '${key}' for '${meant}'`;
}

/** A required, non-empty scalar (Falco rule_loader_reader.cpp: decode_val_generic). */
export function requiredScalar(item: ItemContext, key: string): YamlScalar {
  const scalar = optionalScalar(item, key);
  if (scalar === undefined) {
    throw missing(item, key);
  }
  return scalar;
}

/** A scalar that may be absent; when present it is neither null nor empty. */
export function optionalScalar(item: ItemContext, key: string): YamlScalar | undefined {
  const node = get(item.node, key);
  if (node === undefined) return undefined;
  if (isNull(node)) throw invalid(`Mapping for key '${key}' is empty`, node, item.items);
  const items = [...item.items, { type: 'value for', name: key }];
  if (node.kind !== 'scalar') {
    throw invalid('Value is not a scalar value', node, items, textHint(node, key));
  }
  if (node.text === '') throw empty(node, items);
  return node;
}

/** What to do about a list or map where a text belongs. */
function textHint({ source, start }: YamlNode, key: string): string {
  const opening = source.text.slice(start, start + 2);
  if (opening === '{{') return TEMPLATE_HINT;
  if (/^[[{]/.test(opening)) return `a text that begins with ${opening[0]!} must be in quotes`;
  return key === 'condition'
    ? "write one text behind '>', its checks joined by and"
    : 'write one text';
}

/** A boolean as yaml-cpp reads it: y/n, yes/no, true/false, on/off in lower, Capitalised or UPPER case. */
export function optionalBoolean(item: ItemContext, key: string): boolean | undefined {
  const node = optionalScalar(item, key);
  if (node === undefined) return undefined;
  const { text } = node;
  const lower = text.toLowerCase();
  const spelled = [lower, lower.toUpperCase(), lower[0]!.toUpperCase() + lower.slice(1)];
  if (spelled.includes(text)) {
    if (['y', 'yes', 'true', 'on'].includes(lower)) return true;
    if (['n', 'no', 'false', 'off'].includes(lower)) return false;
  }
  const items = [...item.items, { type: 'value for', name: key }];
  throw invalid("Can't decode YAML scalar value", node, items, 'write true or false');
}

/** A sequence of scalars; undefined when absent. Null and empty entries: null is refused, "" stays. */
export function optionalSequence(
  item: ItemContext,
  key: string,
): readonly YamlScalar[] | undefined {
  const node = get(item.node, key);
  if (node === undefined) return undefined;
  const items = [...item.items, { type: 'value for', name: key }];
  if (node.kind !== 'sequence') {
    throw invalid('Value is not a sequence', node, items, `write ${key}: [a, b]`);
  }
  return node.items.map((entry) => {
    if (entry.kind !== 'scalar' || entry.isNull) {
      throw invalid('sequence value is not scalar', entry, items);
    }
    return entry;
  });
}

/** A sequence of scalars that must be there. @throws RuleError */
export function requiredSequence(item: ItemContext, key: string): readonly YamlScalar[] {
  const sequence = optionalSequence(item, key);
  if (sequence === undefined) {
    throw missing(item, key);
  }
  return sequence;
}
