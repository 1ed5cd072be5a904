import { forEachAtom, type Condition } from '../condition/condition.ts';
import { isDryRunOption, type AuditEvent } from '../events/event.ts';
import { AnswersByReads } from './answers-by-reads.ts';
import { lostParts, showsPartOnly } from './evidence.ts';
import type { Finding } from './finding.ts';
import { OpenRules, type OpenRule, type Undecided } from './open-rules.ts';

/** A rule that could not be decided on some events, because they lack what it asks for. */
export interface BlindRule {
  readonly rule: string;
  readonly events: number;
  /** What those events lack, most frequent first; one event may lack several parts. */
  readonly missing: readonly { readonly part: string; readonly events: number }[];
  /** Resources of those events, most frequent first. */
  readonly resources: readonly { readonly resource: string; readonly events: number }[];
}

/** Resources remembered for a rule; further ones are counted together. */
const MAX_RESOURCES = 100;
const OTHER = 'other resources';

interface Counts {
  events: number;
  readonly resources: Map<string, number>;
  readonly missing: Map<string, number>;
}

/**
 * Counts the rules that are undecided on events that lack something: bodies that were not logged or were dropped,
 * or values that a shipper lost (evidence.ts). A rule is undecided when the values that the event has leave its
 * condition open, and it does not fire.
 */
export class BlindSpots {
  readonly #rules = new Map<string, Counts>();
  readonly #answers = new AnswersByReads<readonly OpenRule[]>();
  readonly #openRules = new OpenRules();
  #events = 0;
  readonly #maxResources: number;

  /** @param maxResources resources remembered for a rule */
  constructor(maxResources = MAX_RESOURCES) {
    this.#maxResources = maxResources;
  }

  /** Events on which at least one rule was undecided. */
  get events(): number {
    return this.#events;
  }

  /**
   * @param rules those that may be undecided: all that are evaluated, or what a quicker look left of them
   * @param findings what fired on the event
   */
  count(event: AuditEvent, rules: readonly Undecided[], findings: readonly Finding[]): void {
    const lost = lostParts(event);
    if (lost === 0) return;
    const isPart = showsPartOnly(event);
    const answer = this.#answers.answer(rules, `${isPart} ${lost}`, event, (read) =>
      this.#openRules.of(rules, read, lost, isPart),
    );
    /** What the event lacks, by rule: several parts of one correlation may be open. */
    const open = new Map<string, Set<string>>();
    for (const { name, partOf, missing } of answer) {
      if (findings.some(({ rule }) => rule === name)) continue;
      for (const rule of partOf) {
        const all = open.get(rule) ?? new Set();
        for (const part of missing) all.add(part);
        open.set(rule, all);
      }
    }
    for (const [rule, missing] of open) {
      const entry = this.#entry(rule);
      entry.events++;
      this.#addResource(entry, resourceOf(event), 1);
      for (const part of missing) addTo(entry.missing, part, 1);
    }
    if (open.size > 0) this.#events++;
  }

  /** Adds the counts of a part of the same scan. Parts must come in input order. */
  merge(rules: readonly BlindRule[], events: number): void {
    this.#events += events;
    for (const { rule, events: count, resources, missing } of rules) {
      const entry = this.#entry(rule);
      entry.events += count;
      for (const one of missing) addTo(entry.missing, one.part, one.events);
      for (const one of resources) this.#addResource(entry, one.resource, one.events);
    }
  }

  /** The counts so far in order of appearance, for {@link merge}; it counts from nothing on. */
  take(): { readonly rules: readonly BlindRule[]; readonly events: number } {
    const events = this.#events;
    const rules = [...this.#rules].map(([rule, entry]) => ({ rule, ...listed(entry) }));
    this.#events = 0;
    this.#rules.clear();
    return { rules, events };
  }

  /** Most frequent first, then by name. */
  list(): BlindRule[] {
    return [...this.#rules]
      .map(([rule, entry]) => {
        const { events, missing, resources } = listed(entry);
        return {
          rule,
          events,
          missing: missing.toSorted(byCountThen(({ part }) => part)),
          resources: resources.toSorted(byCountThen(({ resource }) => resource)),
        };
      })
      .toSorted(byCountThen(({ rule }) => rule));
  }

  #entry(rule: string): Counts {
    let entry = this.#rules.get(rule);
    if (entry === undefined) {
      entry = { events: 0, resources: new Map(), missing: new Map() };
      this.#rules.set(rule, entry);
    }
    return entry;
  }

  #addResource({ resources }: Counts, resource: string, count: number): void {
    const fits = resources.has(resource) || resources.size < this.#maxResources;
    addTo(resources, fits ? resource : OTHER, count);
  }
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function listed({ events, missing, resources }: Counts): Omit<BlindRule, 'rule'> {
  return {
    events,
    missing: [...missing].map(([part, count]) => ({ part, events: count })),
    resources: [...resources].map(([resource, count]) => ({ resource, events: count })),
  };
}

function byCountThen<T extends { readonly events: number }>(
  name: (entry: T) => string,
): (a: T, b: T) => number {
  return (a, b) => b.events - a.events || (name(a) < name(b) ? -1 : 1);
}

function resourceOf(event: AuditEvent): string {
  const resource = event.text(['objectRef', 'resource']);
  if (resource === undefined) return '(no resource)';
  const subresource = event.text(['objectRef', 'subresource']);
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function isInBody(path: readonly string[]): boolean {
  const [head] = path;
  return (head === 'requestObject' || head === 'responseObject') && !isDryRunOption(path);
}

/** False when a condition reads no body, so that every whole event can decide it. */
export function mayLackBodies(condition: Condition): boolean {
  let may = false;
  forEachAtom(condition, ({ left, right }) => {
    for (const { bound } of [...left.uses, ...(right?.uses ?? [])]) {
      const path = bound.path ?? bound.reads;
      may ||= path === undefined || isInBody(path);
    }
  });
  return may;
}
