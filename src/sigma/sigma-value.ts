import type { YamlNode, YamlScalar } from '../yaml/yaml-node.ts';
import { parsePattern, plainText, type Part } from './sigma-pattern.ts';
import { SigmaError } from './sigma-error.ts';
import { scalarOf } from './sigma-yaml.ts';

/** Flags of a regular expression. */
export type RegexFlag = 'i' | 'm' | 's';

/** A value of a detection, after its modifiers. */
export type SigmaValue = { readonly node: YamlNode } & (
  | { readonly kind: 'text'; readonly parts: readonly Part[]; readonly cased: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: readonly RegexFlag[] }
  | { readonly kind: 'network'; readonly text: string }
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'order'; readonly operator: '<' | '<=' | '>' | '>='; readonly text: string }
  | { readonly kind: 'field'; readonly name: string; readonly how: FieldComparison }
  /** Spellings of one written value: it is there when one of them is, whatever `all` says of the list. */
  | { readonly kind: 'spellings'; readonly values: readonly SigmaValue[] }
);

/** How the values of two fields are compared. */
export interface FieldComparison {
  readonly starts: boolean;
  readonly ends: boolean;
  readonly cased: boolean;
}

/** A value of one kind. */
export type ValueOf<Kind extends SigmaValue['kind']> = Extract<SigmaValue, { kind: Kind }>;

/** The values of a detection's key as they are written. @param isRegex their wildcards and types do not count */
export function writtenValues(node: YamlNode, isRegex: boolean): SigmaValue[] {
  if (node.kind === 'mapping') {
    const hint = 'write the fields of an object with dots: requestObject.spec.hostPID';
    throw new SigmaError('a field is compared with values, not with a map', node, hint);
  }
  if (node.kind === 'scalar') return [writtenValue(node, isRegex)];
  if (node.items.length === 0) return [{ kind: 'null', node }];
  return node.items.map((item) => {
    if (item.kind !== 'scalar')
      throw new SigmaError('a value in a list is no text or number', item);
    return writtenValue(item, isRegex);
  });
}

function writtenValue(node: YamlScalar, isRegex: boolean): SigmaValue {
  if (isRegex && !node.isNull) return { kind: 'text', node, parts: [node.text], cased: true };
  const scalar = scalarOf(node);
  if (scalar.kind !== 'text') return { ...scalar, node };
  return { kind: 'text', node, parts: parsePattern(scalar.text), cased: false };
}

/** The same value with another text. */
export function textOf(value: SigmaValue, parts: readonly Part[]): SigmaValue {
  return { kind: 'text', node: value.node, cased: isCased(value), parts };
}

function isCased(value: SigmaValue): boolean {
  return value.kind === 'text' && value.cased;
}

/** A value as text; a number has one too. @throws SigmaError */
export function textValue(value: SigmaValue): ValueOf<'text'> {
  if (value.kind === 'text') return value;
  if (value.kind === 'number') {
    return { kind: 'text', node: value.node, cased: false, parts: [value.text] };
  }
  throw new SigmaError('the modifier needs a text', value.node);
}

/** The characters of a text without wildcards. @throws SigmaError */
export function wildcardFree(value: SigmaValue): string {
  const text = plainText(textValue(value).parts);
  if (text !== undefined) return text;
  throw new SigmaError('wildcards do not go with this modifier', value.node);
}
