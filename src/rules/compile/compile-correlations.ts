import type { ConditionNode } from '../../condition/ast.ts';
import { bindOperand } from '../../condition/bind-operand.ts';
import { ConditionError } from '../../condition/condition-error.ts';
import type { Condition } from '../../condition/condition.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import { fieldKey } from '../../condition/print.ts';
import { parseOperand } from '../../condition/parse/parser.ts';
import { didYouMean } from '../../util/suggest.ts';
import { lineOf, type YamlNode } from '../../yaml/yaml-node.ts';
import type { Collector } from '../collect/collector.ts';
import type { CorrelationDefinition, CorrelationStep } from '../collect/definitions.ts';
import { contextOf, invalid } from '../collect/read-values.ts';
import { RuleError, type DiagnosticItem, type Warn } from '../diagnostics.ts';
import { evidenceTemplate } from '../rule-evidence.ts';
import { itemText, readNotes, sigmaNotes } from '../rule-notes.ts';
import { partName, type Correlation, type CorrelationPart, type Rule } from '../rule.ts';
import { compileWithMacros, fieldsOf } from './compile-condition.ts';
import { compileCorrelationOutput } from './compile-correlation-output.ts';
import type { Macros } from './macros.ts';

/** What compiling correlations needs. */
interface Surroundings {
  readonly collector: Collector;
  readonly rules: ReadonlyMap<string, Rule>;
  readonly macros: Macros;
  readonly fields: FieldResolver;
  readonly warn: Warn;
}

/**
 * Compiles all collected correlations, each to a rule that holds it.
 *
 * @returns the rules, those switched off that are mere parts, and the correlations behind them
 * @throws RuleError at the first error
 */
export function withCorrelations(
  rules: readonly Rule[],
  given: Omit<Surroundings, 'rules'>,
): readonly Rule[] {
  const definitions = [...given.collector.correlations.values()];
  if (definitions.length === 0) return rules;
  const surroundings = { ...given, rules: new Map(rules.map((rule) => [rule.name, rule])) };
  const compiled = definitions.map((definition) => compileCorrelation(definition, surroundings));
  const items = (name: string): DiagnosticItem[] => [{ type: 'correlation', name }];
  const taken = new Set(
    definitions
      .filter(({ takesRules, enabled }) => takesRules && enabled)
      .flatMap(({ name, steps }) =>
        steps.map((step) => referredRule(step, surroundings, items(name))),
      ),
  );
  return [
    ...rules.map((rule) => (taken.has(rule) ? { ...rule, enabled: false } : rule)),
    ...compiled,
  ];
}

interface CompiledStep {
  readonly step: CorrelationStep;
  readonly condition: Condition;
  readonly tree: ConditionNode;
  readonly macros: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly fields: readonly string[];
}

function compileCorrelation(definition: CorrelationDefinition, surroundings: Surroundings): Rule {
  const { name, node, priority, tags, description, enabled, files, type, sigma } = definition;
  const items: DiagnosticItem[] = [{ type: 'correlation', name }];
  const steps = definition.steps.map((step) => compileStep(step, items, surroundings));
  const message = compileCorrelationOutput(definition.output, items, surroundings.fields);
  const span = { start: 0, end: 0 };
  const sequence = type === 'temporal' || type === 'temporal_ordered';
  const item = itemText(node.source.text, node.start);
  const { id, severity, wrong, ...notes } =
    sigma === undefined ? readNotes(item) : sigmaNotes(sigma);
  for (const text of wrong) surroundings.warn('LINT_NOTES', text, contextOf(node, items));
  const whole: Omit<Rule, 'correlation'> = {
    id,
    severity,
    notes,
    name,
    description,
    priority,
    source: 'k8s_audit',
    tags,
    enabled,
    condition: { kind: 'or', operands: steps.map(({ condition }) => condition) },
    message,
    conditionText: conditionText(definition),
    tree: { kind: 'or', children: steps.map(({ tree }) => tree), span },
    outputText: definition.output.text,
    exceptions: [],
    macros: [...new Set(steps.flatMap(({ macros }) => [...macros]))].toSorted(),
    lists: [...new Set(steps.flatMap(({ lists }) => [...lists]))].toSorted(),
    evidenceFields: [],
    evidence: undefined,
    fields: [...new Set(steps.flatMap(({ fields }) => fields))].toSorted(),
    files,
    file: node.source.name,
    line: lineOf(node),
    sigma,
  };
  const parts = steps.map(({ step, condition, tree }, index): CorrelationPart => {
    const group = definition.groupBy.map(({ fields, node: at }) => {
      const field = typeof fields === 'string' ? fields : fields.get(step.name)!;
      return keyOf(field, at, items, surroundings.fields);
    });
    const value = definition.values.map((each) =>
      keyOf(each.field, each.node, items, surroundings.fields),
    );
    const evidenceFields = [...new Set([...group, ...value])];
    return {
      step: sequence ? index : 0,
      group,
      value,
      rule: {
        ...whole,
        name: partName(name, index),
        conditionText: stepText(step),
        condition,
        tree,
        evidenceFields,
        evidence: evidenceTemplate(evidenceFields, surroundings.fields),
        // What a rule reports once, a correlation that is made of it counts once.
        macros: [...steps[index]!.macros],
      },
    };
  });
  return { ...whole, correlation: correlationOf(definition, parts) };
}

