import type { ConditionNode } from '../../condition/ast.ts';
import { fieldNames } from '../../fields/catalog.ts';
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

/** Longest message that is given whole. */
const LONG = 120;

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
  const meant = option === '--where' ? fieldMeant(text.text) : undefined;
  const [said, hint] = wordsOf(error, meant);
  const snippet = errorDiagnostic(rule).snippet.replaceAll('\n', '\n  ');
  return new KnownError(
    'usage',
    `${option} is no condition: ${said}${hint === undefined ? '' : ` (${hint})`}\n  ${snippet}`,
  );
}

/** Falco's words as far as they are short; what to do about it comes first where they are long. */
function wordsOf(
  { message, hint }: ConditionError,
  meant: string | undefined,
): [said: string, hint: string | undefined] {
  if (meant !== undefined) return [meant, 'k8s-audit fields lists them'];
  if (hint === undefined || message.length <= LONG) return [message, hint];
  return [hint, 'k8s-audit fields lists what conditions can name'];
}

/** `verb=delete`: a condition that starts with a word that is the end of a field's name. */
function fieldMeant(text: string): string | undefined {
  const [, word = ''] =
    /^\s*(?:not\s+)?\(*([a-z_]{2,40})\s*(?:[=!<>]|in\b|contains\b|startswith\b|exists\b)/i.exec(
      text,
    ) ?? [];
  if (word === '' || word === 'not') return undefined;
  const lower = word.toLowerCase();
  const known: Readonly<Record<string, string>> = {
    user: 'ka.user.name',
    namespace: 'ka.target.namespace',
    resource: 'ka.target.resource',
    name: 'ka.target.name',
    code: 'ka.response.code',
  };
  const found = Object.hasOwn(known, lower)
    ? known[lower]
    : fieldNames().find((name) => name === `ka.${lower}` || name === `kx.${lower}`);
  return found === undefined ? undefined : `fields start with ka. or kx.: ${found}?`;
}
