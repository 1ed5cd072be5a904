import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
} from '../condition/ast.ts';
import type { Entry, ExceptionDefinition, ExceptionValue } from './definitions.ts';
import { isEntryList } from './definitions.ts';
import { RuleError, type DiagnosticItem } from './diagnostics.ts';
import { contextOf, invalid, requiredScalar, type ItemContext } from './read-values.ts';
import { SourceText } from './source-text.ts';
import { get, isNull, type YamlNode, type YamlScalar } from './yaml.ts';

type Warn = (node: YamlNode, items: readonly DiagnosticItem[], name: string) => void;

/**
 * Reads `exceptions` (Falco rule_loader_reader.cpp: read_rule_exceptions); undefined when absent or null.
 *
 * @param duplicate called for a second entry of the same name
 */
export function readExceptions(
  item: ItemContext,
  duplicate: Warn,
): ExceptionDefinition[] | undefined {
  const node = get(item.node, 'exceptions');
  if (node === undefined || isNull(node)) return undefined;
  const items = [...item.items, { type: 'exceptions', name: '' }];
  if (node.kind !== 'sequence') {
    throw invalid('Rule exceptions must be a sequence', node, items);
  }
  const names = new Set<string>();
  return node.items.map((entry) => {
    if (entry.kind !== 'mapping') {
      throw invalid('Rule exception must be a mapping', entry, items);
    }
    const name = requiredScalar({ node: entry, items }, 'name').text;
    const inside = [...item.items, { type: 'exception', name }];
    if (names.has(name)) duplicate(entry, inside, name);
    names.add(name);
    const context: ItemContext = { node: entry, items: inside };
    return {
      name,
      node: entry,
      items: inside,
      fields: readEntry(context, 'fields'),
      comps: readEntry(context, 'comps'),
      values: readValues(context),
    };
  });
}

function readEntry(item: ItemContext, key: string): Entry | undefined {
  const node = get(item.node, key);
  return node === undefined || isNull(node) ? undefined : entryOf(node, item);
}

function entryOf(node: YamlNode, item: ItemContext): Entry {
  if (node.kind === 'scalar') return node;
  if (node.kind !== 'sequence') throw invalid('Value is not a sequence', node, item.items);
  return node.items.map((element) => {
    if (element.kind !== 'scalar') {
      throw invalid('sequence value is not scalar', element, item.items);
    }
    return element;
  });
}

function readValues(item: ItemContext): readonly ExceptionValue[] {
  const node = get(item.node, 'values');
  if (node === undefined) return [];
  if (node.kind !== 'sequence') {
    throw invalid('Rule exception values must be a sequence', node, item.items);
  }
  return node.items.map((value): ExceptionValue => {
    if (value.kind === 'scalar') return value;
    if (value.kind !== 'sequence') throw invalid('Value is not a sequence', value, item.items);
    return { node: value, items: value.items.map((element) => entryOf(element, item)) };
  });
}

const COMPARISONS: ReadonlySet<string> = new Set([
  ...NUMBER_OPERATORS,
  ...STRING_OPERATORS,
  ...LIST_OPERATORS,
]);

/** `op` or `strop modifier`; blanks around it do not count. */
function isComparison(text: string): boolean {
  const trimmed = text.trim();
  return COMPARISONS.has(trimmed) || hasModifier(trimmed);
}

function hasModifier(comparison: string): boolean {
  const words = comparison.split(' ');
  return (
    words.length === 2 &&
    STRING_OPERATORS.some((operator) => operator === words[0]) &&
    MODIFIERS.some((modifier) => modifier === words[1])
  );
}

/** True when a comparison takes a list on its right. */
function takesList(comparison: string): boolean {
  return LIST_OPERATORS.some((operator) => operator === comparison) || hasModifier(comparison);
}

/**
 * Fills in the default comparisons and checks the shape (Falco: validate_exception_info).
 *
 * @param checkField Falco's message when a text is no field; undefined to accept any
 * @throws RuleError LOAD_ERR_VALIDATE
 */
export function validateException(
  exception: ExceptionDefinition,
  checkField: (text: string) => string | undefined,
): void {
  const { fields } = exception;
  if (fields === undefined) {
    throw problem(exception, 'Rule exception item must have fields property with a list of fields');
  }
  if (isEntryList(fields)) validateFieldList(exception, fields);
  else validateSingleField(exception);
  for (const field of isEntryList(fields) ? fields : [fields]) {
    const message = checkField(field.text);
    if (message !== undefined) throw problem(exception, message, field);
  }
}

