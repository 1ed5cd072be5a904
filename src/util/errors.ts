// Room util: tools that know nothing of audit logs: text, bytes, time, line comparison, expected failures.
// Door: none; each file is a tool of its own and is imported by its name.
// Neighbours: imports nothing; every room may use it.
// Inside: errors.ts has KnownError, the one way to fail with a clear line instead of a stack trace.

/** Kinds of expected failures; the exit code of each is in cli/terminal/exit.ts. */
export type ErrorKind = 'usage' | 'input' | 'rules' | 'config';

/** An expected failure: one clear line for the user, never a stack trace. */
export class KnownError extends Error {
  readonly kind: ErrorKind;
  /** What to do about it, printed after the message. */
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, hint?: string) {
    super(message);
    this.name = 'KnownError';
    this.kind = kind;
    this.hint = hint;
  }
}

/** A failure on its way from one thread to another: on it, errors lose their class. */
export interface ToldFailure {
  /** The line for the user of an expected failure; the stack of any other. */
  readonly text: string;
  /** What else an expected failure has. */
  readonly known?: Pick<KnownError, 'kind' | 'hint'>;
}

/** What another thread is told of an error. */
export function toldFailure(error: unknown): ToldFailure {
  if (error instanceof KnownError) {
    const { kind, hint, message } = error;
    return { text: message, known: { kind, hint } };
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that another thread told of. @param who what stands before one that was not expected */
export function failureOf({ text, known }: ToldFailure, who: string): Error {
  if (known !== undefined) return new KnownError(known.kind, text, known.hint);
  return new Error(`${who}: ${text}`);
}

/** The `code` of a file system error, or its message. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  }
  return String(error);
}
