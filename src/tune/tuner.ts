// Room tune: what exceptions would silence of the findings of a log, and how they are written for Falco.
// Door: tuner.ts collects findings and proposes entries, tuning-file.ts writes them, tuning-entries.ts reads a file back.
// Neighbours: uses rules and findings as data; scan gives findings the values that it asks for, cli prints.
// Inside: finding-groups.ts counts in bounded memory, narrow-entries.ts chooses, entry-form.ts says where an entry goes.

import { compileTemplate } from '../condition/template.ts';
import type { FieldResolver } from '../condition/operand.ts';
import type { Finding } from '../engine/finding.ts';
import { causeOf, OncePerCause } from '../engine/once-per-cause.ts';
import { reaches } from '../policies/severity.ts';
import type { Rule } from '../rules/rule.ts';
import { FindingGroups, isSameSlot, type Counted } from './tuned-groups.ts';
import { HourPeak } from './hour-peak.ts';
import { narrowEntries, type NarrowEntry } from './narrow-entries.ts';
import { NAME, slotsOf, tunedFields, VARIES, type Slot } from './tuned-fields.ts';

/** When an entry is proposed. */
export interface TuneLimits {
  /** The fewest findings of a rule within an hour. */
  readonly perHour: number;
  /** The fewest of the rule's findings that an entry silences, of 1. */
  readonly share: number;
  /** Whether entries may silence findings of severity high or above. */
  readonly includeHigh: boolean;
}

/** A rule that is loud enough, with the entries that would silence it. */
export interface TunedRule {
  readonly rule: Rule;
  readonly findings: number;
  /** The most findings within an hour. */
  readonly peak: number;
  /** How many of the findings have the severity high or above. */
  readonly high: number;
  /** Those that silence most come first; each finding counts for the first that silences it. */
  readonly entries: readonly NarrowEntry[];
  /** Fields whose values were too many to tell apart. */
  readonly merged: readonly string[];
}

/** Different values that are kept of one rule, and of all. */
const MOST_GROUPS = 2048;
const MOST_OF_ALL = 16_384;
/** Findings on new pods that are remembered, as many as a scan remembers. */
const REMEMBERED = 16_384;
/** Longest name of an example: longer ones come from nobody but an attacker. */
const LONGEST_NAME = 256;

/** Rules that hand over, with each finding, the values that entries are made of. */
export function tunedRules(rules: readonly Rule[], fields: FieldResolver): Rule[] {
  return rules.map((rule) => {
    if (rule.correlation !== undefined) return rule;
    const text = tunedFields(rule)
      .map((field) => `%${field}`)
      .join(' ');
    return { ...rule, also: compileTemplate(text, { ...fields, warn: () => undefined }) };
  });
}

interface RuleFindings {
  readonly fields: readonly string[];
  readonly groups: FindingGroups;
  readonly peak: HourPeak;
  findings: number;
  high: number;
}

/** Takes the findings of a log and proposes what would silence the loudest of them. */
export class Tuner {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #isSecret: (text: string) => boolean;
  readonly #found = new Map<string, RuleFindings>();
  readonly #causes = new OncePerCause(REMEMBERED);
  /** What was counted of a finding on a new pod, by its cause. */
  readonly #kept = new Map<string, { slots: readonly Slot[]; counted: Counted }>();
  readonly #mostOfAll: number;
  readonly #mostGroups: number;
  readonly #correlated = new Set<string>();
  #groups = 0;

  /**
   * @param rules those that run
   * @param isSecret true for values that must not stand in a file
   */
  constructor(
    rules: readonly Rule[],
    isSecret: (text: string) => boolean,
    bounds: { readonly each: number; readonly all: number } = {
      each: MOST_GROUPS,
      all: MOST_OF_ALL,
    },
  ) {
    this.#rules = new Map(rules.map((rule) => [rule.name, rule]));
    this.#isSecret = isSecret;
    this.#mostGroups = bounds.each;
    this.#mostOfAll = bounds.all;
  }