function validateSingleField(exception: ExceptionDefinition): void {
  const { comps } = exception;
  if (comps === undefined) return;
  if (isEntryList(comps)) {
    throw problem(exception, 'Fields and comps must both be strings', comps[0]);
  }
  if (!takesList(comps.text.trim())) {
    throw problem(
      exception,
      'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier ' +
        'operator (e.g. startswith oneof)',
      comps,
    );
  }
}

function validateFieldList(exception: ExceptionDefinition, fields: readonly YamlScalar[]): void {
  const { comps } = exception;
  if (comps === undefined) return;
  if (!isEntryList(comps)) {
    throw problem(exception, 'Fields and comps must both be lists', comps);
  }
  if (comps.length !== fields.length) {
    throw problem(exception, 'Fields and comps lists must have equal length');
  }
  for (const comp of comps) {
    if (!isComparison(comp.text)) {
      throw problem(exception, `'${comp.text}' is not a supported comparison operator`, comp);
    }
  }
}

function problem(exception: ExceptionDefinition, message: string, node?: YamlNode): RuleError {
  const context = contextOf(node ?? exception.node, exception.items);
  return new RuleError('LOAD_ERR_VALIDATE', message, context);
}

/**
 * The text of a rule's condition with its exceptions (Falco: build_rule_exception_infos).
 *
 * @throws RuleError for values of the wrong shape
 */
export function withExceptions(
  condition: SourceText,
  exceptions: readonly ExceptionDefinition[],
  anchor: YamlScalar,
): SourceText {
  if (exceptions.length === 0) return condition;
  const fixed = (text: string): SourceText => SourceText.inserted(text, anchor);
  const parts = [fixed('('), condition, fixed(')')];
  for (const exception of exceptions) {
    if (exception.values.length === 0 || exception.fields === undefined) continue;
    parts.push(fixed(' and not '));
    parts.push(
      ...(isEntryList(exception.fields)
        ? tupleParts(exception, exception.fields)
        : singleParts(exception, exception.fields)),
    );
  }
  return SourceText.join(parts);
}

function singleParts(exception: ExceptionDefinition, field: YamlScalar): SourceText[] {
  const { comps } = exception;
  const comparison = comps === undefined || isEntryList(comps) ? 'in' : comps.text;
  const put = (text: string, node: YamlScalar): SourceText => SourceText.inserted(text, node);
  const parts = [put('(', field), SourceText.of(field), put(` ${comparison} (`, field)];
  for (const [index, value] of exception.values.entries()) {
    if ('items' in value) {
      throw problem(exception, 'Expected values array to contain a list of strings', value.node);
    }
    if (index > 0) parts.push(put(', ', value));
    parts.push(put(quoteItem(value.text), value));
  }
  parts.push(put('))', field));
  return parts;
}

function tupleParts(exception: ExceptionDefinition, fields: readonly YamlScalar[]): SourceText[] {
  const { comps } = exception;
  const anchor = fields[0]!;
  const put = (text: string, node: YamlScalar): SourceText => SourceText.inserted(text, node);
  const parts = [put('(', anchor)];
  for (const [row, value] of exception.values.entries()) {
    const tuple = 'items' in value ? value.items : undefined;
    if (tuple?.length !== fields.length) {
      const node = 'items' in value ? value.node : value;
      throw problem(exception, 'Fields and values lists must have equal length', node);
    }
    parts.push(put(row > 0 ? ' or (' : '(', anchor));
    for (const [column, field] of fields.entries()) {
      const comparison =
        comps !== undefined && isEntryList(comps) ? comps[column]!.text.trim() : '=';
      if (column > 0) parts.push(put(' and ', field));
      parts.push(SourceText.of(field), put(` ${comparison} `, field));
      parts.push(elementPart(tuple[column]!, comparison, field));
    }
    parts.push(put(')', anchor));
  }
  parts.push(put(')', anchor));
  return parts;
}

function elementPart(element: Entry, comparison: string, field: YamlScalar): SourceText {
  if (isEntryList(element)) {
    const text = `(${element.map((scalar) => quoteItem(scalar.text)).join(', ')})`;
    return SourceText.inserted(text, element[0] ?? field);
  }
  const { text } = element;
  if (!takesList(comparison)) return SourceText.inserted(quoteItem(text), element);
  // A value that starts with a parenthesis is a list already.
  const list = text.startsWith('(') ? text : `(${quoteItem(text)})`;
  return SourceText.inserted(list, element);
}

/** Falco quotes items that hold a blank and are not quoted yet; it escapes nothing. */
export function quoteItem(text: string): string {
  return text.includes(' ') && !/^["']/.test(text) ? `"${text}"` : text;
}
