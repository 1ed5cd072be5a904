import { describeCode, type ErrorCode, type WarningCode } from './codes.ts';
import type { SourcePosition } from '../yaml/source-text.ts';
import { lineOf } from '../yaml/yaml-node.ts';

/** One of the nested things that a diagnostic is about, such as a rule or its condition. */
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

/** Receives each warning. */
export type Warn = (
  code: WarningCode,
  message: string,
  context: DiagnosticContext,
  hint?: string,
) => void;

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

/** Builds the reported form of an error. */
export function errorDiagnostic(error: RuleError): Diagnostic {
  return diagnostic('error', error.code, error.message, error.context, error.hint);
}

/** Builds the reported form of a warning. */
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
    line: lineOf({ source, start: offset }),
    column: Array.from(before.slice(lineStart)).length + 1,
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
  return `${shown}\n${head.replace(/./g, ' ')}${blanksUnder(line.slice(from, column))}^`;
}

const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** As many blanks as a terminal needs for the text. */
function blanksUnder(text: string): string {
  let out = '';
  for (const char of text) {
    if (char > '\u02ff' && /\p{M}|\p{Cf}/u.test(char)) continue;
    out += char > '\u10ff' && WIDE.test(char) ? '  ' : ' ';
  }
  return out;
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

/** How one rules file loaded, as {@link toFalcoJson} needs it. */
export interface DiagnosedFile {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Results as Falco's `-V` prints them with `json_output` (falco_load_result.cpp). Lines, columns and offsets
 * count from 0 as Falco's YAML positions do; all locations of a diagnostic have the place of the error (D11).
 */
export function toFalcoJson(files: readonly DiagnosedFile[]): {
  falco_load_results: FalcoLoadResult[];
} {
  return {
    falco_load_results: files.map(({ name, successful, errors, warnings }) => ({
      name,
      successful,
      errors: errors.map(toFalcoDiagnostic),
      warnings: warnings.map(toFalcoDiagnostic),
    })),
  };
}

interface FalcoLoadResult {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly FalcoDiagnostic[];
  readonly warnings: readonly FalcoDiagnostic[];
}

interface FalcoDiagnostic {
  readonly code: string;
  readonly codedesc: string;
  readonly message: string;
  readonly context: {
    readonly locations: readonly {
      readonly item_type: string;
      readonly item_name: string;
      readonly position: {
        readonly name: string;
        readonly line: number;
        readonly column: number;
        readonly offset: number;
      };
    }[];
    readonly snippet: string;
  };
}

function toFalcoDiagnostic(diagnosed: Diagnostic): FalcoDiagnostic {
  const { code, message, file, line, column, offset, snippet } = diagnosed;
  const position = { name: file, line: line - 1, column: column - 1, offset };
  const root = { type: 'rules content', name: '' };
  const inner = diagnosed.items[0]?.type === root.type ? diagnosed.items.slice(1) : diagnosed.items;
  return {
    code,
    codedesc: describeCode(code),
    message,
    context: {
      locations: [root, ...inner].map(({ type, name }) => ({
        item_type: type,
        item_name: name,
        position,
      })),
      snippet: `${snippet}\n`,
    },
  };
}
