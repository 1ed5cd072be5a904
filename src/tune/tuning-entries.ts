import { parseCondition } from '../condition/parse/parser.ts';
import type { MacroInfo, Rule, RuleSet } from '../rules/rule.ts';
import { literal } from './entry-literal.ts';
import { ruleExemptions, type RuleExemptions } from './rule-exemptions.ts';

/** One entry of a tuning file. */
export interface TuningEntry {
  /** What it is added to: `exception user of Create Privileged Pod`, `list allowed_k8s_users`. */
  readonly of: string;
  /** The values, as a condition. */
  readonly text: string;
  /** Where it stands, `file:line`; the file alone where the line is not known. */
  readonly place: string;
  /** The findings that it silences: rules, with what holds for their events. None where that cannot be told. */
  readonly silences: readonly { readonly rule: string; readonly condition: string }[];
}

/**
 * The entries that a file adds to exceptions, lists and macros.
 *
 * @param before the rules without the file
 * @param after the rules with it
 */
export function tuningEntries(before: RuleSet, after: RuleSet, file: string): TuningEntry[] {
  const lists = new Set(after.lists.map(({ name }) => name));
  const macros = new Map(after.macros.map((macro) => [macro.name, macro]));
  const exemptions = new Map<Rule, RuleExemptions>();
  const exemptionsOf = (rule: Rule): RuleExemptions => {
    const known = exemptions.get(rule) ?? ruleExemptions(rule, macros, lists);
    exemptions.set(rule, known);
    return known;
  };
  return [
    ...after.rules.flatMap((rule) => exceptionEntries(rule, file)),
    ...after.lists.flatMap((list) => {
      const items = before.lists.find(({ name }) => name === list.name)?.items ?? [];
      return added(items, list.items).map((item): TuningEntry => ({
        of: `list ${list.name}`,
        text: item,
        place: file,
        silences: after.rules.flatMap((rule) =>
          (exemptionsOf(rule).lists.get(list.name) ?? []).map((field) => ({
            rule: rule.name,
            condition: `${field} in (${itemText(item, lists)})`,
          })),
        ),
      }));
    }),
    ...after.macros.flatMap((macro) => {
      const known = before.macros.find(({ name }) => name === macro.name);
      const parts = known === undefined ? [] : addedParts(known, macro);
      return parts.map((condition): TuningEntry => ({
        of: `macro ${macro.name}`,
        text: condition,
        place: file,
        silences: after.rules
          .filter((rule) => exemptionsOf(rule).macros.has(macro.name))
          .map(({ name }) => ({ rule: name, condition })),
      }));
    }),
  ];
}

/** Values of exceptions that stand in a file. */
function exceptionEntries({ name, exceptions }: Rule, file: string): TuningEntry[] {
  return exceptions.flatMap((exception) =>
    exception.values
      .filter((value) => value.file === file)
      .map(({ condition, line }) => ({
        of: `exception ${exception.name} of ${name}`,
        text: condition,
        place: `${file}:${line}`,
        silences: [{ rule: name, condition }],
      })),
  );
}

/** The items of a list that are not among those before. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((item) => {
    const index = left.indexOf(item);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** An item of a list as Falco puts it into a condition. */
function itemText(item: string, lists: ReadonlySet<string>): string {
  return /^["']/.test(item) ? item : literal(item, lists);
}

/** What was added to a macro with `or`, as it is written: printed anew, a quoted text could name a list. */
function addedParts(before: MacroInfo, after: MacroInfo): string[] {
  return added(alternatives(before), alternatives(after));
}

function alternatives({ condition }: MacroInfo): readonly string[] {
  try {
    const { node } = parseCondition(condition);
    const nodes = node.kind === 'or' ? node.children : [node];
    return nodes.map(({ span }) => condition.slice(span.start, span.end));
  } catch {
    return [];
  }
}
