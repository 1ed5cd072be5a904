import { ConditionError } from '../../condition/condition-error.ts';
import type { ErrorCode } from '../codes.ts';
import { RuleError, type DiagnosticItem } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';

/** A rule error whose only cause is a field that does not exist. */
export class UnknownFieldError extends RuleError {}

/**
 * Gives an error in a condition or output its place in the rules file; other errors stay as they are.
 *
 * @param text the text whose index the error's position is
 */
export function located(
  error: unknown,
  code: ErrorCode,
  text: SourceText,
  items: readonly DiagnosticItem[],
): unknown {
  if (!(error instanceof ConditionError)) return error;
  const context = { position: text.locate(error.position), items };
  const Kind = error.unknownField ? UnknownFieldError : RuleError;
  return new Kind(code, error.message, context, error.hint);
}
