import { RuleError } from './diagnostics.ts';
import { contextOf, invalid, optionalBoolean, type ItemContext } from './read-values.ts';
import { get, isNull } from './yaml.ts';

/** How an item changes an earlier one of its name; undefined for a full definition. */
export interface Overrides {
  /** True for the deprecated `append: true`. */
  readonly legacyAppend: boolean;
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

/**
 * Reads `append` and `override` (Falco rule_loader_reader.cpp: decode_overrides).
 *
 * @param appendable keys that allow `append`
 * @param replaceable keys that allow `replace`
 */
export function readOverrides(
  item: ItemContext,
  appendable: readonly string[],
  replaceable: readonly string[],
): Overrides | undefined {
  const legacyAppend = optionalBoolean(item, 'append') ?? false;
  const node = get(item.node, 'override');
  const append = new Set<string>();
  const replace = new Set<string>();
  const items = [...item.items, { type: 'overrides', name: '' }];
  if (node?.kind === 'sequence') {
    const message = 'invalid node; override must be a mapping of keys to append or replace';
    throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(node, items));
  }
  if (node?.kind === 'mapping') {
    for (const { key: keyNode, value } of node.entries) {
      const key = keyNode.kind === 'scalar' ? keyNode.text : '';
      const operation = value.kind === 'scalar' && !isNull(value) ? value.text : '';
      if (operation === 'append') {
        if (!appendable.includes(key)) {
          const message = replaceable.includes(key)
            ? `Key '${key}' cannot be appended to, use 'replace' instead`
            : `Key '${key}' cannot be appended to`;
          throw invalid(message, keyNode, items);
        }
        append.add(key);
      } else if (operation === 'replace') {
        if (!replaceable.includes(key)) {
          throw invalid(`Key '${key}' cannot be replaced`, keyNode, items);
        }
        replace.add(key);
      } else {
        const message =
          `Invalid override operation for key '${key}': '${operation}'. ` +
          'Allowed values are: append replace ';
        throw invalid(message, value, items);
      }
    }
  }
  if (append.size + replace.size === 0) {
    return legacyAppend ? { legacyAppend, append, replace } : undefined;
  }
  if (legacyAppend) {
    const message =
      "Keys 'override' and 'append: true' cannot be used together. " +
      "Add an 'append' entry (e.g. 'condition: append') under override instead.";
    throw invalid(message, item.node, items);
  }
  requireMatchingKeys(item, append, replace, replaceable);
  return { legacyAppend, append, replace };
}

/** Each overridden key must be given, and each given key that could be overridden must be. */
function requireMatchingKeys(
  item: ItemContext,
  append: ReadonlySet<string>,
  replace: ReadonlySet<string>,
  overridable: readonly string[],
): void {
  for (const [operation, keys] of [
    ['append', append],
    ['replace', replace],
  ] as const) {
    for (const key of keys) {
      if (get(item.node, key) === undefined) {
        const message = `An ${operation} override for '${key}' was specified but '${key}' is not defined`;
        throw invalid(message, item.node, item.items);
      }
    }
  }
  for (const key of overridable) {
    const node = get(item.node, key);
    if (node !== undefined && !append.has(key) && !replace.has(key)) {
      const message = `Unexpected key '${key}': no corresponding entry under 'override' is defined.`;
      throw invalid(message, node, item.items);
    }
  }
}
