import { escapeTerminal } from '../../outputs/encode/escape.ts';
import { redact } from '../../redact/redact.ts';
import { KnownError } from '../../util/errors.ts';

/** A page of the rows that answer a query. */
export interface Page {
  /** JSON texts: redacted, bounded, on one line. */
  readonly rows: readonly string[];
  /** Place of the first one among all rows, from 0. */
  readonly from: number;
  readonly total: number;
  /** Asks for the page behind this one; undefined when this is the last. */
  readonly next: string | undefined;
  /** What people are told beside the rows, with the first page only. */
  readonly notes: readonly string[];
  readonly isComplete: boolean;
}

/** Characters of an error at most. */
const ERROR_LENGTH = 1000;

/** A page as JSON: members of the caller first. Log text stands inside JSON strings, which it cannot leave. */
export function pageJson(first: Readonly<Record<string, string>>, page: Page): string {
  const head = {
    ...first,
    total: page.total,
    from: page.from,
    count: page.rows.length,
    ...(page.next !== undefined && { next_cursor: page.next }),
    ...(!page.isComplete && { incomplete: true }),
    ...(page.notes.length > 0 && { notes: page.notes }),
  };
  return `${JSON.stringify(head).slice(0, -1)},"rows":[\n${page.rows.join(',\n')}\n]}`;
}

/** An error in one line, redacted. What is no expected failure says that it is a bug, without its stack. */
export function errorLine(error: unknown): string {
  return escapeTerminal(errorText(error)).slice(0, ERROR_LENGTH);
}

/** The same in the lines that it has: a mark stands below the place it means. */
export function errorLines(error: unknown): string {
  const lines = errorText(error).split('\n');
  return lines.map(escapeTerminal).join('\n').slice(0, ERROR_LENGTH);
}

function errorText(error: unknown): string {
  return redact(
    error instanceof KnownError
      ? `${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`
      : `this is a bug, please report it: ${error instanceof Error ? error.message : String(error)}`,
  );
}
