import type { Entry, ExceptionDefinition } from '../collect/definitions.ts';
import type { DiagnosticItem } from '../diagnostics.ts';
import {
  contextOf,
  empty,
  invalid,
  missing,
  requiredScalar,
  type ItemContext,
} from '../collect/read-values.ts';
import { didYouMean } from '../../util/suggest.ts';
import { lintNoEffect } from './lints.ts';
import type { ReaderContext } from './reader-context.ts';
import { get, isNull, type YamlMapping, type YamlNode } from '../../yaml/yaml-node.ts';

/**
 * Reads `exceptions` (Falco rule_loader_reader.cpp: read_rule_exceptions); none when absent or null.
 *
 * @param changing true for an item that appends to or replaces those of an earlier rule: `fields` may be
 *   absent, and absent `values` are worth a warning
 * @throws RuleError
 */
export function readExceptions(
  item: ItemContext,
  changing: boolean,
  context: ReaderContext,
): ExceptionDefinition[] {
  const node = get(item.node, 'exceptions');
  if (node === undefined || isNull(node)) return [];
  const items = [...item.items, { type: 'exceptions', name: '' }];
  if (node.kind !== 'sequence') {
    throw invalid('Rule exceptions must be a sequence', node, items);
  }
  const names = new Set<string>();
  return node.items.map((entry) => {
    if (entry.kind !== 'mapping') throw invalid('Rule exception must be a mapping', entry, items);
    const name = requiredScalar({ node: entry, items }, 'name').text;
    const inside = [...item.items, { type: 'exception', name }];
    if (names.has(name)) {
      const message = `Multiple definitions of exception '${name}' in the same rule`;
      context.warn('LOAD_EXCEPTION_NAME_NOT_UNIQUE', message, contextOf(entry, inside));
    }
    names.add(name);
    return readException(entry, name, inside, changing, context);
  });
}

const EXCEPTION_KEYS = ['name', 'fields', 'comps', 'values'];

function readException(
  node: YamlMapping,
  name: string,
  items: readonly DiagnosticItem[],
  changing: boolean,
  context: ReaderContext,
): ExceptionDefinition {
  if (!changing && get(node, 'fields') === undefined) {
    throw missing(
      { node, items, whenMissing: 'name the fields that its values are compared with' },
      'fields',
    );
  }
  for (const { key } of node.entries) {
    if (key.kind !== 'scalar' || EXCEPTION_KEYS.includes(key.text)) continue;
    const hint = didYouMean(key.text, EXCEPTION_KEYS) ?? `keys: ${EXCEPTION_KEYS.join(', ')}`;
    lintNoEffect([key.text], 'in an exception', hint, { node, items }, context);
  }
  const fields = readEntry(get(node, 'fields'), 'fields', items);
  const comps = readEntry(get(node, 'comps'), 'comps', items);
  const values = get(node, 'values');
  if (values === undefined) {
    if (changing) {
      const message = 'Overriding/appending exception with no values';
      context.warn('LOAD_APPEND_NO_VALUES', message, contextOf(node, items));
    }
    return { name, node, items, fields, comps, values: [] };
  }
  if (values.kind !== 'sequence') {
    throw invalid('Rule exception values must be a sequence', values, items);
  }
  const inside = [...items, { type: 'exception value', name: '' }];
  return {
    name,
    node,
    items,
    fields,
    comps,
    values: values.items.map((value) => entryOf(value, inside)),
  };
}

/** Undefined when there is nothing in it (Falco entry::is_valid). */
function readEntry(
  node: YamlNode | undefined,
  key: string,
  items: readonly DiagnosticItem[],
): Entry | undefined {
  if (node === undefined) return undefined;
  const entry = entryOf(node, [...items, { type: 'value for', name: key }]);
  const isEmpty = entry.items === undefined ? entry.text === '' : entry.items.length === 0;
  return isEmpty ? undefined : entry;
}

/** Nothing below a list in a tuple is read: aliases could make it grow without bound. */
const MAX_NESTING = 3;

function entryOf(node: YamlNode, items: readonly DiagnosticItem[], depth = 0): Entry {
  if (node.kind === 'sequence' && depth < MAX_NESTING) {
    const entries = node.items.map((element) => entryOf(element, items, depth + 1));
    return { node, text: '', items: entries };
  }
  if (node.kind !== 'scalar' || node.isNull) return { node, text: '', items: undefined };
  if (node.text === '') throw empty(node, items);
  return { node, text: node.text, items: undefined };
}
