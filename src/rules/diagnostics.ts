import { ERROR_CODES, WARNING_CODES, type ErrorCode, type WarningCode } from './codes.ts';
import type { SourcePosition } from './source-text.ts';

/** What kind of thing a diagnostic is about, outermost first. */
export interface DiagnosticItem {
  /** Falco's item type, such as `rule` or `rule condition`. */
  readonly type: string;
  /** Name of the rule, macro, list, exception or key; empty when it has none. */
  readonly name: string;
}

/** An error or warning about a rules file. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode | WarningCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly items: readonly DiagnosticItem[];
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** From 0, in characters. */
  readonly offset: number;
  /** The line of the file and a line with a caret under the position. */
  readonly snippet: string;
}

/** Where a diagnostic belongs: a position in a file, and what stands there. */
export interface DiagnosticContext {
  readonly position: SourcePosition;
  readonly items: readonly DiagnosticItem[];
}

/** An error that ends the reading of a rules file. */
export class RuleError extends Error {
  readonly code: ErrorCode;
  readonly context: DiagnosticContext;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, context: DiagnosticContext, hint?: string) {
    super(message);
    this.name = 'RuleError';
    this.code = code;
    this.context = context;
    this.hint = hint;
  }
}

export function errorDiagnostic(error: RuleError): Diagnostic {
  return diagnostic('error', error.code, error.message, error.context, error.hint);
}

export function warningDiagnostic(
  code: WarningCode,
  message: string,
  context: DiagnosticContext,
  hint?: string,
): Diagnostic {
  return diagnostic('warning', code, message, context, hint);
}

function diagnostic(
  severity: Diagnostic['severity'],
  code: Diagnostic['code'],
  message: string,
  context: DiagnosticContext,
  hint: string | undefined,
): Diagnostic {
  const { source, offset } = context.position;
  const before = source.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = offset - lineStart;
  return {
    severity,
    code,
    message,
    hint,
    items: context.items,
    file: source.name,
    line: before.split('\n').length,
    column: column + 1,
    offset,
    snippet: snippetOf(source.text, lineStart, column),
  };
}

/** Characters shown on each side of the position. */
const SNIPPET_SIDE = 80;

/** The line around a position, shortened on both sides, and a caret below. */
function snippetOf(text: string, lineStart: number, column: number): string {
  const newline = text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, newline === -1 ? text.length : newline).replace(/\r$/, '');
  const from = Math.max(0, column - SNIPPET_SIDE);
  const to = Math.min(line.length, column + SNIPPET_SIDE);
  const head = from > 0 ? '...' : '';
  const tail = to < line.length ? '...' : '';
  const shown = head + line.slice(from, to).replaceAll('\t', ' ') + tail;
  return `${shown}\n${' '.repeat(head.length + column - from)}^`;
}

/** What a code stands for, in Falco's words. */
export function describeCode(code: ErrorCode | WarningCode): string {
  return code in ERROR_CODES
    ? ERROR_CODES[code as ErrorCode]
    : WARNING_CODES[code as WarningCode];
}

/**
 * A diagnostic as text for people:
 *
 *     rules.yaml:3:31: error: rule 'Bad', condition: expected a ')' token
 *       (ka.verb = create
 *                        ^
 *       LOAD_ERR_COMPILE_CONDITION (Error compiling condition)
 */
export function formatDiagnostic(diagnosticOf: Diagnostic): string {
  const { file, line, column, severity, message, hint, items, snippet, code } = diagnosticOf;
  const what = items
    .map((item) => (item.name === '' ? item.type : `${item.type} '${item.name}'`))
    .join(', ');
  const lines = [
    `${file}:${line}:${column}: ${severity}: ${what === '' ? '' : `${what}: `}${message}`,
    ...snippet.split('\n').map((text) => `  ${text}`),
    `  ${code} (${describeCode(code)})`,
  ];
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}
