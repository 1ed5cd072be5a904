import type { Encodable } from '../outputs/encode/json-encode.ts';
import type { Sections } from '../outputs/table/sections.ts';
import { number, plural } from '../outputs/summary-text.ts';
import { formatRfc3339Nano } from '../util/time.ts';
import { shapeResource } from './api-resources.ts';
import { NO_STAGE, type Census, type Evidence, type Seen } from './census.ts';
import { gapRows } from './coverage-list.ts';
import type { Diagnosis } from './diagnosis.ts';
import { higher, type Level } from './levels.ts';

const MAX_RESOURCES = 25;
const MAX_GAPS = 10;

interface ResourceRow {
  readonly resource: string;
  readonly verbs: ReadonlyMap<Level, string[]>;
  readonly count: number;
  readonly level: Level;
}

/** Resources with their verbs by level, most events first. */
function resourceRows(census: Census): ResourceRow[] {
  const rows = new Map<string, { verbs: Map<Level, string[]>; count: number; level: Level }>();
  for (const seen of census.seen.values()) {
    const name = resourceName(seen);
    const row = rows.get(name) ?? { verbs: new Map(), count: 0, level: 'None' as Level };
    row.verbs.set(seen.level, [...(row.verbs.get(seen.level) ?? []), seen.verb]);
    row.count += seen.count;
    row.level = higher(row.level, seen.level);
    rows.set(name, row);
  }
  return [...rows]
    .map(([resource, { verbs, count, level }]) => ({ resource, verbs, count, level }))
    .toSorted((a, b) => b.count - a.count || (a.resource < b.resource ? -1 : 1));
}

function resourceName(seen: Seen): string {
  const name = shapeResource(seen);
  return seen.group === '' || seen.resource === undefined ? name : `${name} (${seen.group})`;
}

/** Remarks about the evidence in a log. */
function evidenceNotes(census: Census, leftOut: number): string[] {
  const { evidence, events } = census;
  if (events === 0) return [];
  const many = (count: number, noun: string, one: string, more: string): string =>
    `${number(count)} ${plural(count, noun)} ${count === 1 ? one : more}`;
  const lacks: readonly (readonly [keyof Evidence, string])[] = [
    [
      'reads',
      'no get or list at all: rules on reading secrets and looking around are blind (AKS: kube-audit-admin)',
    ],
    [
      'denied',
      'no refused request (401, 403): none happened, or the policy drops reads, which drops refused ones too',
    ],
    ['decisions', 'no authorization decision: the reason why a request was allowed is missing'],
    ['sourceIps', 'no source addresses: rules on addresses are blind'],
    ['groups', 'no groups of users: rules on groups are blind (GKE)'],
    ['codes', 'no response codes: results are unknown'],
  ];
  const notes = lacks.filter(([key]) => evidence[key] === 0).map(([, text]) => text);
  if (leftOut > 0) {
    const were = many(leftOut, 'event', 'was', 'were');
    notes.unshift(`${were} left out by the scope: what is missing here may be in the log`);
  }
  if (evidence.sessions > 0 && evidence.sessionsWithCommand === 0) {
    notes.push('exec requests have no command: rules on commands are blind (GKE)');
  }
  if (evidence.truncated > 0) {
    notes.push(
      `${many(evidence.truncated, 'event', 'lost its body because it was', 'lost their bodies because they were')} too long (--audit-log-truncate-enabled)`,
    );
  }
  if (evidence.withoutLevel > 0) {
    notes.push(
      `${many(evidence.withoutLevel, 'event', 'does not say its', 'do not say their')} level: taken for Metadata`,
    );
  }
  if (!census.stages.has('ResponseComplete') && !census.stages.has(NO_STAGE)) {
    notes.push('no event of stage ResponseComplete: nearly all rules look at that stage');
  } else if (evidence.sessions > 0 && !census.stages.has('ResponseStarted')) {
    notes.push(
      'no event of stage ResponseStarted: sessions are reported when they end, those that stay open never, ' +
        'and refused logins (401) are not logged at all',
    );
  }
  const stageless = census.stages.get(NO_STAGE) ?? 0;
  if (stageless > 0) {
    notes.push(`${many(stageless, 'event', 'has', 'have')} no stage: taken for ResponseComplete`);
  }
  if (census.others > 0) {
    notes.push(
      `${many(census.others, 'event', 'of a further resource was', 'of further resources were')} not looked at one by one`,
    );
  }
  return notes;
}

