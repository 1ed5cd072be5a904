import type { FieldResolver } from '../../condition/operand.ts';
import { compileTemplate, type Template } from '../../condition/template.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { SourceText } from '../../yaml/source-text.ts';
import { CORRELATION_FIELDS, CORRELATION_TOKEN, placeholder } from '../correlation-output.ts';
import { RuleError, type DiagnosticItem } from '../diagnostics.ts';
import { located } from './located.ts';

/**
 * Compiles the output of a correlation: fields of the event that completes it, and placeholders for what the correlation
 * tells.
 *
 * @throws RuleError
 */
export function compileCorrelationOutput(
  written: SourceText,
  items: readonly DiagnosticItem[],
  fields: FieldResolver,
): Template {
  const output = withPlaceholders(written, items);
  try {
    return compileTemplate(output.text, { ...fields, warn: () => undefined });
  } catch (error) {
    throw located(error, 'LOAD_ERR_COMPILE_OUTPUT', output, items);
  }
}

function withPlaceholders(output: SourceText, items: readonly DiagnosticItem[]): SourceText {
  let text = output;
  for (let match = CORRELATION_TOKEN.exec(text.text); match !== null;) {
    const [token, field = '', limit = ''] = match;
    if (!CORRELATION_FIELDS.some((known) => known === field)) {
      const context = { position: text.locate(match.index), items };
      const hint =
        didYouMean(field, CORRELATION_FIELDS) ?? `fields: ${CORRELATION_FIELDS.join(', ')}`;
      throw new RuleError('LOAD_ERR_COMPILE_OUTPUT', `corr.${field} is not known`, context, hint);
    }
    text = text.replace(
      match.index,
      match.index + token.length,
      placeholder(field, limit),
      match.index,
    );
    match = CORRELATION_TOKEN.exec(text.text);
  }
  return text;
}
