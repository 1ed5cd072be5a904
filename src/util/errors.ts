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