/** The report of `doctor` on a log, for people. */
export function doctorText(
  census: Census,
  diagnosis: Diagnosis,
  out: Sections,
  formatTime: (time: bigint) => string,
  leftOut: number,
): void {
  out.title('What the log holds');
  out.field('Stages', counts(census.stages));
  out.field('Levels', counts(census.levels));
  const rows = resourceRows(census);
  out.blank();
  out.rows([
    ['EVENTS', 'RESOURCE', 'HIGHEST LEVEL, VERBS'],
    ...rows
      .slice(0, MAX_RESOURCES)
      .map(({ resource, verbs, count }) => [
        number(count).padStart(6),
        resource,
        [...verbs].map(([level, names]) => `${level}: ${names.join(', ')}`).join('; '),
      ]),
  ]);
  const rest = rows.length - MAX_RESOURCES;
  if (rest > 0) out.lines([`${number(rest)} more ${plural(rest, 'resource')}`], 2, out.paint.dim);
  rulesSection(diagnosis, out);
  const notes = evidenceNotes(census, leftOut);
  if (notes.length > 0) {
    out.blank();
    out.title('What is missing');
    out.rows(notes.map((note) => ['-', note]));
  }
  const gaps = census.gaps();
  if (gaps.length === 0) return;
  out.blank();
  out.title('Pauses without any event');
  out.rows(
    gaps
      .slice(0, MAX_GAPS)
      .map(({ file, from, to }) => [`${formatTime(from)} to ${formatTime(to)}`, file]),
  );
  if (gaps.length > MAX_GAPS) out.lines([`${gaps.length - MAX_GAPS} more`], 2, out.paint.dim);
}

function rulesSection({ judged, unseen }: Diagnosis, out: Sections): void {
  out.blank();
  out.title('Rules');
  const of = (state: string): number => judged.filter((each) => each.state === state).length;
  out.field('Can fire', number(of('ok')));
  out.field('In part', number(of('partly')), of('partly') > 0 ? out.paint.warning : undefined);
  out.field('Blind', number(of('blind')), of('blind') > 0 ? out.paint.warning : undefined);
  out.field('Not judged', `${number(unseen.length)}: the log has no request they are about`);
  const rows = gapRows(judged);
  if (rows.length === 0) return;
  out.blank();
  out.rows([
    ['', 'RULE', 'ON', 'BECAUSE'],
    ...rows.map(({ state, rule, verbs, resources, level, reason }) => [
      state,
      rule,
      `${verbs.join(',')} ${resources.slice(0, 6).join(',')}`,
      `${level} seen, ${reason}`,
    ]),
  ]);
}

function counts(values: ReadonlyMap<string, number>): string {
  return [...values]
    .toSorted(([, a], [, b]) => b - a)
    .map(([value, count]) => `${value} ${number(count)}`)
    .join(', ');
}

/** The same for programs. */
export function doctorJson(census: Census, diagnosis: Diagnosis, leftOut: number): Encodable {
  return {
    events: census.events,
    stages: Object.fromEntries(census.stages),
    levels: Object.fromEntries(census.levels),
    seen: [...census.seen.values()].map(({ group, resource, subresource, verb, ...rest }) => ({
      group,
      resource,
      subresource,
      verb,
      count: rest.count,
      level: rest.level,
      stages: [...rest.stages],
    })),
    rules: {
      can_fire: diagnosis.judged.filter(({ state }) => state === 'ok').map(({ rule }) => rule.name),
      gaps: gapRows(diagnosis.judged).map((row) => ({
        rule: row.rule,
        state: row.state,
        verbs: row.verbs,
        resources: row.resources,
        level: row.level,
        reason: row.reason,
      })),
      not_judged: diagnosis.unseen,
    },
    missing: evidenceNotes(census, leftOut),
    pauses: census.gaps().map(({ file, from, to }) => ({
      file,
      from: formatRfc3339Nano(from),
      to: formatRfc3339Nano(to),
    })),
  };
}
