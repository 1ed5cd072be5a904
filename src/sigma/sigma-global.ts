import type { YamlMapping, YamlNode } from '../yaml/yaml-node.ts';

type Entry = YamlMapping['entries'][number];

/**
 * A document with what another says for it: maps are merged key by key, anything else of `own` takes the place of
 * what `base` has.
 */
export function mergedWith(base: YamlMapping, own: YamlMapping): YamlMapping {
  const mine = new Map(own.entries.map((entry) => [nameOf(entry.key), entry]));
  const kept = base.entries.map((entry): Entry => {
    const other = mine.get(nameOf(entry.key));
    if (other === undefined) return entry;
    mine.delete(nameOf(entry.key));
    return entry.value.kind === 'mapping' && other.value.kind === 'mapping'
      ? { key: other.key, value: mergedWith(entry.value, other.value) }
      : other;
  });
  return {
    ...own,
    entries: [...kept, ...mine.values()].filter(({ key }) => nameOf(key) !== 'action'),
  };
}

/** A key as others are compared with it; one that is no text is like no other. */
function nameOf(key: YamlNode): unknown {
  return key.kind === 'scalar' ? key.text : key;
}
