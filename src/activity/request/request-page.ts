import type { AuditEvent } from '../../events/event.ts';
import { arrayTexts } from '../../fields/ka-scalars.ts';
import { indentJson } from '../../json/indent.ts';
import type { Encodable } from '../../outputs/encode/json-encode.ts';
import { shownMessage } from '../../outputs/encode/shown-message.ts';
import { redactor } from '../../redact/redact.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { explainedJson } from './explain-rule.ts';
import { kubectlJson, kubectlText } from './kubectl-text.ts';
import { findingSection, type ShownFinding } from './finding-section.ts';
import type { RequestFinder } from './find-request.ts';
import { clientName } from '../count/group-keys.ts';
import { resultPaint } from './request-list.ts';
import { requestObject, requestOf, requestResult, requestUser, type Request } from '../request.ts';
import { durationText, sessionOf } from './sessions.ts';
import { quoteWords } from '../../util/quote-words.ts';

/** Lines of an event that are printed; the JSON format has all of it. */
const MAX_EVENT_LINES = 400;

type Times = (time: bigint) => string;

/** Everything about one request, for people. */
export function requestPage(
  finder: RequestFinder,
  findings: readonly ShownFinding[],
  out: Sections,
  options: { readonly formatTime: Times; readonly showSecrets: boolean },
): void {
  const { formatTime } = options;
  const main = finder.events.at(-1)!;
  const request = requestOf(main);
  const received = requestOf(finder.events[0]!).time;
  out.title(`${request.verb ?? ''} ${requestObject(request)}`.trim());
  out.field('Audit ID', request.auditId ?? '');
  what(request, main, out);
  who(request, main, out);
  out.field('From', sources(main));
  out.field('Client', request.userAgent ?? '');
  out.field('Received', received === 0n ? '' : formatTime(received));
  for (const event of finder.events) {
    const { file, line, node, cluster } = event.origin;
    const place = [`${file}:${line}`, node, cluster].filter((part) => part !== undefined);
    const lasted = event.time > received ? `, after ${durationText(event.time - received)}` : '';
    out.field(
      event.text(['stage']) ?? 'Stage',
      `${formatTime(event.time)}${lasted}  ${place.join('  ')}`,
    );
  }
  if (finder.more > 0) {
    out.field(
      '',
      `${finder.more} more ${finder.more === 1 ? 'event has' : 'events have'} this audit ID: a client may choose it`,
    );
  }
  const redact = redactor(options.showSecrets);
  for (const each of findings) findingSection(each, out, redact);
  if (findings.length === 0) {
    out.blank();
    out.title('No rule matched');
  }
  kubectlText(request, main, out, options.showSecrets);
  neighbours(finder, request, out, formatTime);
  out.blank();
  out.title('Event');
  const lines = indentJson(redact(main.json)).split('\n');
  for (const line of lines.slice(0, MAX_EVENT_LINES)) {
    const text = line.trimStart();
    out.paragraph(text, 2 + line.length - text.length);
  }
  const rest = lines.length - MAX_EVENT_LINES;
  if (rest > 0) out.lines([`… ${rest} more lines (--format json has them)`], 2, out.paint.dim);
}

function what(request: Request, event: AuditEvent, out: Sections): void {
  out.field('Result', requestResult(request), resultPaint(request.result, out.paint));
  out.field('Decision', decision(event));
  out.field('Message', event.text(['responseStatus', 'message']) ?? '');
  const session = sessionOf(request, event);
  if (session !== undefined) {
    out.field('Command', quoteWords(session.command));
    out.field('Container', session.container ?? '');
  }
  out.field('URI', request.uri ?? '');
  out.field('Level', request.level ?? '');
}

function decision(event: AuditEvent): string {
  const made = event.text(['annotations', 'authorization.k8s.io/decision']) ?? '';
  const reason = event.text(['annotations', 'authorization.k8s.io/reason']) ?? '';
  return reason === '' ? made : `${made}: ${reason}`;
}

function who(request: Request, event: AuditEvent, out: Sections): void {
  out.field('User', requestUser(request));
  out.field('Groups', request.groups.join(', '));
  const credential = event.get(['user', 'extra', 'authentication.kubernetes.io/credential-id']);
  const pod = event.get(['user', 'extra', 'authentication.kubernetes.io/pod-name']);
  out.field('Credential', Array.isArray(credential) ? credential.map(String).join(', ') : '');
  out.field('From pod', Array.isArray(pod) ? pod.map(String).join(', ') : '');
}

/** All addresses; only the last is the peer's own, the others come from headers. */
function sources(event: AuditEvent): string {
  const all = arrayTexts(event, ['sourceIPs']) ?? [];
  const last = all.at(-1);
  if (last === undefined) return '';
  const others = all.slice(0, -1);
  return others.length === 0 ? last : `${last} (by its headers for ${others.join(', ')})`;
}

function neighbours(
  finder: RequestFinder,
  request: Request,
  out: Sections,
  formatTime: Times,
): void {
  if (finder.before.length + finder.after.length === 0) return;
  out.blank();
  out.title(`Around it, by ${request.user ?? 'the same user'}`);
  const row = (each: Request, mark: string): string[] => [
    mark,
    formatTime(each.time),
    each.verb ?? '',
    requestResult(each),
    requestObject(each),
  ];
  out.rows(
    [
      ...finder.before.map((each) => row(each, ' ')),
      row(request, '>'),
      ...finder.after.map((each) => row(each, ' ')),
    ],
    0,
  );
}

function plain(request: Request): Encodable {
  return {
    time: formatRfc3339Nano(request.time),
    verb: request.verb,
    object: requestObject(request),
    result: request.result,
    code: request.code,
    client: clientName(request.userAgent),
    audit_id: request.auditId,
  };
}

/** The same for programs. */
export function requestPageJson(
  finder: RequestFinder,
  findings: readonly ShownFinding[],
  options: { readonly showSecrets: boolean },
): Encodable {
  const redact = redactor(options.showSecrets);
  return {
    audit_id: finder.events[0]?.text(['auditID']),
    findings: findings.map(({ finding, description, runbooks, explained }) => ({
      rule: finding.rule,
      priority: finding.priority,
      message: shownMessage(finding, redact),
      description,
      policies: finding.policies,
      severity: finding.severity,
      runbooks,
      tags: finding.tags,
      stage: finding.stage,
      condition: explainedJson(explained),
    })),
    kubectl: kubectlJson(finder.events.at(-1)!, options.showSecrets),
    before: finder.before.map(plain),
    after: finder.after.map(plain),
    events: finder.events.map((event) => ({
      file: event.origin.file,
      line: event.origin.line,
      event: eventJson(redact(event.json)),
    })),
    more_events: finder.more,
  };
}

function eventJson(text: string): Encodable {
  try {
    return JSON.parse(text) as Encodable;
  } catch {
    return text;
  }
}
