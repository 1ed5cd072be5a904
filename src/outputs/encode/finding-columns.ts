import type { Finding } from '../../engine/finding.ts';
import type { Redact } from '../../redact/redact.ts';
import { subjectFingerprint } from './fingerprint.ts';
import { encodeJson } from './json-encode.ts';
import { shownEvent, shownFields } from './shown-finding.ts';
import { shownMessage } from './shown-message.ts';

/** What the cells of a column are. `time` is nanoseconds since the epoch, `json` is JSON as text. */
export type CellType = 'time' | 'text' | 'integer' | 'boolean' | 'texts' | 'json';

export type CellValue = bigint | string | number | boolean | readonly string[];

/** A column of tables of findings for programs. */
export interface FindingColumn {
  readonly name: string;
  readonly type: CellType;
  /** For the documentation. */
  readonly about: string;
  /** True when CSV has it too; `last` where CSV has it behind its first columns, which readers may count. */
  readonly csv?: true | 'last';
  /** The cell, credentials replaced; undefined where the finding has no such thing. */
  readonly value: (finding: Finding, redact: Redact) => CellValue | undefined;
}

type Text = (finding: Finding) => string | undefined;

/** A text of the log. */
function logged(name: string, about: string, text: Text): FindingColumn {
  return {
    name,
    type: 'text',
    about,
    csv: true,
    value(finding, redact) {
      const found = text(finding);
      return found === undefined ? undefined : redact(found);
    },
  };
}

/** A text that is none of the log. */
const own = (name: string, about: string, value: Text): FindingColumn => ({
  name,
  type: 'text',
  about,
  value,
});

/** Columns of findings for programs, in order. Readers rely on names and types: new ones go to the end of their kind. */
export const FINDING_COLUMNS: readonly FindingColumn[] = [
  {
    name: 'time',
    type: 'time',
    about: 'of the event',
    csv: true,
    value: ({ time }) => time,
  },
  { ...own('priority', 'of the rule', ({ priority }) => priority), csv: true },
  {
    ...own('severity', 'of the policies that hold the rule', ({ severity }) => severity),
    csv: 'last',
  },
  logged('rule', 'name of the rule', ({ rule }) => rule),
  own('rule_id', 'its id, if it has one', ({ ruleId }) => ruleId),
  own('source', '`k8s_audit`, as Falco has it', ({ source }) => source),
  logged('user', 'who asked', ({ subject }) => subject.user),
  logged('impersonated_user', 'as whom', ({ subject }) => subject.impersonatedUser),
  logged('verb', 'what for', ({ subject }) => subject.verb),
  logged('resource', 'of which resource', ({ subject }) => subject.resource),
  logged('subresource', 'and subresource', ({ subject }) => subject.subresource),
  logged('namespace', 'of the object', ({ subject }) => subject.namespace),
  logged('name', 'of the object', ({ subject }) => subject.name),
  logged('code', 'status of the response', ({ subject }) => subject.code),
  logged('source_ip', 'first address of the client', ({ subject }) => subject.sourceIp),
  logged('user_agent', 'program of the client', ({ subject }) => subject.userAgent),
  {
    name: 'message',
    type: 'text',
    about: "the rule's output, filled in",
    csv: true,
    value: (finding, redact) => shownMessage(finding, redact),
  },
  {
    name: 'tags',
    type: 'texts',
    about: 'of the rule',
    csv: true,
    value: ({ tags }, redact) => tags.map((tag) => redact(tag)),
  },
  {
    name: 'policies',
    type: 'texts',
    about: 'enabled policies that hold the rule',
    value: ({ policies }) => policies,
  },
  {
    name: 'output_fields',
    type: 'json',
    about: 'fields of the output by name; times are nanoseconds as text',
    value: (finding, redact) => encodeJson(shownFields(finding, redact)),
  },
  logged('audit_id', 'of the request', ({ auditId }) => auditId),
  logged('stage', 'of the event', ({ stage }) => stage),
  logged('file', 'where the event was read', ({ origin }) => origin.file),
  {
    name: 'line',
    type: 'integer',
    about: 'its line there',
    csv: true,
    value: ({ origin }) => origin.line,
  },
  logged('cluster', 'where it comes from, when the log says so', ({ origin }) => origin.cluster),
  logged('node', 'and the node', ({ origin }) => origin.node),
  {
    name: 'stream',
    type: 'text',
    about: 'and the stream of a log store',
    value: ({ origin }, redact) =>
      origin.stream === undefined ? undefined : redact(origin.stream),
  },
  {
    name: 'replayed',
    type: 'boolean',
    about: 'true for events that `serve` read again after a crash',
    value: ({ origin }) => origin.replayed,
  },
  own(
    'fingerprint',
    'what baselines match on: the same for the same rule, user, verb, object and outcome',
    subjectFingerprint,
  ),
  {
    name: 'event',
    type: 'json',
    about: 'the whole event, with `--raw`',
    value: shownEvent,
  },
];
