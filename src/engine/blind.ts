import { evaluateAtom, forEachAtom, type Condition } from '../condition/condition.ts';
import { isDryRunOption, type AuditEvent } from '../events/event.ts';
import type { JsonValue } from '../json/value.ts';
import type { Rule } from '../rules/rule.ts';
import { showsPartOnly } from './partial-object.ts';

/** A rule that could not be decided on some events, because their bodies were not logged. */
export interface BlindRule {
  readonly rule: string;
  readonly events: number;
  /** Resources of those events, most frequent first. */
  readonly resources: readonly { readonly resource: string; readonly events: number }[];
}

/** A rule, or the remaining condition of a rule after some parts are decided. */
export type Undecided = Pick<Rule, 'name' | 'condition'>;

/** Resources remembered for a rule; further ones are counted together. */
const MAX_RESOURCES = 100;
const OTHER = 'other resources';

/**
 * Counts the rules that are undecided on events without bodies: events of level Metadata, and events whose
 * bodies were dropped (`audit.k8s.io/truncated`). A rule is undecided when the values that the event has leave
 * its condition open.
 */
export class BlindSpots {
  readonly #rules = new Map<string, { events: number; resources: Map<string, number> }>();
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

  /** @param rules the rules that may be undecided: all evaluated rules, or the rest after a cheaper check */
  count(event: AuditEvent, rules: readonly Undecided[]): void {
    const isPart = showsPartOnly(event);
    if (!isPart && !lacksBodies(event)) return;
    const watched = new BodyWatch(event, isPart);
    const known: Decided = new Map();
    let open = false;
    for (const rule of rules) {
      if (decide(rule.condition, watched, known) !== OPEN) continue;
      open = true;
      this.#add(rule.name, resourceOf(event), 1);
    }
    if (open) this.#events++;
  }

  /** Adds the counts of a part of the same scan. Parts must come in input order. */
  merge(rules: readonly BlindRule[], events: number): void {
    this.#events += events;
    for (const { rule, resources } of rules) {
      for (const { resource, events: count } of resources) this.#add(rule, resource, count);
    }
  }

  /** The counts so far in order of appearance, for {@link merge}; it counts from nothing on. */
  take(): { readonly rules: readonly BlindRule[]; readonly events: number } {
    const events = this.#events;
    const rules = [...this.#rules].map(([rule, entry]) => ({
      rule,
      events: entry.events,
      resources: [...entry.resources].map(([resource, count]) => ({ resource, events: count })),
    }));
    this.#events = 0;
    this.#rules.clear();
    return { rules, events };
  }

  /** The undecided rules, most frequent first, then by name. */
  list(): BlindRule[] {
    const byCount = (a: { events: number }, b: { events: number }): number => b.events - a.events;
    return [...this.#rules]
      .map(([rule, { events, resources }]) => ({
        rule,
        events,
        resources: [...resources]
          .map(([resource, count]) => ({ resource, events: count }))
          .toSorted((a, b) => byCount(a, b) || (a.resource < b.resource ? -1 : 1)),
      }))
      .toSorted((a, b) => byCount(a, b) || (a.rule < b.rule ? -1 : 1));
  }

  #add(rule: string, resource: string, count: number): void {
    let entry = this.#rules.get(rule);
    if (entry === undefined) {
      entry = { events: 0, resources: new Map() };
      this.#rules.set(rule, entry);
    }
    entry.events += count;
    const { resources } = entry;
    const key = resources.has(resource) || resources.size < this.#maxResources ? resource : OTHER;
    resources.set(key, (resources.get(key) ?? 0) + count);
  }
}

/** True for events whose level or annotation says that bodies are missing. */
function lacksBodies(event: AuditEvent): boolean {
  if (event.text(['level']) === 'Metadata') return true;
  return event.text(['annotations', 'audit.k8s.io/truncated']) === 'true';
}

function resourceOf(event: AuditEvent): string {
  const resource = event.text(['objectRef', 'resource']);
  if (resource === undefined) return '(no resource)';
  const subresource = event.text(['objectRef', 'subresource']);
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** Wraps an event and notes whether a field asks for a body, so that no table of such fields is needed. */
class BodyWatch implements AuditEvent {
  asked = false;
  /** True where bodies hold a part of the object: what is there counts, what is not there may be behind it. */
  readonly isPart: boolean;
  readonly #event: AuditEvent;

  constructor(event: AuditEvent, isPart: boolean) {
    this.#event = event;
    this.isPart = isPart;
  }

  get(path: readonly string[]): JsonValue | undefined {
    this.#note(path);
    return this.#event.get(path);
  }

  text(path: readonly string[]): string | undefined {
    this.#note(path);
    return this.#event.text(path);
  }

  get json(): string {
    return this.#event.json;
  }

  get time(): bigint {
    return this.#event.time;
  }

  get num(): number {
    return this.#event.num;
  }

  get firstTime(): bigint {
    return this.#event.firstTime;
  }

  get origin(): AuditEvent['origin'] {
    return this.#event.origin;
  }

  #note(path: readonly string[]): void {
    if (isInBody(path)) this.asked = true;
  }
}

function isInBody(path: readonly string[]): boolean {
  const [head] = path;
  return (head === 'requestObject' || head === 'responseObject') && !isDryRunOption(path);
}

/** False when a condition reads no body, so that every event can decide it. */
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

/** The verdict on a condition that only a body could decide. */
const OPEN = null;

/** Answers on one event so far: rules share macros and comparisons. */
type Decided = Map<Condition, boolean | typeof OPEN>;

/** Three-valued evaluation. */
function decide(condition: Condition, event: BodyWatch, known: Decided): boolean | typeof OPEN {
  const before = known.get(condition);
  if (before !== undefined) return before;
  const answer = decideNew(condition, event, known);
  known.set(condition, answer);
  return answer;
}

function decideNew(condition: Condition, event: BodyWatch, known: Decided): boolean | typeof OPEN {
  switch (condition.kind) {
    case 'atom': {
      event.asked = false;
      const holds = evaluateAtom(condition, event);
      return event.asked && !(event.isPart && holds) ? OPEN : holds;
    }
    case 'not': {
      const inner = decide(condition.operand, event, known);
      return inner === OPEN ? OPEN : !inner;
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'or';
      let open = false;
      for (const operand of condition.operands) {
        const part = decide(operand, event, known);
        if (part === decisive) return decisive;
        open ||= part === OPEN;
      }
      return open ? OPEN : !decisive;
    }
  }
}
