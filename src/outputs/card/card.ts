// Room outputs/card: what people see of a finding, made once as data: a card.
// Door: card.ts makes cards, event-groups.ts finds the findings of one event, order.ts puts them in order,
// short-name.ts shortens names; each imported by name.
// Neighbours: formats draw cards; it takes findings as data, and redact hides credentials in them.
// Inside: evidence-words.ts and json-words.ts put what a rule declares as its evidence into words.

import type { Finding } from '../../engine/finding.ts';
import { severityOf, type Severity } from '../../policies/severity.ts';
import type { Redact } from '../../redact/redact.ts';
import type { Priority } from '../../rules/priority.ts';
import { isRefused } from '../encode/finding-evidence.ts';
import { evidenceWords, messageWords } from './evidence-words.ts';
import { shortUser } from './short-name.ts';

/** Characters of an audit ID that `show` finds it by. */
const ID_LENGTH = 8;

/** Everything that a screen or a report says of an event with findings. Texts are redacted, and are those of the log. */
export interface FindingCard {
  /** Nanoseconds since the epoch; 0 when unknown. */
  readonly time: bigint;
  /** What `--fail-on` tests. */
  readonly severity: Severity;
  readonly priority: Priority;
  /** The worst rule of the event. */
  readonly rule: string;
  /** Names of the other rules that fired on it. */
  readonly others: readonly string[];
  /** Who asked, shortened. */
  readonly user: string;
  /** What was done, as kubectl calls it. */
  readonly verb: string;
  /** `namespace/resource/name/subresource`, as far as known. */
  readonly object: string;
  /** How the request failed; empty when it did not. */
  readonly failure: string;
  /** What makes it worth a look: command line, role and subjects, images; the finding's own words when the rules name nothing. */
  readonly evidence: string;
  /** The address of the client. */
  readonly source: string;
  /** The start of the audit ID; empty when there is none. */
  readonly id: string;
  readonly repeated: Finding['repeated'];
}

/** Requests that kubectl has a verb for, by subresource of pods. */
const SESSIONS: Readonly<Record<string, string>> = {
  exec: 'exec',
  attach: 'attach',
  portforward: 'port-forward',
};

/** The card of a finding, which stands for its event when it has {@link Finding.others}. */
export function cardOf(finding: Finding, redact: Redact): FindingCard {
  const { subject, others = [], auditId = '' } = finding;
  const { user = '', impersonatedUser, verb = '', sourceIp = '' } = subject;
  const { namespace, resource, name, subresource } = subject;
  const session = resource === 'pods' ? SESSIONS[subresource ?? ''] : undefined;
  const object = [namespace, resource, name, session === undefined ? subresource : undefined];
  const named = [finding, ...others].flatMap((each) => evidenceWords(each, redact));
  const evidence = named.length > 0 ? named : messageWords(finding, redact);
  const names = [user, ...(impersonatedUser === undefined ? [] : [impersonatedUser])].map((each) =>
    redact(each),
  );
  return {
    time: finding.time,
    severity: severityOfFinding(finding),
    priority: finding.priority,
    rule: redact(finding.rule),
    others: others.map(({ rule }) => redact(rule)),
    user: names.map(shortUser).join(' as '),
    verb: session ?? redact(verb),
    object: redact(object.filter((part) => part !== undefined && part !== '').join('/')),
    failure: isRefused(finding) ? failureText(subject.code!) : '',
    evidence: withoutParts(evidence).join('; '),
    source: redact(sourceIp),
    id: redact(auditId).slice(0, ID_LENGTH),
    repeated: finding.repeated,
  };
}

/** The severity of a finding's policies; what its priority comes to without any. */
export function severityOfFinding({
  severity,
  priority,
}: Pick<Finding, 'severity' | 'priority'>): Severity {
  return severity ?? severityOf(priority);
}

/** Texts once each, without those that are the start of another: rules name the same thing in more or less detail. */
function withoutParts(texts: readonly string[]): string[] {
  const once = [...new Set(texts)];
  return once.filter((text) => !once.some((other) => other !== text && other.startsWith(text)));
}

function failureText(code: string): string {
  return code === '401' || code === '403' ? `denied ${code}` : `failed ${code}`;
}
