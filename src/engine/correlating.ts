import type { CorrelatedEvent, CorrelationHit, Match } from '../correlate/correlation.ts';
import { Correlator, type CorrelatorOptions } from '../correlate/correlator.ts';
import type { Placements } from '../policies/placement.ts';
import { filledIn, type CorrelationField } from '../rules/correlation-output.ts';
import type { CorrelationPart, Rule } from '../rules/rule.ts';
import { formatRfc3339Nano } from '../util/time.ts';
import type { Finding, OutputValue } from './finding.ts';

/** Where an event of a correlation stands. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** An event on which parts of correlations fired. */
interface PartEvent extends CorrelatedEvent<Place> {
  /** One of each correlation, by its index: each has the output of its own. */
  readonly findings: Map<number, Finding>;
}

/** A rule of which part it is, by the name of the part's own rule. */
interface KnownPart {
  readonly rule: number;
  readonly part: CorrelationPart;
}

/** What correlations left out, or found and did not report, in words. */
interface Amounts {
  readonly late: number;
  readonly suppressed: number;
  readonly evictedGroups: number;
  readonly evictedEvents: number;
}

/** Takes the findings of the parts of correlations, and makes findings of what is complete. */
export class Correlating {
  readonly #rules: readonly Rule[];
  readonly #parts = new Map<string, KnownPart>();
  readonly #correlator: Correlator<Place>;
  /** The event whose findings come in. */
  #open: { event: PartEvent; matches: Match[] } | undefined;
  #order = 0;

  /** @param rules those of which some are correlations */
  constructor(rules: readonly Rule[], options?: CorrelatorOptions) {
    this.#rules = rules.filter(({ correlation }) => correlation !== undefined);
    for (const [rule, { correlation }] of this.#rules.entries()) {
      for (const part of correlation!.parts) this.#parts.set(part.rule.name, { rule, part });
    }
    this.#correlator = new Correlator(
      this.#rules.map(({ correlation }) => correlation!.rule),
      options,
    );
  }

  /**
   * Takes a finding, in the order of the input.
   *
   * @returns undefined for findings that are no part of a correlation; else what is complete by now
   */
  take(finding: Finding): Finding[] | undefined {
    const known = this.#parts.get(finding.rule);
    if (known === undefined) return undefined;
    const id = identityOf(finding);
    const done =
      this.#open !== undefined && isOf(finding, id, this.#open.event) ? [] : this.#close();
    this.#open ??= this.#opened(finding, id);
    const match = this.#match(finding, known);
    if (match !== undefined) {
      this.#open.matches.push(match);
      this.#open.event.findings.set(known.rule, finding);
    }
    return done;
  }

  /** What is complete with all that was taken. */
  end(): Finding[] {
    const done = this.#close();
    return [...done, ...this.#correlator.end().map((hit) => this.#findingOf(hit))];
  }

  /** What was left out, and what was found and not reported. */
  get amounts(): Amounts {
    const { late, rules } = this.#correlator.counts;
    const sum = (of: (counts: (typeof rules)[number]) => number): number =>
      rules.reduce((all, counts) => all + of(counts), 0);
    return {
      late,
      suppressed: sum(({ suppressed }) => suppressed),
      evictedGroups: sum(({ evictedGroups }) => evictedGroups),
      evictedEvents: sum(({ evictedEvents }) => evictedEvents),
    };
  }

  #opened(finding: Finding, id: string): { event: PartEvent; matches: Match[] } {
    const matches: Match[] = [];
    const findings = new Map<number, Finding>();
    const { file, line } = finding.origin;
    const { time } = finding;
    const event = { time, order: this.#order++, origin: { file, line }, id, matches, findings };
    return { event, matches };
  }

  #close(): Finding[] {
    const open = this.#open;
    this.#open = undefined;
    // An event without a time is in no window.
    if (open === undefined || open.event.time === 0n) return [];
    return this.#correlator.add(open.event).map((hit) => this.#findingOf(hit));
  }

  #match({ evidence = [] }: Finding, { rule, part }: KnownPart): Match | undefined {
    const texts = new Map(evidence.map(([key, value]) => [key, textOf(value)]));
    const { correlation } = this.#rules[rule]!;
    const group = part.group.map((key) => texts.get(key));
    const value = part.value.map((key) => texts.get(key));
    if (value.includes(undefined)) return undefined;
    if (correlation!.requireGroup && group.includes(undefined)) return undefined;
    return {
      rule,
      step: part.step,
      group: JSON.stringify(group.map((text) => text ?? null)),
      value: value.length === 1 ? value[0]! : value.join('/'),
    };
  }

  #findingOf(hit: CorrelationHit<Place>): Finding {
    const { name, correlation } = this.#rules[hit.rule]!;
    const finding = (hit.completedBy as PartEvent).findings.get(hit.rule)!;
    const group = JSON.parse(hit.group) as (string | null)[];
    const pairs = correlation!.keys.map((key, at) => `${key}=${group[at] ?? '<NA>'}`);
    const { request: _request, ...rest } = finding;
    return {
      ...rest,
      rule: name,
      message: filledIn(finding.message, (field, limit) => shown(field, limit, hit, pairs)),
      outputFields: [
        ...finding.outputFields,
        ['corr.count', BigInt(hit.count)] as const,
        ['corr.events', hit.events.slice(0, MAX_SHOWN).map(placeOf)] as const,
        ['corr.first', shownTime(hit.events[0]!.time)] as const,
        ['corr.group', pairs] as const,
        ...(hit.values.length === 0
          ? []
          : [['corr.values', hit.values.slice(0, MAX_SHOWN)] as const]),
      ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      evidence: correlation!.keys.map((key, at) => [key, group[at] ?? null] as const),
    };
  }
}

