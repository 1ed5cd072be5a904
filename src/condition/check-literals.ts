import { byteLength } from '../util/bytes.ts';
import { TRANSFORMERS, type CheckNode } from './ast.ts';
import { ConditionError } from './condition-error.ts';
import { parseOperand } from './parse/parser.ts';
import type { CompiledRegex, FieldResolver, Value } from './operand.ts';

/** Longest value that Falco takes in a condition (sinsp_filtercheck.h: s_max_filter_value_buf_size). */
const MAX_VALUE_BYTES = 255;

/** Operators for which Falco warns about `<NA>` (filter_warning_resolver.cpp). */
const NA_OPERATORS = new Set(['=', '==', '!=', 'in', 'intersects', 'pmatch']);

/**
 * Checks the literals on the right of a check and warns about those that are probably a mistake.
 *
 * @throws ConditionError for a NUL byte
 */
export function checkLiterals(
  values: readonly string[],
  node: CheckNode,
  left: Value,
  fields: FieldResolver,
): void {
  const position = node.right.kind === 'none' ? node.span.end : node.right.span.start;
  for (const value of values) {
    if (value.includes('\0')) {
      const message = 'filter error: filter value cannot contain a NUL byte (\\x00)';
      throw new ConditionError(message, position);
    }
    if (byteLength(value) > MAX_VALUE_BYTES) {
      const message = `Falco refuses values of more than ${MAX_VALUE_BYTES} bytes`;
      fields.warn('LINT_FALCO_REFUSES', message, position);
    }
    const unsafe = left.field !== undefined && /^(?:ka|jevt|kx)\./.test(left.field.name);
    if (value === '<NA>' && unsafe && NA_OPERATORS.has(node.operator)) {
      const message = `a missing ${left.key} is never equal to <NA>: test it with 'exists'`;
      fields.warn('LOAD_UNSAFE_NA_CHECK', message, position);
    }
    if (/^[\u2018-\u201f]/.test(value)) {
      const message = `'${value}' has typographic quotes, which are part of the value`;
      fields.warn('LOAD_COMPILE_CONDITION', message, position);
    }
    warnIfOperand(value, position, fields);
  }
}

/** Warns of a text that is a field or a transformer call, blanks aside: it was probably meant as one. */
function warnIfOperand(value: string, position: number, fields: FieldResolver): void {
  const text = value.replace(/[ \t\n\v\f\r]+/g, '');
  const warn = (what: string): void => {
    const message = `'${value}' may be a valid ${what} misused as a const string value`;
    fields.warn('LOAD_COMPILE_CONDITION', message, position);
  };
  const isCall = (name: string): boolean => text.startsWith(`${name}(`) && text.endsWith(')');
  if (isCall('val') || TRANSFORMERS.some(isCall)) return warn('field transformer');
  const operand = /^[a-z]+\./i.test(text) ? parseOperand(text) : undefined;
  if (operand?.kind !== 'field') return;
  const definition = fields.find(operand.name);
  if (definition === undefined) return;
  if (fields.checkArgument(definition, operand.argument) === undefined) warn('field');
}

/**
 * Compiles a `regex` value; warns when Falco would refuse it, or a simpler operator would do.
 *
 * @throws ConditionError at `position`
 */
export function compileRegexLiteral(
  pattern: string,
  position: number,
  fields: FieldResolver,
): CompiledRegex {
  let regex: CompiledRegex;
  try {
    regex = fields.compileRegex(pattern);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new ConditionError(error.message, position, error.hint);
  }
  if (regex.refusedByFalco !== undefined) {
    const message = `Falco refuses this regex: ${regex.refusedByFalco}`;
    fields.warn('LINT_FALCO_REFUSES', message, position);
  } else if (isPlainPattern(pattern)) {
    const message =
      `regex check with '${pattern}' may be optimized with simpler operators such as '=', ` +
      "'contains', 'startswith', 'endswith'";
    fields.warn('LOAD_COMPILE_CONDITION', message, position);
  }
  return regex;
}

/**
 * No special characters but an anchor or an any-text at the very ends (Falco filter.cpp:
 * check_warnings_regex_value).
 */
function isPlainPattern(pattern: string): boolean {
  const last = pattern.length - 1;
  for (let i = 0; i <= last; i++) {
    const char = pattern[i]!;
    if ((i === 0 && char === '^') || (i === last && char === '$')) continue;
    const atEnd = i === 0 || i === last - 1;
    if (atEnd && char === '.' && /[+*?]/.test(pattern[i + 1] ?? '')) i++;
    else if ('.+*?^$()[]{}|\\'.includes(char)) return false;
  }
  return true;
}
