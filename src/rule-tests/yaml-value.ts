import type { JsonValue } from '../json/value.ts';
import type { YamlNode, YamlScalar } from '../yaml/yaml-node.ts';

/** A YAML node as JSON, with the types of YAML's core schema. */
export function yamlValue(node: YamlNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return scalarValue(node);
    case 'sequence':
      return node.items.map(yamlValue);
    case 'mapping':
      return Object.fromEntries(
        node.entries.map(({ key, value }) => [
          key.kind === 'scalar' ? key.text : '',
          yamlValue(value),
        ]),
      );
  }
}

function scalarValue({ text, isNull, style }: YamlScalar): JsonValue {
  if (isNull) return null;
  if (style !== 'plain') return text;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?\d+$/.test(text) || /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(text)) {
    const number = Number(text);
    // A number that JavaScript cannot hold exactly stays text.
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
  }
  return text;
}