/** Values and events that a finding names; a count may rest on thousands. */
const MAX_SHOWN = 100;

function shown(
  field: CorrelationField,
  limit: number,
  { count, events, values }: CorrelationHit<Place>,
  pairs: readonly string[],
): string {
  const some = (texts: readonly string[]): string =>
    texts.slice(0, limit).join(', ') + (texts.length > limit ? ', …' : '');
  switch (field) {
    case 'count':
      return String(count);
    case 'first':
      return shownTime(events[0]!.time);
    case 'last':
      return shownTime(events.at(-1)!.time);
    case 'group':
      return pairs.join(' ');
    case 'values':
      return some(values);
    case 'events':
      return some(events.slice(0, limit + 1).map(placeOf));
  }
}

/** A time in UTC, without zeros that say nothing. */
function shownTime(time: bigint): string {
  return formatRfc3339Nano(time).replace(/\.?0+Z$/, 'Z');
}

function placeOf({ origin: { file, line } }: { readonly origin: Place }): string {
  return `${file}:${line}`;
}

/** Equal for copies of an event; one without an ID is told by its place. */
function identityOf({ auditId, stage, origin: { file, line } }: Finding): string {
  return auditId === undefined ? `${file}:${line}` : JSON.stringify([auditId, stage ?? '']);
}

/** True for a further finding of an event. A copy of the event stands at another place. */
function isOf({ time, origin }: Finding, id: string, event: PartEvent): boolean {
  const { file, line } = event.origin;
  return event.id === id && event.time === time && origin.file === file && origin.line === line;
}

/** A value as groups compare it; undefined when it is missing. */
function textOf(value: OutputValue): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** The rules that engines evaluate: parts in place of correlations. */
export function withParts(rules: readonly Rule[]): readonly Rule[] {
  if (rules.every(({ correlation }) => correlation === undefined)) return rules;
  return rules.flatMap((rule) => rule.correlation?.parts.map((part) => part.rule) ?? [rule]);
}

/** Parts of a correlation are where the correlation is. */
export function placedParts(rules: readonly Rule[], placements: Placements): Placements {
  const placed = new Map(placements);
  for (const { name, correlation } of rules) {
    const placement = placements.get(name);
    if (placement === undefined) continue;
    for (const part of correlation?.parts ?? []) placed.set(part.rule.name, placement);
  }
  return placed;
}
