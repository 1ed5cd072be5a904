import type { ConditionNode } from '../../condition/ast.ts';
import { compileCondition, type CompileContext } from '../../condition/compile.ts';
import type { Condition } from '../../condition/condition.ts';
import { ConditionError } from '../../condition/condition-error.ts';
import { parseCondition } from '../../condition/parse/parser.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import { errorDiagnostic, RuleError } from '../../rules/diagnostics.ts';
import { substituteLists } from '../../rules/compile/lists.ts';
import type { RuleSet } from '../../rules/rule.ts';
import { SourceText } from '../../yaml/source-text.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';

/** Parses a condition from the command line; lists of the loaded rules are put in place. @throws KnownError */
export function parseOption(option: string, text: string, ruleSet: RuleSet): ConditionNode {
  const source = sourceOf(option, text);
  const expanded = substituteLists(source, ruleSet.lists, () => undefined);
  try {
    return parseCondition(expanded.text).node;
  } catch (error) {
    throw located(error, option, expanded);
  }
}

/** Compiles a condition from the command line; it may use the macros of the loaded rules. @throws KnownError */
export function compileOption(
  option: string,
  node: ConditionNode,
  text: string,
  ruleSet: RuleSet,
  fields: FieldResolver,
): Condition {
  const macros = new Map(ruleSet.macros.map((macro) => [macro.name, macro]));
  const context: CompileContext = {
    fields,
    macro(name, position) {
      const macro = macros.get(name);
      if (macro === undefined) {
        const hint = didYouMean(name, [...macros.keys(), 'and', 'or', 'not']);
        throw new ConditionError(`Undefined macro '${name}' used in filter.`, position, hint);
      }
      return compileCondition(macro.tree, context);
    },
  };
  try {
    return compileCondition(node, context);
  } catch (error) {
    throw located(error, option, sourceOf(option, text));
  }
}

function sourceOf(option: string, text: string): SourceText {
  const source = { name: option, text };
  const end = text.length;
  return SourceText.of({
    kind: 'scalar',
    text,
    isNull: false,
    source,
    start: 0,
    end,
    style: 'plain',
  });
}

function located(error: unknown, option: string, text: SourceText): unknown {
  if (!(error instanceof ConditionError)) return error;
  const context = { position: text.locate(error.position), items: [] };
  const rule = new RuleError('LOAD_ERR_COMPILE_CONDITION', error.message, context, error.hint);
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  const snippet = errorDiagnostic(rule).snippet.replaceAll('\n', '\n  ');
  return new KnownError(
    'usage',
    `${option} is no condition: ${error.message}${hint}\n  ${snippet}`,
  );
}
