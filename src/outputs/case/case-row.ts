import type { Finding, OutputValue } from '../../engine/finding.ts';
import { redactField } from '../../redact/redact.ts';
import { cardOf } from '../card/card.ts';
import { ignoreTerms } from '../card/ignore-entry.ts';
import { escapePage } from '../encode/escape.ts';
import { shownMessage } from '../encode/shown-message.ts';
import type { OutputContext } from '../writer.ts';
import { LIST_BORDER, type DetailText, type NumberName, type RowText } from './case-data.ts';
import { caseTexts, MAX_NAME, timeNumbers } from './case-texts.ts';

/** Characters of all fields of an event: attackers choose how long texts are. */
const MAX_FIELDS = 8000;
/** Fields of one finding, and further findings of one event. */
const MOST = 100;
/** Longer events are left out: they would be redacted whole to show a part. */
const MAX_EVENT = 64 * 1024;

const SECOND = 1_000_000_000n;

interface CaseRow {
  readonly texts: Readonly<Record<RowText, string>>;
  readonly numbers: Readonly<Record<Exclude<NumberName, 'order'>, number>>;
  readonly details: Readonly<Record<DetailText, string>>;
}

/** Makes what a case file tells of an event: texts redacted, escaped and cut. */
export interface CaseRows {
  readonly row: (finding: Finding) => CaseRow;
  /** The request as compact JSON; empty when it is not known, or larger than 64 KiB. */
  readonly event: (finding: Finding) => string;
}

/** Makes rows of a case file. @param context whose redaction and time format they follow */
export function caseRows(context: OutputContext): CaseRows {
  const { showSecrets, formatTime } = context;
  const { redact, cut, name, long } = caseTexts(context);
  const field = showSecrets ? (_: string, value: string) => value : redactField;

  const fields = ({ outputFields, subject }: Finding): string => {
    const parts: string[] = [];
    let length = 0;
    for (const [key, value] of outputFields.slice(0, MOST)) {
      if (key.startsWith('evt.time')) continue;
      const text = long(redact(field(key, valueText(value), subject)));
      length += key.length + text.length;
      if (length > MAX_FIELDS) break;
      parts.push(name(key), text);
    }
    return parts.join(LIST_BORDER);
  };

  const row = (finding: Finding): CaseRow => {
    const { subject, origin, time, repeated } = finding;
    const card = cardOf(finding, redact);
    const others = (finding.others ?? []).slice(0, MOST);
    return {
      texts: {
        severity: card.severity,
        priority: card.priority,
        rule: cut(card.rule, MAX_NAME),
        others: others.map((other) => name(other.rule)).join(LIST_BORDER),
        user: name(subject.user),
        as: name(subject.impersonatedUser),
        verb: cut(card.verb, MAX_NAME),
        resource: name(subject.resource),
        subresource: name(subject.subresource),
        namespace: name(subject.namespace),
        name: name(subject.name),
        source: name(subject.sourceIp),
        code: name(subject.code),
        failure: cut(card.failure, MAX_NAME),
        // Names of fields stand in it too, which rules of users choose.
        evidence: long(redact(card.evidence)),
        id: name(finding.auditId),
        ignorable: isWhole(finding, name) ? 'yes' : '',
      },
      numbers: {
        ...timeNumbers(time, formatTime),
        count: repeated?.count ?? 1,
        first: Number((repeated?.first ?? time) / SECOND),
        last: Number((repeated?.last ?? time) / SECOND),
      },
      details: {
        message: long(shownMessage(finding, redact)),
        also: others.map((other) => long(shownMessage(other, redact))).join(LIST_BORDER),
        fields: fields(finding),
        agent: name(subject.userAgent),
        tags: finding.tags.slice(0, MOST).map(name).join(LIST_BORDER),
        policies: (finding.policies ?? []).slice(0, MOST).map(name).join(LIST_BORDER),
        file: name(origin.file),
        line: String(origin.line),
        cluster: name(origin.cluster),
        node: name(origin.node),
        stage: name(finding.stage),
      },
    };
  };

  const event = ({ raw }: Finding): string =>
    raw === undefined || raw.length > MAX_EVENT ? '' : escapePage(redact(raw));

  return { row, event };
}

/** True when the page has all that an entry of `ignore:` needs, as it was logged: else it would accept more, or nothing. */
function isWhole(finding: Finding, shown: (text: string) => string): boolean {
  const { rule, subject } = finding;
  return [rule, ...ignoreTerms(subject).map(([, value]) => value)].every(
    (text) => shown(text) === text,
  );
}

function valueText(value: OutputValue): string {
  if (value === null) return '<NA>';
  return typeof value === 'object' ? value.join(', ') : String(value);
}
