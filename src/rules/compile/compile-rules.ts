// Room rules/compile: collected definitions become rules that can be evaluated.
// Door: compile-rules.ts.
// Neighbours: uses collect and condition; load.ts calls it.
// Inside: lists.ts and macros.ts put definitions in place, exceptions.ts adds them to the condition.

import { ConditionError } from '../../condition/condition-error.ts';
import type { FieldResolver } from '../../condition/operand.ts';
import type { Template } from '../../condition/template.ts';
import type { Collector } from '../collect/collector.ts';
import { compileOutput } from './compile-output.ts';
import type { RuleDefinition } from '../collect/definitions.ts';
import { contextOf } from '../collect/read-values.ts';
import type { DiagnosticItem, Warn } from '../diagnostics.ts';
import { declaredEvidence, evidenceTemplate, usualEvidence } from '../rule-evidence.ts';
import { itemText, readNotes, sigmaNotes } from '../rule-notes.ts';
import { describeException, withExceptions } from './exceptions.ts';
import { compileWithMacros, fieldsOf } from './compile-condition.ts';
import { withCorrelations } from './compile-correlations.ts';
import { UnknownFieldError } from './located.ts';
import { Macros } from './macros.ts';
import type { Rule, RuleSet } from '../rule.ts';
import { lineOf } from '../../yaml/yaml-node.ts';

/**
 * Compiles all collected definitions (Falco rule_loader_compiler.cpp): lists, then macros, then rules.
 *
 * @param isLast when no file follows, in which rules may be that correlations name
 * @throws RuleError at the first error
 */
export function compileDefinitions(
  collector: Collector,
  fields: FieldResolver,
  warn: Warn,
  isLast: boolean,
): RuleSet {
  const macros = new Macros(collector, warn);
  const rules: Rule[] = [];
  for (const definition of collector.rules.values()) {
    if (definition.source === 'syscall') macros.noteUses(definition.condition.text);
    if (!definition.known) continue;
    try {
      rules.push(compileRule(definition, macros, fields, warningsOf(definition, warn)));
    } catch (error) {
      // `skip-if-unknown-filter`: an unknown field drops the rule with a warning.
      if (!(error instanceof UnknownFieldError) || !definition.skipIfUnknownFilter) throw error;
      warn('LOAD_UNKNOWN_FILTER', error.message, error.context, error.hint);
    }
  }
  const whole = isLast ? withCorrelations(rules, { collector, macros, fields, warn }) : rules;
  macros.warnUnused();
  return { rules: whole, macros: macros.macroInfos(), lists: macros.listInfos() };
}

/** A rule of Sigma is not written for Falco: how Falco would take its condition is nobody's concern. */
function warningsOf({ sigma }: RuleDefinition, warn: Warn): Warn {
  if (sigma === undefined) return warn;
  return (code, ...rest) => {
    if (code !== 'LINT_FALCO_REFUSES' && code !== 'LOAD_COMPILE_CONDITION') warn(code, ...rest);
  };
}

/** Falco's order counts where several things are wrong: exceptions, output, condition. */
function compileRule(
  definition: RuleDefinition,
  macros: Macros,
  fields: FieldResolver,
  warn: Warn,
): Rule {
  const items: DiagnosticItem[] = [
    { type: 'rule', name: definition.name },
    { type: 'rule condition', name: '' },
  ];
  const whole = withExceptions(definition.condition, definition.exceptions, definition.node);
  const message = compileOutput(definition, fields, warn);
  const parsed = macros.parse(whole, items);
  const uses = macros.references(parsed, items);
  const condition = compileWithMacros(parsed, items, macros, fields, warn);
  const { source, start } = definition.node;
  const item = itemText(source.text, start);
  const evidence = evidenceFields(definition, item, message, fields, items, warn);
  const { id, severity, wrong, ...notes } =
    definition.sigma === undefined ? readNotes(item) : sigmaNotes(definition.sigma);
  for (const text of wrong) warn('LINT_NOTES', text, contextOf(definition.node, items));
  return {
    id,
    name: definition.name,
    description: definition.description,
    priority: definition.priority,
    source: definition.source,
    tags: definition.tags,
    enabled: definition.enabled,
    condition,
    message,
    conditionText: definition.condition.text,
    tree: parsed.node,
    outputText: definition.output.text,
    exceptions: definition.exceptions.map(describeException),
    macros: [...uses.macros].toSorted(),
    lists: [...uses.lists].toSorted(),
    evidenceFields: evidence,
    evidence: evidenceTemplate(evidence, fields),
    severity,
    notes,
    fields: fieldsOf(condition),
    files: definition.files,
    file: source.name,
    line: lineOf(definition.node),
    sigma: definition.sigma,
  };
}

/** The evidence that a rule declares, or what its output suggests. */
function evidenceFields(
  { node }: RuleDefinition,
  item: string,
  { uses }: Template,
  fields: FieldResolver,
  items: readonly DiagnosticItem[],
  warn: Warn,
): readonly string[] {
  const declared = declaredEvidence(item);
  const names = declared ?? usualEvidence(uses.map(({ key }) => key));
  return names.filter((name) => {
    try {
      return evidenceTemplate([name], fields) !== undefined;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const message = `The evidence '${name}' is no field`;
      // A field whose argument does not stand alone is left out of what an output suggests.
      if (declared !== undefined) warn('LINT_EVIDENCE', message, contextOf(node, items));
      return false;
    }
  });
}
