import type { ConditionNode } from '../condition/ast.ts';
import type { Condition } from '../condition/condition.ts';
import type { Template } from '../condition/template.ts';
import type { CorrelationRule } from '../correlate/correlation.ts';
import type { SigmaFacts } from '../sigma/sigma-rule.ts';
import type { Priority, Severity } from './priority.ts';
import type { RuleNotes } from './notes.ts';

export type { SigmaFacts };

/** A rule that is ready to evaluate, and what people want to know about it. */
export interface Rule {
  /** Stays when the rule is renamed; undefined when its file gives none. */
  readonly id: string | undefined;
  readonly name: string;
  readonly description: string;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted, without duplicates. */
  readonly tags: readonly string[];
  /** As the files say; a selection may switch it. */
  readonly enabled: boolean;
  readonly condition: Condition;
  readonly message: Template;
  /** The condition as written, appended parts included. */
  readonly conditionText: string;
  /** The condition with lists and exceptions in place; macros are named. */
  readonly tree: ConditionNode;
  readonly outputText: string;
  readonly exceptions: readonly RuleException[];
  /** Macros and lists it uses, directly or through macros, sorted. */
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  /** Fields that tell findings on one object apart: the command, the images; part of fingerprints. */
  readonly evidenceFields: readonly string[];
  /** Reads them; undefined when there are none. */
  readonly evidence: Template | undefined;
  /** What it declares itself; policies that give a severity overrule it. */
  readonly severity: Severity | undefined;
  /** What it tells people beside its description. */
  readonly notes: RuleNotes;
  /** Further values that its findings carry (`Finding.also`); undefined when nobody asks for some. */
  readonly also?: Template | undefined;
  /** Fields of the condition, sorted. */
  readonly fields: readonly string[];
  /** Files that define or change it, in order. */
  readonly files: readonly string[];
  /** Position of the rule's last full definition or change; lines count from 1. */
  readonly file: string;
  readonly line: number;
  /** What a rule that is written in Sigma says of itself. */
  readonly sigma?: SigmaFacts | undefined;
  /** Set for rules of parts: the names of the correlations that they find events for. */
  readonly partOf?: readonly string[] | undefined;
  /** False for rules of parts whose events never complete a correlation: what it tells is read of others. */
  readonly completes?: boolean | undefined;
  /** Set for correlations. Engines evaluate their parts; such a rule itself fires on no event. */
  readonly correlation?: Correlation | undefined;
}

/** An exception of a rule: fields that are compared together, and the values for which the rule does not fire. */
export interface RuleException {
  readonly name: string;
  /** As in the file: one field, or several. */
  readonly fields: string | readonly string[];
  /** The operator of the field, or of each. */
  readonly comps: string | readonly string[];
  readonly values: readonly ExceptionValue[];
}

/** One value of an exception, or one row of values. */
interface ExceptionValue {
  /** The condition that it stands for, before lists are put in place. */
  readonly condition: string;
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

/** What a correlation looks for. The rule that holds it has the conditions of all steps, joined by `or`. */
export interface Correlation {
  readonly rule: CorrelationRule;
  /** Names of what events of one group have in common. */
  readonly keys: readonly string[];
  /** For each of them, whether an event with several values is in a group for each. None is when it is left out. */
  readonly each?: readonly boolean[] | undefined;
  /** Events that lack one of them do not count. */
  readonly requireGroup: boolean;
  readonly parts: readonly CorrelationPart[];
}

/** One rule or condition that a correlation is made of. */
export interface CorrelationPart {
  /** The step of a sequence that it is; 0 for other types. */
  readonly step: number;
  /**
   * Finds its events. Nobody sees its findings: their messages are the output of the correlation as far as the event
   * tells it, their evidence has the fields of the group and of the value.
   */
  readonly rule: Rule;
  /** The fields of the group, in the order of the keys, as evidence names them; then those of the value. */
  readonly group: readonly string[];
  readonly value: readonly string[];
}

/** Marks the names of rules of parts. A rule of a user may have a name of several lines, but no NUL in it. */
const PART = '\n\0part ';

/** What the rule of a correlation's part is called. */
export function partName(correlation: string, index: number | string): string {
  return `${correlation}${PART}${index}`;
}

/** The name that people know a rule by: a part has that of its correlation. */
export function visibleName(rule: string): string {
  const end = rule.lastIndexOf(PART);
  return end === -1 ? rule : rule.slice(0, end);
}

/** True for the name of a part's own rule: what it finds is no finding. */
export function isPartName(rule: string): boolean {
  return rule.includes(PART);
}

/** Rules that use this macro match at the start and at the end of a request. */
const ONCE = 'kx_evt_once';

/** True for rules that report a request once, whichever of its stages the log holds. */
export function isOncePerRequest({ macros }: Pick<Rule, 'macros'>): boolean {
  return macros.includes(ONCE);
}

/** Rules that use this macro are about pods. */
const POD = 'kx_pod';

/** True for rules that report new pods of one controller once, not pod by pod. */
export function isOncePerOwner({ macros }: Pick<Rule, 'macros'>): boolean {
  return macros.includes(POD);
}

/** A macro or list, for listings. */
export interface MacroInfo {
  readonly name: string;
  readonly condition: string;
  readonly tree: ConditionNode;
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly used: boolean;
  readonly files: readonly string[];
}

export interface ListInfo {
  readonly name: string;
  /** With references to other lists replaced. */
  readonly items: readonly string[];
  readonly used: boolean;
  readonly files: readonly string[];
}

/** Everything that a set of rules files defines. */
export interface RuleSet {
  /** Rules in evaluation order, which is the order of their first definitions. */
  readonly rules: readonly Rule[];
  readonly macros: readonly MacroInfo[];
  readonly lists: readonly ListInfo[];
}
