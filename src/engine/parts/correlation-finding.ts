import type { CorrelatedEvent, CorrelationHit, Match } from '../../correlate/correlation.ts';
import { groupValues } from '../../correlate/group-key.ts';
import { filledIn, type CorrelationField } from '../../rules/correlation-output.ts';
import type { Rule } from '../../rules/rule.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { Finding } from '../finding.ts';

/** Where an event of a correlation stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** An event on which parts of correlations fired. */
export interface PartEvent extends CorrelatedEvent<Place> {
  readonly matches: Match[];
  /** The finding of each match, and the part that it is. */
  readonly findings: { readonly finding: Finding; readonly known: KnownPart }[];
}

/** A rule of which part it is, by the name of the part's own rule. */
export interface KnownPart {
  readonly rule: number;
  readonly step: number;
  /** Where the values of the group, and of the value, are among the evidence of its findings. */
  readonly group: readonly number[];
  readonly value: readonly number[];
  /** The rule that finds the part, and maybe others; and the rule of the part alone. */
  readonly shared: Rule;
  readonly own: Rule;
}

/** An event with the matches of correlations that stand elsewhere now, and without those of others. */
export function moved(event: PartEvent, places: readonly (number | undefined)[]): PartEvent {
  const kept = event.matches.flatMap((match, at) => {
    const rule = places[match.rule];
    if (rule === undefined) return [];
    const { finding, known } = event.findings[at]!;
    return [{ match: { ...match, rule }, found: { finding, known: { ...known, rule } } }];
  });
  return {
    ...event,
    matches: kept.map(({ match }) => match),
    findings: kept.map(({ found }) => found),
  };
}

/**
 * The finding of a correlation that is complete.
 *
 * @param finding the part of it that completed it
 * @param keys the keys of the output fields of the rule
 */
export function correlationFinding(
  { name, id, tags, correlation, message }: Rule,
  hit: CorrelationHit<Place>,
  finding: Finding,
  keys: readonly string[],
): Finding {
  const group = groupValues(hit.group);
  const pairs = correlation!.keys.map((key, at) => `${key}=${group[at] ?? '<NA>'}`);
  const { request: _request, part, ruleId: _id, ...rest } = finding;
  const outputs = part!.outputs.map((value, at) => [keys[at]!, value] as const);
  return {
    ...rest,
    rule: name,
    ruleId: id,
    tags,
    message: filledIn(message.print(part!.read ?? []), (field, limit) =>
      shown(field, limit, hit, pairs),
    ),
    outputFields: [
      ...outputs,
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
