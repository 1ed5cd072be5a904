import { didYouMean } from '../../util/suggest.ts';
import { RuleError } from '../diagnostics.ts';
import {
  contextOf,
  invalid,
  optionalBoolean,
  writtenFor,
  type ItemContext,
} from '../collect/read-values.ts';
import { get, type YamlNode } from '../../yaml/yaml-node.ts';

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
 * @throws RuleError
 */
export function readOverrides(
  item: ItemContext,
  appendable: readonly string[],
  replaceable: readonly string[],
): Overrides | undefined {
  const legacyAppend = optionalBoolean(item, 'append') ?? false;
  const append = new Set<string>();
  const replace = new Set<string>();
  const node = get(item.node, 'override');
  const items = [...item.items, { type: 'overrides', name: '' }];
  // yaml-cpp's exceptions end up as LOAD_ERR_VALIDATE.
  const misshapen = (message: string, at: YamlNode): RuleError =>
    new RuleError('LOAD_ERR_VALIDATE', message, contextOf(at, items));
  if (node?.kind === 'sequence' && node.items.length > 0) {
    throw misshapen('invalid node; override must be a mapping of keys to append or replace', node);
  }
  for (const { key: keyNode, value } of node?.kind === 'mapping' ? node.entries : []) {
    if (keyNode.kind !== 'scalar' || value.kind !== 'scalar') {
      throw misshapen('bad conversion; override maps a key to append or replace', value);
    }
    const key = keyNode.text;
    const hint = didYouMean(key, replaceable);
    if (value.text === 'append') {
      if (!appendable.includes(key)) {
        const message = `Key '${key}' cannot be appended to, use 'replace' instead`;
        throw invalid(message, keyNode, items, replaceable.includes(key) ? undefined : hint);
      }
      append.add(key);
    } else if (value.text === 'replace') {
      if (!replaceable.includes(key)) {
        throw invalid(`Key '${key}' cannot be replaced`, keyNode, items, hint);
      }
      replace.add(key);
    } else {
      const operation = value.isNull ? 'null' : value.text;
      const allowed = [
        appendable.includes(key) ? 'append ' : '',
        replaceable.includes(key) ? 'replace ' : '',
      ];
      const message =
        `Invalid override operation for key '${key}': '${operation}'. ` +
        `Allowed values are: ${allowed.join('')}`;
      const meant = didYouMean(operation, ['append', 'replace']);
      const values = `the value stands beside override, under it '${key}: replace'`;
      throw invalid(message, value, items, meant ?? values);
    }
  }
  for (const key of append) {
    if (!replace.has(key)) continue;
    const message = `Key '${key}' is in both the append and the replace overrides`;
    throw invalid(message, item.node, items, 'keep one of the two');
  }
  const overrides = { legacyAppend, append, replace };
  if (append.size + replace.size === 0) return legacyAppend ? overrides : undefined;
  if (legacyAppend) {
    const message =
      "Keys 'override' and 'append: true' cannot be used together. " +
      "Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";
    throw invalid(message, item.node, item.items, "leave out 'append: true'");
  }
  return overrides;
}

/** A key under `override` must be given. @throws RuleError */
export function requireOverridden(
  item: ItemContext,
  operation: 'append' | 'replace',
  key: string,
): void {
  if (get(item.node, key) !== undefined) return;
  const message = `An ${operation} override for '${key}' was specified but '${key}' is not defined`;
  throw invalid(message, item.node, item.items, writtenFor(key, item.node));
}

/** A key that could be overridden, and is given, must stand under `override`. @throws RuleError */
export function refuseUnlisted(
  item: ItemContext,
  overrides: Overrides,
  overridable: readonly string[],
): void {
  // Falco keeps the keys in a sorted set.
  for (const key of overridable.toSorted()) {
    const node = get(item.node, key);
    if (node === undefined || overrides.append.has(key) || overrides.replace.has(key)) continue;
    const message = `Unexpected key '${key}': no corresponding entry under 'override' is defined.`;
    throw invalid(
      message,
      node,
      item.items,
      `add '${key}: replace' under 'override', or drop the key`,
    );
  }
}
