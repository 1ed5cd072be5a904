import { ConditionError } from '../../condition/condition-error.ts';
import type { ErrorCode } from '../codes.ts';
import { RuleError, type DiagnosticItem } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';
import { TEMPLATE_HINT } from '../../yaml/yaml-parser.ts';

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
  return new Kind(code, error.message, context, writtenHint(text) ?? error.hint);
}

/** About a text that is not what it looks like in the file. */
function writtenHint(text: SourceText): string | undefined {
  if (text.text.includes('{{')) return TEMPLATE_HINT;
  const { source, offset } = text.locate(0);
  const mark = /[:-] +([!&])\S* *$/.exec(source.text.slice(Math.max(0, offset - 200), offset));
  const taken = mark?.[1] ?? /^[!&]/.exec(source.text.slice(offset, offset + 1))?.[0];
  if (taken !== '!' && taken !== '&') return undefined;
  return taken === '!'
    ? "YAML takes a word that begins with ! for a tag: put the text in quotes, and write 'not'"
    : 'YAML takes a word that begins with & for an anchor: put the text in quotes';
}
