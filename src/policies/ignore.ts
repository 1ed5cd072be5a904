import type { Condition } from '../condition/condition.ts';
import { evaluate } from '../condition/condition.ts';
import type { AuditEvent } from '../events/event.ts';
import { matchesWildcard } from '../rules/select.ts';
import { get, placeOf, type YamlNode, type YamlScalar } from '../yaml/yaml-node.ts';
import { didYouMean } from '../util/suggest.ts';
import { expiryTime } from '../util/time.ts';
import type { Issues } from './issue.ts';
import { checkKeys, mappingOf, scalarOf, sequenceOf, textAt, textsOf } from './read-node.ts';

export const IGNORE_KEYS = ['rule', 'condition', 'reason', 'expires'];

/** An entry of `ignore`: findings that the user does not want to see. */
export interface IgnoreEntry {
  /** Names or globs of rules; empty for every rule. */
  readonly rules: readonly YamlScalar[];
  /** The entry applies to events that meet this condition; undefined for every event. */
  readonly condition: YamlScalar | undefined;
  readonly reason: string;
  /** Nanosecond since the epoch at which the entry expires; undefined when it never does. */
  readonly expires: bigint | undefined;
  /** `file:line`. */
  readonly place: string;
}

/** Reads the entries of `ignore`; those with an error are left out. */
export function readIgnore(node: YamlNode, issues: Issues): IgnoreEntry[] {
  return sequenceOf(node, 'ignore', issues).flatMap((item) => {
    const mapping = mappingOf(item, 'an ignore entry', issues);
    if (mapping === undefined) return [];
    checkKeys(mapping, IGNORE_KEYS, 'ignore', issues);
    const rule = get(mapping, 'rule');
    const rules = rule === undefined ? [] : textsOf(rule, 'ignore: rule', issues);
    const conditionNode = get(mapping, 'condition');
    const condition =
      conditionNode === undefined
        ? undefined
        : scalarOf(conditionNode, 'ignore: condition', issues);
    if (rules.length === 0 && condition === undefined) {
      issues.error(mapping, 'an ignore entry needs a rule or a condition');
      return [];
    }
    const reason = textAt(mapping, 'reason', 'ignore', issues) ?? '';
    if (get(mapping, 'reason') === undefined) {
      issues.warning(mapping, 'an ignore entry should say its reason');
    }
    const expiresNode = get(mapping, 'expires');
    const expires = expiresNode === undefined ? undefined : readExpiry(expiresNode, issues);
    return [{ rules, condition, reason, expires, place: placeOf(mapping) }];
  });
}

/** A date is the last day (UTC) on which the entry holds. */
function readExpiry(node: YamlNode, issues: Issues): bigint | undefined {
  const text = scalarOf(node, 'ignore: expires', issues)?.text ?? '';
  const time = expiryTime(text);
  if (time !== undefined) return time;
  issues.error(node, 'ignore: expires must be a date such as 2026-12-31, or a time in RFC 3339');
  // An unreadable date counts as expired, so that the entry hides nothing.
  return 0n;
}

/** An entry with its condition compiled. */
export interface CompiledIgnore {
  readonly entry: IgnoreEntry;
  readonly condition: Condition | undefined;
}

/** When a rule matched that reports a request once, at its start or at its end; other rules are at no stage. */
export type RequestStage = 'start' | 'end';

/** Numbers of an entry: findings of other rules, then those at starts and at ends of requests. */
const NUMBERS = 3;

/**
 * Drops findings that the user ignores, and counts them. Of rules that report a request once, it counts what it drops
 * at starts and at ends, and takes the larger number.
 */
export class Suppressor {
  readonly #active: readonly CompiledIgnore[];
  readonly #counts: number[];
  readonly #countsEach: boolean;
  /** Entries that have expired. */
  readonly expired: readonly IgnoreEntry[];

  /**
   * @param now nanoseconds since the epoch; undefined when entries hold whatever the time
   * @param countsEach each entry that fits counts a finding, not the first of them only
   */
  constructor(entries: readonly CompiledIgnore[], now: bigint | undefined, countsEach = false) {
    this.#countsEach = countsEach;
    const isOver = ({ entry: { expires } }: CompiledIgnore): boolean =>
      expires !== undefined && now !== undefined && expires <= now;
    this.#active = entries.filter((each) => !isOver(each));
    this.#counts = this.#active.flatMap(() => Array<number>(NUMBERS).fill(0));
    this.expired = entries.filter(isOver).map(({ entry }) => entry);
  }

  /** A suppressor with the same entries and counts of its own, for a part of a run. */
  copy(): Suppressor {
    return new Suppressor(this.#active, undefined, this.#countsEach);
  }

  /** True when a finding is to be dropped: an entry that fits counts it. */
  suppress(rule: string, event: AuditEvent, stage?: RequestStage): boolean {
    const number = stage === undefined ? 0 : stage === 'start' ? 1 : 2;
    let drops = false;
    for (const [index, { entry, condition }] of this.#active.entries()) {
      const isAbout =
        entry.rules.length === 0 || entry.rules.some(({ text }) => matchesWildcard(text, rule));
      if (!isAbout || (condition !== undefined && !evaluate(condition, event))) continue;
      this.#counts[index * NUMBERS + number]!++;
      drops = true;
      if (!this.#countsEach) break;
    }
    return drops;
  }

  /** Decides which findings are dropped. */
  get conditions(): readonly Condition[] {
    return this.#active.flatMap(({ condition }) => condition ?? []);
  }

  /** Each entry in force, with the number of findings that it dropped. */
  get counts(): readonly { readonly entry: IgnoreEntry; readonly count: number }[] {
    return this.#active.map(({ entry }, index) => {
      const at = index * NUMBERS;
      const [others = 0, starts = 0, ends = 0] = this.#counts.slice(at, at + NUMBERS);
      return { entry, count: others + Math.max(starts, ends) };
    });
  }

  /** Takes the counts so far, for {@link add}, and resets them. */
  take(): number[] {
    const counts = [...this.#counts];
    this.#counts.fill(0);
    return counts;
  }

  /** Adds the counts of another suppressor with the same entries: parts of one run. */
  add(counts: readonly number[]): void {
    for (const [index, count] of counts.entries()) this.#counts[index]! += count;
  }
}

/** Warns of rules that no entry can meet. */
export function checkIgnoredRules(
  entries: readonly IgnoreEntry[],
  ruleNames: readonly string[],
  issues: Issues,
): void {
  for (const { rules } of entries) {
    for (const pattern of rules) {
      if (ruleNames.some((name) => matchesWildcard(pattern.text, name))) continue;
      const hint = didYouMean(pattern.text, ruleNames);
      issues.warning(pattern, `ignore: no rule is called '${pattern.text}'`, hint);
    }
  }
}

/** Remarks about the ignore entries of a run: how many findings each dropped, and which dropped none. */
export function ignoreNotes(suppressor: Suppressor): string[] {
  const named = ({ rules, place }: IgnoreEntry): string => {
    const names = rules.map(({ text }) => `'${text}'`).join(', ');
    return names === '' ? place : `${names} at ${place}`;
  };
  return [
    ...suppressor.expired.map((entry) => `the ignore entry for ${named(entry)} has expired`),
    ...suppressor.counts.map(({ entry, count }) => {
      if (count === 0) return `the ignore entry for ${named(entry)} ignored nothing`;
      const noun = count === 1 ? 'finding' : 'findings';
      const reason = entry.reason === '' ? '' : `: ${entry.reason}`;
      return `${count} ${noun} ignored by the entry for ${named(entry)}${reason}`;
    }),
  ];
}
