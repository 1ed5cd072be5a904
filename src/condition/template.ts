import type { AuditEvent } from '../events/event.ts';
import type { FieldValue } from '../fields/field.ts';
import { cutBytes, fitBytes } from '../util/bytes.ts';
import type { OperandNode } from './ast.ts';
import { bindOperand, refusedArgument } from './bind-operand.ts';
import { ConditionError } from './condition-error.ts';
import { parseOperand } from './parse/parser.ts';
import type { FieldResolver, FieldUse, Value } from './operand.ts';

/** A compiled output template. */
export interface Template {
  /** The distinct fields it names, in order of first use. */
  readonly uses: readonly FieldUse[];
  /** The distinct operands that it reads from an event, in order of first use. */
  readonly values: readonly Value[];
  render(event: AuditEvent): string;
  /** Fills in the template. @param values the values read from {@link values}, in the same order */
  print(read: readonly FieldValue[]): string;
}

/** Falco cuts the text of a list to this many bytes. */
const MAX_LIST_BYTES = 1023;
const MISSING = '<NA>';
/** Widest field of a template; more would only fill memory. */
const MAX_WIDTH = 65_536;

/** A text, or the value at an index of those read. */
type Token = string | { readonly value: Value; readonly index: number; readonly width: number };

/**
 * Compiles an output (Falco eventformatter.cpp: set_format). A `%` starts a field or transformer; the
 * longest text that parses and names an existing field is taken.
 *
 * @throws ConditionError, with the position in `text`
 */
export function compileTemplate(text: string, fields: FieldResolver): Template {
  if (text === '') throw new ConditionError('empty formatting token', 0);
  const tokens: Token[] = [];
  const uses = new Map<string, FieldUse>();
  const values: Value[] = [];
  // "Print even when values are missing": Falco sets it for every rule.
  let at = text.startsWith('*') ? 1 : 0;
  while (at < text.length) {
    const percent = text.indexOf('%', at);
    if (percent === -1) break;
    if (percent > at) tokens.push(text.slice(at, percent));
    const digits = /^\d*/.exec(text.slice(percent + 1, percent + 12))![0];
    const start = percent + 1 + digits.length;
    if (start >= text.length) {
      const what = digits === '' ? '%' : 'number';
      throw new ConditionError(
        `invalid formatting syntax: formatting cannot end with a ${what}`,
        percent,
      );
    }
    const width = Number(digits);
    if (width > MAX_WIDTH) throw new ConditionError(`width ${digits} is too large`, percent);
    const { value, end } = longestValue(text, start, fields);
    for (const use of value.uses) uses.set(use.key, use);
    let index = values.findIndex(({ key }) => key === value.key);
    if (index === -1) index = values.push(value) - 1;
    tokens.push({ value, index, width });
    at = end;
  }
  if (at < text.length) tokens.push(text.slice(at));
  const print = (read: readonly FieldValue[]): string => {
    let out = '';
    for (const token of tokens) {
      if (typeof token === 'string') {
        out += token;
      } else {
        const shown = printValue(token.value, read[token.index]);
        out += token.width === 0 ? shown : fitBytes(shown, token.width);
      }
    }
    return out;
  };
  return {
    uses: [...uses.values()],
    values,
    render: (event) => print(values.map((value) => value.read(event))),
    print,
  };
}

/** Falco's reading first; only when nothing of it works arguments with blanks or `]` are read (D13). */
function longestValue(
  text: string,
  start: number,
  fields: FieldResolver,
): { value: Value; end: number } {
  const quiet: FieldResolver = { ...fields, warn: () => undefined };
  const strict: FieldResolver = {
    ...quiet,
    checkArgument: (field, argument) =>
      refusedArgument(argument) ? 'Falco refuses it' : fields.checkArgument(field, argument),
  };
  const found = bindLongest(text, start, strict);
  if (found.value !== undefined) return found;
  const wider = bindLongest(text, start, quiet);
  if (wider.value !== undefined) {
    const message = "Falco refuses a blank or ']' in a field argument";
    fields.warn('LINT_FALCO_REFUSES', message, start);
    return wider;
  }
  const hint = wider.failure?.hint ?? printHint(text.slice(start));
  // Falco's odd text for every output that names no field.
  throw new ConditionError("unknown filter: unexpected token after '", start, hint, true);
}

/** What to do about a percent sign before what is no field. */
function printHint(text: string): string {
  const [name] = /^[a-z]\w*(?:\.\w+)+/i.exec(text) ?? [];
  return name === undefined
    ? 'a percent sign starts a field; it cannot be printed as such'
    : `${name} is no field (k8s-audit fields lists them)`;
}

type Longest =
  | { readonly value: Value; readonly end: number }
  | { readonly value?: undefined; readonly failure: ConditionError | undefined };

function bindLongest(text: string, start: number, fields: FieldResolver): Longest {
  let failure: ConditionError | undefined;
  for (const candidate of candidates(text.slice(start))) {
    const operand = parseOperand(candidate);
    if (operand === undefined) continue;
    try {
      return { value: bindOperand(operand, fields), end: start + candidate.length };
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      failure ??= error;
    }
  }
  return { failure };
}

/** Prefixes of `text` that may be a field or transformer, longest first. */
function* candidates(text: string): Generator<string> {
  const call = operandAt(text);
  if (call !== undefined && call.span.end > 0) yield text.slice(0, call.span.end);
  const name = /^[a-zA-Z0-9_.]*/.exec(text)![0];
  if (call?.kind === 'transformer') {
    // Only the brackets behind the call can be left out.
    const bare = text.lastIndexOf(')', call.span.end) + 1;
    if (bare < call.span.end) yield text.slice(0, bare);
  }
  for (let end = name.length; end > 2; end--) yield text.slice(0, end);
}

/** The operand that `text` starts with, whatever follows it. */
function operandAt(text: string): OperandNode | undefined {
  for (let end = nextEnd(text, 0); end !== undefined; end = nextEnd(text, end)) {
    const operand = parseOperand(text.slice(0, end));
    if (operand !== undefined) return operand;
    if (end > MAX_OPERAND) return undefined;
  }
  return undefined;
}

/** No sensible field argument or call is longer. */
const MAX_OPERAND = 4096;

/** Ends at which a bracketed argument or a call may be complete. */
function nextEnd(text: string, from: number): number | undefined {
  if (from === 0 && !/^[a-zA-Z0-9_.]*[[(]/.test(text)) return undefined;
  const found = /[\])]/.exec(text.slice(from));
  return found === null ? undefined : from + found.index + 1;
}

/** A value as outputs show it. */
function printValue(value: Value, read: FieldValue): string {
  if (read === undefined) return MISSING;
  if (typeof read === 'string') return read;
  if (typeof read === 'bigint') return value.field?.bound.print?.(read) ?? String(read);
  if (typeof read === 'boolean') return String(read);
  return printList(read);
}

/** `(a,b)`; a comma comes only once there is text, so leading empty strings leave none. */
function printList(items: readonly string[]): string {
  let out = '(';
  for (const item of items) out += (out.length > 1 ? ',' : '') + item;
  return cutBytes(`${out})`, MAX_LIST_BYTES);
}