function correlationOf(
  definition: CorrelationDefinition,
  parts: readonly CorrelationPart[],
): Correlation {
  const { name, type, timespan, atLeast, atMost, suppress, warmup } = definition;
  const { times, differs, returning } = definition;
  const steps = new Set(parts.map(({ step }) => step)).size;
  return {
    rule: {
      name,
      type,
      steps,
      ...(times !== undefined && { times }),
      ...(differs === true && { differs }),
      ...(returning === true && { returning }),
      timespan,
      atLeast,
      atMost,
      suppress,
      warmup,
    },
    keys: definition.groupBy.map((key) => key.name),
    ...(definition.groupBy.some(({ isEach }) => isEach) && {
      each: definition.groupBy.map(({ isEach }) => isEach === true),
    }),
    requireGroup: definition.requireGroup,
    parts,
  };
}

function compileStep(
  step: CorrelationStep,
  items: readonly DiagnosticItem[],
  surroundings: Surroundings,
): CompiledStep {
  if (step.condition === undefined) {
    const rule = referredRule(step, surroundings, items);
    return {
      step,
      condition: rule.condition,
      tree: rule.tree,
      macros: new Set(rule.macros),
      lists: new Set(rule.lists),
      fields: rule.fields,
    };
  }
  const { macros, fields, warn } = surroundings;
  const inside = [...items, { type: 'condition of', name: step.name }];
  const parsed = macros.parse(step.condition, inside);
  const uses = macros.references(parsed, inside);
  const condition = compileWithMacros(parsed, inside, macros, fields, warn);
  return { step, condition, tree: parsed.node, ...uses, fields: fieldsOf(condition) };
}

/** A rule by its name, or a Sigma rule by its id or name. @throws RuleError */
function referredRule(
  { name, node }: CorrelationStep,
  { rules, collector }: Surroundings,
  items: readonly DiagnosticItem[],
): Rule {
  const rule =
    rules.get(name) ??
    [...rules.values()].find(({ sigma }) => sigma?.id === name || sigma?.name === name);
  if (rule !== undefined) return rule;
  const names = [...rules.values()].flatMap(({ name: title, sigma }) => [
    title,
    sigma?.name ?? title,
  ]);
  const message = `no rule is called '${name}'`;
  const isCorrelation = [...collector.correlations.values()].some(
    (other) => other.name === name || other.sigma?.id === name || other.sigma?.name === name,
  );
  const chained = 'this is a correlation: one is made of rules, not of others';
  throw new RuleError(
    'LOAD_ERR_VALIDATE',
    message,
    contextOf(node, items),
    isCorrelation
      ? chained
      : (didYouMean(name, names) ?? 'a rule of another file must be loaded before'),
  );
}

/** A field as evidence names it. @throws RuleError for what is no field */
function keyOf(
  text: string,
  node: YamlNode,
  items: readonly DiagnosticItem[],
  fields: FieldResolver,
): string {
  const operand = parseOperand(text);
  if (operand?.kind !== 'field') throw invalid(`'${text}' is no field`, node, items);
  try {
    bindOperand(operand, { ...fields, warn: () => undefined });
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const message = error.unknownField ? `'${text}' is no field` : error.message;
    throw new RuleError('LOAD_ERR_VALIDATE', message, contextOf(node, items), error.hint);
  }
  return fieldKey(operand.name, operand.argument);
}

function conditionText({ steps }: CorrelationDefinition): string {
  return steps.map(stepText).join(' or ');
}

function stepText({ name, condition }: CorrelationStep): string {
  return condition === undefined ? `[${name}]` : condition.text.trim();
}
