import type { ConditionNode } from '../condition/ast.ts';
import type { Condition } from '../condition/condition.ts';
import type { Template } from '../condition/template.ts';
import type { SigmaFacts } from '../sigma/sigma-rule.ts';
import type { Priority } from './priority.ts';

export type { SigmaFacts };

/** A rule that is ready to evaluate, and what people want to know about it. */
export interface Rule {
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
  readonly exceptions: readonly string[];
  /** Macros and lists it uses, directly or through macros, sorted. */
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  /** Fields that tell findings on one object apart: the command, the images; part of fingerprints. */
  readonly evidenceFields: readonly string[];
  /** Reads them; undefined when there are none. */
  readonly evidence: Template | undefined;
  /** Fields of the condition, sorted. */
  readonly fields: readonly string[];
  /** Files that define or change it, in order. */
  readonly files: readonly string[];
  /** Position of the rule's last full definition or change; lines count from 1. */
  readonly file: string;
  readonly line: number;
  /** What a rule that is written in Sigma says of itself. */
  readonly sigma?: SigmaFacts | undefined;
}

/** Rules that use this macro match at the start and at the end of a request. */
const ONCE = 'kx_evt_once';

/** True for rules that report a request once, whichever of its stages the log holds. */
export function isOncePerRequest({ macros }: Pick<Rule, 'macros'>): boolean {
  return macros.includes(ONCE);
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
