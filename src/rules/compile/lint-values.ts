import { walk, type ConditionNode, type OperandNode } from '../../condition/ast.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import type { SourceText } from '../../yaml/source-text.ts';
import { caseProblem, groupsProblem, problemOf } from './value-problems.ts';

/** Operators that take a value as it stands: none of its characters has a meaning. */
const AS_WRITTEN = new Set<string>([
  '=',
  '==',
  '!=',
  'in',
  'intersects',
  'contains',
  'icontains',
  'startswith',
  'endswith',
]);

/** Nobody writes more values by hand. */
const MOST_VALUES = 100;

/**
 * Warns of values that a field never has: `ka.user.name in (system:*)` compares with the asterisk as a
 * character, so a rule never fires, or an exemption exempts nothing, and Falco says no word.
 *
 * @param told values that were warned of; each is told once
 */
export function lintValues(
  { text, node }: { readonly text: SourceText; readonly node: ConditionNode },
  items: readonly DiagnosticItem[],
  told: Set<string>,
  warn: Warn,
): void {
  walk(node, (check) => {
    if (check.kind !== 'check' || !AS_WRITTEN.has(check.operator)) return;
    const field = fieldOf(check.left);
    if (field === undefined) return;
    const { right } = check;
    if (right.kind !== 'value' && right.kind !== 'list') return;
    const values = right.kind === 'value' ? [right.value] : right.values;
    if (values.length > MOST_VALUES) return;
    const groups = groupsProblem(field, values, check);
    if (groups !== undefined) {
      const position = text.locate(right.span.start);
      warn('LINT_NEVER_EQUAL', groups.message, { position, items }, groups.hint);
    }
    for (const value of values) {
      const problem = caseProblem(value, check) ?? problemOf(value, field, check);
      if (problem === undefined || told.has(`${field} ${value}`)) continue;
      told.add(`${field} ${value}`);
      const position = text.locate(
        Math.max(right.span.start, text.text.indexOf(value, right.span.start)),
      );
      warn('LINT_NEVER_EQUAL', problem.message, { position, items }, problem.hint);
    }
  });
}

/** The field whose text is compared, also in lower case, as Sigma rules become. */
function fieldOf(left: OperandNode): string | undefined {
  if (left.kind === 'field') return left.name;
  const [of] = left.name === 'tolower' ? left.args : [];
  return of?.kind === 'field' ? of.name : undefined;
}
