import type { Encodable } from '../../outputs/encode/json-encode.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { IdentityProfile } from './identity.ts';
import { requestResult, resultWord } from '../request.ts';
import { SHOWN_ID } from '../request/request-list.ts';
import { durationText, targetText } from '../request/sessions.ts';
import type { Sightings } from '../count/sightings.ts';
import type { Counts } from '../count/value-tally.ts';
import { sparkline } from '../../outputs/table/bars.ts';
import { quoteWords } from '../../util/quote-words.ts';

const TOP = 10;
/** Values of one kind in a JSON document. */
const MAX_JSON = 200;

/** The profile for people. */
export function identityText(
  name: string,
  profile: IdentityProfile,
  out: Sections,
  formatTime: (time: bigint) => string,
): void {
  out.title(name);
  if (profile.requests === 0) {
    out.field('Requests', 'none');
    return;
  }
  out.field(
    'Requests',
    `${number(profile.requests)}: ${listed(profile.results, ', ', (count, value) => `${number(count)} ${value}`)}`,
  );
  if (profile.first > 0n) {
    out.field('Time', `${formatTime(profile.first)} to ${formatTime(profile.last)}`);
    out.field('', sparkline(profile.bars.on(profile.bars)), (line) =>
      out.paint.priority('Notice', line),
    );
  }
  out.field(
    'Groups',
    listed(profile.groups, ', ', (_, value) => value),
  );
  out.field('Acting as', listed(profile.actedAs));
  out.field('Namespaces', listed(profile.namespaces));
  out.field('Allowed by', listed(profile.grants, '; '));
  findings(out, profile, formatTime);
  sightings(out, 'Addresses', profile.sourceIps, formatTime);
  sightings(out, 'Clients', profile.clients, formatTime);
  sightings(out, 'Credentials', profile.credentials, formatTime);
  section(out, 'Actions');
  const matrix = profile.matrix();
  out.rows(
    matrix
      .slice(0, 2 * TOP)
      .map(({ resource, count, verbs }) => [
        number(count).padStart(6),
        resource,
        verbs.map(([verb, each]) => (each === count ? verb : `${verb} ${number(each)}`)).join(', '),
      ]),
  );
  more(out, matrix.length - 2 * TOP, 'resource');
  counted(out, 'Denied', profile.denied);
  counted(out, 'Failed', profile.failed);
  counted(out, 'Secrets read', profile.secrets);
  if (profile.sessions.length === 0) return;
  section(out, 'Sessions');
  for (const each of profile.sessionsInOrder().slice(0, 2 * TOP)) {
    const lasted = each.end === undefined ? '' : durationText(each.end - each.start);
    const parts = [
      formatTime(each.start),
      each.kind,
      targetText(each),
      requestResult(each.request),
      each.result === 'allowed' ? lasted : '',
      idText(each.request.auditId),
    ];
    out.paragraph(parts.filter((part) => part !== '').join('  '), 2);
    if (each.command.length > 0) out.paragraph(quoteWords(each.command), 6);
  }
  more(out, profile.sessionCount - 2 * TOP, 'session');
}

function listed(
  counts: Counts,
  separator = ', ',
  show: (count: number, value: string) => string = (count, value) => `${value} (${number(count)})`,
): string {
  const top = counts.top(TOP).map(([value, count]) => show(count, value));
  const rest = counts.size - top.length;
  return top.join(separator) + (rest > 0 ? `${separator}and ${number(rest)} more` : '');
}

/** Rules that matched, the worst first, each with a request to look at. */
function findings(
  out: Sections,
  profile: IdentityProfile,
  formatTime: (time: bigint) => string,
): void {
  const found = profile.findingsBySeverity();
  if (found.length === 0) return;
  section(out, 'Findings');
  out.rows(
    found
      .slice(0, 2 * TOP)
      .map(({ value, count, first, severity, auditId }) => [
        number(count).padStart(6),
        severity,
        `${value}  ${formatTime(first)}  ${idText(auditId)}`.trimEnd(),
      ]),
  );
  more(out, found.length - 2 * TOP, 'rule');
}

/** Values with when they were seen first and last. */
function sightings(
  out: Sections,
  title: string,
  seen: Sightings,
  formatTime: (time: bigint) => string,
): void {
  if (seen.size === 0) return;
  section(out, title);
  out.rows(
    seen
      .top(TOP)
      .map(({ value, count, first, last }) => [
        number(count).padStart(6),
        value,
        first === 0n ? '' : `${formatTime(first)} to ${formatTime(last)}`,
      ]),
  );
  more(out, seen.size - TOP);
}

function idText(auditId: string | undefined): string {
  return auditId === undefined ? '' : `#${auditId.slice(0, SHOWN_ID)}`;
}

function section(out: Sections, title: string): void {
  out.blank();
  out.title(title);
}

function counted(out: Sections, title: string, counts: Counts): void {
  if (counts.size === 0) return;
  section(out, title);
  out.rows(counts.top(TOP).map(([value, count]) => [number(count).padStart(6), value]));
  more(out, counts.size - TOP);
}

function more(out: Sections, count: number, noun?: string): void {
  if (count <= 0) return;
  const nouns = noun === undefined ? '' : ` ${plural(count, noun)}`;
  out.lines([`${number(count)} more${nouns}`], 2, out.paint.dim);
}

function countsJson(each: Counts): Encodable {
  return each.top(MAX_JSON).map(([value, count]) => ({ value, count }));
}

function sightingsJson(seen: Sightings): Encodable {
  return seen.top(MAX_JSON).map(({ value, count, first, last }) => {
    return { value, count, first: time(first), last: time(last) };
  });
}

function time(value: bigint): string | null {
  return value === 0n ? null : formatRfc3339Nano(value);
}

/** The profile for programs. */
export function identityJson(name: string, profile: IdentityProfile): Encodable {
  return {
    identity: name,
    requests: profile.requests,
    first: time(profile.first),
    last: time(profile.last),
    results: countsJson(profile.results),
    groups: countsJson(profile.groups),
    acting_as: countsJson(profile.actedAs),
    findings: profile
      .findingsBySeverity()
      .map(({ value, count, severity, first, last, auditId }) => ({
        rule: value,
        severity,
        count,
        first: time(first),
        last: time(last),
        audit_id: auditId,
      })),
    source_ips: sightingsJson(profile.sourceIps),
    clients: sightingsJson(profile.clients),
    credentials: sightingsJson(profile.credentials),
    namespaces: countsJson(profile.namespaces),
    allowed_by: countsJson(profile.grants),
    actions: profile.matrix().map(({ resource, count, verbs }) => ({
      resource,
      count,
      verbs: verbs.map(([verb, each]) => ({ verb, count: each })),
    })),
    denied: countsJson(profile.denied),
    failed: countsJson(profile.failed),
    secrets_read: countsJson(profile.secrets),
    sessions: profile.sessionsInOrder().map((each) => ({
      start: time(each.start),
      end: each.end === undefined ? null : time(each.end),
      kind: each.kind,
      namespace: each.request.namespace,
      pod: each.pod,
      container: each.container,
      command: each.command,
      result: resultWord(each.request),
      audit_id: each.request.auditId,
    })),
    session_count: profile.sessionCount,
    counts_are_lower_bounds: profile.forgotten,
  };
}
