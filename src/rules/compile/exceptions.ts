import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
} from '../../condition/ast.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { Entry, ExceptionDefinition } from '../collect/definitions.ts';
import { RuleError } from '../diagnostics.ts';
import type { RuleException } from '../rule.ts';
import { quoteItem } from './lists.ts';
import { contextOf } from '../collect/read-values.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { lineOf, type YamlNode } from '../../yaml/yaml-node.ts';

const COMPARISONS = ['exists', ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS];

/** Why a text cannot be a field in an exception, with a hint. */
export interface FieldProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** `op` or `strop modifier`; blanks around it do not count. */
function isComparison(text: string): boolean {
  const trimmed = text.trim();
  return COMPARISONS.includes(trimmed) || hasModifier(trimmed);
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
 * Checks the shape of an exception and fills in the default comparisons (Falco:
 * validate_exception_info).
 *
 * @param checkField why a text is no field; undefined when it is one
 * @throws RuleError LOAD_ERR_VALIDATE
 */
export function validateException(
  exception: ExceptionDefinition,
  checkField: (text: string) => FieldProblem | undefined,
): ExceptionDefinition {
  const { fields } = exception;
  if (fields === undefined) {
    throw problem(exception, 'Rule exception item must have fields property with a list of fields');
  }
  const comps = exception.comps ?? defaultComparisons(fields);
  if (fields.items === undefined) checkSingle(exception, comps);
  else checkComparisons(exception, fields.items, comps.items ?? []);
  for (const field of fields.items ?? [fields]) {
    const wrong = checkField(field.text);
    if (wrong !== undefined) throw problem(exception, wrong.message, field.node, wrong.hint);
  }
  return { ...exception, comps };
}

function defaultComparisons(fields: Entry): Entry {
  const { node } = fields;
  const items = fields.items?.map((): Entry => ({ node, text: '=', items: undefined }));
  return { node, text: items === undefined ? 'in' : '', items };
}

function checkSingle(exception: ExceptionDefinition, comps: Entry): void {
  if (comps.items !== undefined) {
    throw problem(exception, 'Fields and comps must both be strings', comps.node);
  }
  if (takesList(comps.text.trim())) return;
  throw problem(
    exception,
    'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier ' +
      'operator (e.g. startswith oneof)',
    comps.node,
    `write fields and comps as lists to use '${comps.text}'`,
  );
}

function checkComparisons(
  exception: ExceptionDefinition,
  fields: readonly Entry[],
  comps: readonly Entry[],
): void {
  if (comps.length !== fields.length) {
    throw problem(
      exception,
      'Fields and comps lists must have equal length',
      exception.comps?.node,
      `write one comparison for each field: [${fields.map(() => exception.comps?.text || 'in').join(', ')}]`,
    );
  }
  for (const comp of comps) {
    if (isComparison(comp.text)) continue;
    const message = `'${comp.text}' is not a supported comparison operator`;
    throw problem(exception, message, comp.node, didYouMean(comp.text, COMPARISONS));
  }
}

/**
 * Falco neither checks nor completes exceptions that replace others. Where it would crash over that, the
 * rules are refused (D6); other mistakes show when the condition is compiled.
 *
 * @throws RuleError LOAD_ERR_VALIDATE
 */
export function checkReplacement(exception: ExceptionDefinition): void {
  const { fields, comps, values } = exception;
  if (fields === undefined || values.length === 0) return;
  const hint = 'an exception that replaces another must name its comps';
  if (fields.items === undefined) {
    if (comps !== undefined) return;
    // Falco compiles what is left, which has no operator.
    const at = contextOf(fields.node, exception.items);
    throw new RuleError('LOAD_ERR_COMPILE_CONDITION', 'expected a valid check operator', at, hint);
  }
  if (comps?.items?.length === fields.items.length) return;
  throw problem(exception, 'Fields and comps lists must have equal length', comps?.node, hint);
}

function problem(
  exception: ExceptionDefinition,
  message: string,
  node: YamlNode = exception.node,
  hint?: string,
): RuleError {
  return new RuleError('LOAD_ERR_VALIDATE', message, contextOf(node, exception.items), hint);
}

/**
 * The text of a rule's condition with its exceptions (Falco: build_rule_exception_infos).
 *
 * @param anchor the rule's node, where the parentheses around the condition point
 * @throws RuleError for values of the wrong shape
 */
export function withExceptions(
  condition: SourceText,
  exceptions: readonly ExceptionDefinition[],
  anchor: YamlNode,
): SourceText {
  if (exceptions.length === 0) return condition;
  const parts = [put('(', anchor), condition, put(')', anchor)];
  for (const exception of exceptions) {
    if (exception.values.length === 0) continue;
    parts.push(put(' and not ', exception.node));
    // They may be too many for the arguments of a call.
    for (const part of exceptionParts(exception)) parts.push(part);
  }
  return SourceText.join(parts);
}

/** What an exception compares, and what each of its values stands for. */
export function describeException(exception: ExceptionDefinition): RuleException {
  const { name, fields, comps, values } = exception;
  return {
    name,
    fields: plainEntry(fields),
    comps: plainEntry(comps),
    values: values.map((value) => ({
      condition: SourceText.join(exceptionParts({ ...exception, values: [value] })).text,
      file: value.node.source.name,
      line: lineOf(value.node),
    })),
  };
}

function plainEntry(entry: Entry | undefined): string | readonly string[] {
  return entry?.items?.map(({ text }) => text) ?? entry?.text ?? '';
}

const put = (text: string, node: YamlNode): SourceText => SourceText.inserted(text, node);

function exceptionParts(exception: ExceptionDefinition): SourceText[] {
  const { node } = exception;
  // Only an exception that replaces an earlier one may lack fields.
  const fields = exception.fields ?? { node, text: '', items: undefined };
  const comps = exception.comps ?? { node, text: '', items: undefined };
  return fields.items === undefined
    ? singleParts(exception, fields, comps.text)
    : tupleParts(exception, fields.items, comps.items ?? []);
}

function singleParts(
  exception: ExceptionDefinition,
  field: Entry,
  comparison: string,
): SourceText[] {
  const parts = [put('(', field.node), asWritten(field), put(` ${comparison} (`, field.node)];
  for (const [index, value] of exception.values.entries()) {
    if (value.items !== undefined) {
      const hint = 'with a single field each value is one text';
      throw problem(
        exception,
        'Expected values array to contain a list of strings',
        value.node,
        hint,
      );
    }
    parts.push(put((index > 0 ? ', ' : '') + quoteItem(value.text), value.node));
  }
  parts.push(put('))', field.node));
  return parts;
}

function tupleParts(
  exception: ExceptionDefinition,
  fields: readonly Entry[],
  comps: readonly Entry[],
): SourceText[] {
  const parts = [put('(', exception.node)];
  for (const [row, { node, items = [] }] of exception.values.entries()) {
    if (items.length !== fields.length) {
      const hint = 'with a list of fields each value is a list with one entry a field';
      throw problem(exception, 'Fields and values lists must have equal length', node, hint);
    }
    parts.push(put(row > 0 ? ' or (' : '(', node));
    for (const [column, field] of fields.entries()) {
      const comparison = comps[column]?.text ?? '';
      parts.push(put(column > 0 ? ' and  ' : ' ', field.node), asWritten(field));
      parts.push(put(` ${comparison} `, field.node));
      parts.push(put(valueText(items[column]!, comparison), items[column]!.node));
    }
    parts.push(put(')', node));
  }
  parts.push(put(')', exception.node));
  return parts;
}

function asWritten({ node, text }: Entry): SourceText {
  return node.kind === 'scalar' && text !== '' ? SourceText.of(node) : put(text, node);
}

/** Falco does not quote a single text that it wraps in parentheses. */
function valueText({ text, items }: Entry, comparison: string): string {
  if (items !== undefined) return `(${items.map((item) => quoteItem(item.text)).join(', ')})`;
  if (!takesList(comparison.trim())) return quoteItem(text);
  return text.startsWith('(') ? text : `(${text})`;
}
