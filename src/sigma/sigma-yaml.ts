import { didYouMean } from '../util/suggest.ts';
import type { YamlMapping, YamlNode, YamlScalar } from '../yaml/yaml-node.ts';
import { SigmaError } from './sigma-error.ts';

/** A scalar of a detection as Sigma's reader types it (YAML 1.1, as PyYAML has it). */
export type Scalar =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^([-+]?)(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/;

/** The type and value of a scalar; quoted text stays text. */
export function scalarOf(node: YamlScalar): Scalar {
  const { text } = node;
  if (node.isNull) return { kind: 'null' };
  if (node.style !== 'plain') return { kind: 'text', text };
  if (TRUE.test(text)) return { kind: 'boolean', value: true };
  if (FALSE.test(text)) return { kind: 'boolean', value: false };
  const integer = INTEGER.exec(text);
  if (integer !== null) return { kind: 'number', text: integerText(integer[1]!, integer[2]!) };
  if (FLOAT.test(text)) return { kind: 'number', text: String(Number(text.replaceAll('_', ''))) };
  return { kind: 'text', text };
}

function integerText(sign: string, digits: string): string {
  const plain = digits.replaceAll('_', '');
  const value = BigInt(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
  return String(sign === '-' ? -value : value);
}

/** A mapping whose keys are texts, each once. */
export type Keys = ReadonlyMap<string, { readonly key: YamlScalar; readonly value: YamlNode }>;

/** The entries of a mapping by their keys. @throws SigmaError for a key that is no text, or is there twice */
export function keysOf(mapping: YamlMapping, what: string): Keys {
  const keys = new Map<string, { readonly key: YamlScalar; readonly value: YamlNode }>();
  for (const { key, value } of mapping.entries) {
    if (key.kind !== 'scalar') throw new SigmaError(`a key of ${what} is no text`, key);
    if (keys.has(key.text)) {
      const hint = 'the second would take the place of the first: give it another name';
      throw new SigmaError(`'${key.text}' is twice in ${what}`, key, hint);
    }
    keys.set(key.text, { key, value });
  }
  return keys;
}

/** The text of a key; undefined when it is absent or null. @throws SigmaError when it is no text */
export function textAt(keys: Keys, name: string): string | undefined {
  const value = keys.get(name)?.value;
  if (value === undefined) return undefined;
  if (value.kind !== 'scalar') throw new SigmaError(`${name} must be a text`, value);
  return value.isNull ? undefined : value.text.trim();
}

/** The texts of a key that is one text or a list of them; null entries are left out. @throws SigmaError */
export function textsAt(keys: Keys, name: string): string[] {
  const value = keys.get(name)?.value;
  if (value === undefined) return [];
  const nodes = value.kind === 'sequence' ? value.items : [value];
  return nodes.flatMap((node) => {
    if (node.kind !== 'scalar') throw new SigmaError(`${name} must be a list of texts`, node);
    return node.isNull ? [] : [node.text.trim()];
  });
}

/** What a required key says. @throws SigmaError when it is absent, with the near key that is there */
export function required(keys: Keys, name: string, owner: YamlNode, what: string): YamlNode {
  const found = keys.get(name)?.value;
  if (found !== undefined) return found;
  const near = [...keys.keys()].find((key) => didYouMean(key, [name]) !== undefined);
  const hint = near === undefined ? undefined : `'${near}' may be meant for it`;
  throw new SigmaError(`${what} has no '${name}'`, owner, hint);
}

/** YAML nodes that a document may be walked over, aliases counted each time, and how deep they may be nested. */
const MAX_NODES = 100_000;
const MAX_DEPTH = 50;

/** Refuses a document that aliases blow up, or that is nested beyond sense. @throws SigmaError */
export function refuseBombs(document: YamlNode): void {
  let left = MAX_NODES;
  const visit = (node: YamlNode, depth: number): void => {
    if (--left < 0) {
      const hint = 'aliases may repeat a part too often';
      throw new SigmaError(`more than ${MAX_NODES} values in one document`, document, hint);
    }
    if (depth > MAX_DEPTH) throw new SigmaError('nested too deeply', node);
    const inside =
      node.kind === 'scalar'
        ? []
        : node.kind === 'sequence'
          ? node.items
          : node.entries.flatMap(({ key, value }) => [key, value]);
    for (const child of inside) visit(child, depth + 1);
  };
  visit(document, 0);
}