  /** Groups of findings that were joined with others to stay in bounds. */
  get joined(): number {
    return [...this.#found.values()].reduce((sum, { groups }) => sum + groups.joined, 0);
  }

  /** Takes each finding of a scan that folds none, in input order. @returns true when a scan reports it */
  add(finding: Finding): boolean {
    const rule = this.#rules.get(finding.rule);
    const isReported = this.#causes.keeps(finding);
    if (rule === undefined || !isReported) {
      if (rule !== undefined) this.#further(finding, rule);
      return isReported;
    }
    if (rule.correlation !== undefined) {
      for (const { rule: part } of rule.correlation.parts) this.#correlated.add(part.conditionText);
      return true;
    }
    const found = this.#foundOf(rule);
    const counted = countedOf(finding);
    const slots = this.#slots(finding, found.fields);
    found.findings++;
    if (counted.high) found.high++;
    found.peak.add(finding.time);
    if (finding.owner !== undefined)
      this.#remember(causeOf(finding, finding.owner), slots, counted);
    this.#change(found, () => found.groups.add(slots, counted));
    return true;
  }

  /**
   * The rules that are loud, the loudest first.
   *
   * @param fixedOf fields of which a rule asks for one value
   */
  loud(
    { perHour, share, includeHigh }: TuneLimits,
    fixedOf: (rule: Rule) => ReadonlySet<string>,
  ): TunedRule[] {
    const loud = [...this.#found].flatMap(([name, { findings, high, peak, fields, groups }]) => {
      if (peak.peak < perHour) return [];
      const rule = this.#rules.get(name)!;
      const least = Math.max(1, Math.ceil(share * findings));
      const entries = this.isCorrelated(rule)
        ? []
        : narrowEntries(
            { fields, groups: groups.list, exceptions: rule.exceptions, fixed: fixedOf(rule) },
            least,
            includeHigh,
          );
      const merged = [...groups.merged].map((index) => fields[index]!);
      return [{ rule, findings, peak: peak.peak, high, entries, merged }];
    });
    return loud.toSorted((a, b) => b.findings - a.findings || (a.rule.name < b.rule.name ? -1 : 1));
  }

  /** True for a rule whose findings are part of a correlation that was found: without them it would not be found. */
  isCorrelated({ name, id }: Rule): boolean {
    return [name, id].some((each) => each !== undefined && this.#correlated.has(`[${each}]`));
  }

  /**
   * A finding that a scan leaves out beside that of another pod. An entry must silence both or none: what they differ in
   * is taken out of what was counted.
   */
  #further(finding: Finding, rule: Rule): void {
    const cause = causeOf(finding, finding.owner!);
    const kept = this.#kept.get(cause);
    if (kept === undefined) return;
    const found = this.#foundOf(rule);
    const slots = this.#slots(finding, found.fields);
    const { high } = countedOf(finding);
    const both = kept.slots.map((slot, index) => (isSameSlot(slot, slots[index]) ? slot : VARIES));
    const counted = high ? { ...kept.counted, high } : kept.counted;
    const isSame = both.every((slot, index) => slot === kept.slots[index]);
    if (isSame && counted.high === kept.counted.high) return;
    this.#change(found, () => {
      found.groups.remove(kept.slots, kept.counted);
      found.groups.add(both, counted);
    });
    this.#remember(cause, both, counted);
  }

  #remember(cause: string, slots: readonly Slot[], counted: Counted): void {
    this.#kept.delete(cause);
    if (this.#kept.size >= REMEMBERED) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest!);
    }
    this.#kept.set(cause, { slots, counted });
  }

  /** Pods of a controller differ in their names, which are made up. */
  #slots(finding: Finding, fields: readonly string[]): Slot[] {
    const slots = slotsOf(fields, finding.also ?? [], this.#isSecret);
    if (finding.owner !== undefined) slots[fields.indexOf(NAME)] = VARIES;
    return slots;
  }

  #foundOf(rule: Rule): RuleFindings {
    const known = this.#found.get(rule.name);
    if (known !== undefined) return known;
    const found: RuleFindings = {
      fields: tunedFields(rule),
      groups: new FindingGroups(this.#mostGroups),
      peak: new HourPeak(),
      findings: 0,
      high: 0,
    };
    this.#found.set(rule.name, found);
    return found;
  }

  #change({ groups }: RuleFindings, change: () => void): void {
    const before = groups.size;
    change();
    this.#groups += groups.size - before;
    while (this.#groups > this.#mostOfAll) {
      const widest = [...this.#found.values()].reduce((a, b) =>
        b.groups.size > a.groups.size ? b : a,
      );
      const size = widest.groups.size;
      if (size < 2) return;
      widest.groups.joinWidest();
      this.#groups += widest.groups.size - size;
    }
  }
}

function countedOf(finding: Finding): Counted {
  const { file, line } = finding.origin;
  return {
    high: reaches(finding, 'high'),
    refused: Number(finding.subject.code ?? 0) >= 400,
    example: { file, line, auditId: finding.auditId?.slice(0, LONGEST_NAME) },
  };
}
