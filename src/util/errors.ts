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
