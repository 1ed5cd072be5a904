import type { Finding } from '../../engine/finding.ts';
import type { Severity } from '../../rules/priority.ts';
import { redactor, type Redact } from '../../redact/redact.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import { attackIds } from '../encode/attack-ids.ts';
import { subjectFingerprint } from '../encode/fingerprint.ts';
import { encodeJson, type Encodable } from '../encode/json-encode.ts';
import { ocsfApi, ocsfMetadata, ocsfResource, ocsfTime } from '../encode/ocsf-parts.ts';
import { ownMembers, shownEvent, shownFields, shownSubject } from '../encode/shown-finding.ts';
import { shownMessage } from '../encode/shown-message.ts';
import type { OutputContext, OutputWriter, RuleInfo, Sink } from '../writer.ts';

/** `severity_id` and `severity` (OCSF 1.8.0, base event). */
const SEVERITIES: Readonly<Record<Severity, readonly [id: number, name: string]>> = {
  high: [4, 'High'],
  medium: [3, 'Medium'],
  low: [2, 'Low'],
  info: [1, 'Informational'],
};
const UNKNOWN = [0, 'Unknown'] as const;

/** Detection Findings (class 2004) of the Open Cybersecurity Schema Framework, a line each. */
export function createOcsfWriter(sink: Sink, context: OutputContext): OutputWriter {
  const redact = redactor(context.showSecrets);
  const rules = new Map(context.rules.map((rule) => [rule.name, rule]));
  return {
    finding: (finding) =>
      sink.write(`${encodeJson(detection(finding, rules.get(finding.rule), context, redact))}\n`),
    end: () => undefined,
  };
}

function detection(
  finding: Finding,
  rule: RuleInfo | undefined,
  context: OutputContext,
  redact: Redact,
): Encodable {
  const { auditId, stage, origin, severity, repeated } = finding;
  const subject = shownSubject(finding, redact);
  const [severityId, severityName] = severity === undefined ? UNKNOWN : SEVERITIES[severity];
  const uid = [subjectFingerprint(finding), auditId, stage].filter(Boolean).join('-');
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: 200_401,
    type_name: 'Detection Finding: Create',
    time: ocsfTime(finding.time),
    severity_id: severityId,
    severity: severityName,
    status_id: 1,
    status: 'New',
    is_alert: severity === 'high' || severity === 'medium',
    message: shownMessage(finding, redact),
    count: repeated?.count,
    metadata: ocsfMetadata({
      version: context.version,
      file: origin.file,
      auditId,
      time: formatRfc3339Nano(finding.time),
    }),
    finding_info: {
      uid,
      title: finding.rule,
      desc: rule === undefined || rule.description === '' ? undefined : rule.description,
      created_time: ocsfTime(finding.time),
      first_seen_time: repeated === undefined ? undefined : ocsfTime(repeated.first),
      last_seen_time: repeated === undefined ? undefined : ocsfTime(repeated.last),
      data_sources: ['Kubernetes audit log'],
      analytic: {
        type_id: 1,
        type: 'Rule',
        name: finding.rule,
        uid: finding.ruleId ?? finding.rule,
      },
      attacks: attacks(finding.tags),
      src_url: rule === undefined ? undefined : context.ruleUri?.(rule),
      tags: finding.tags.length === 0 ? undefined : [{ name: 'tags', values: finding.tags }],
    },
    resources: ocsfResource(subject),
    evidences: [{ ...ocsfApi(subject, auditId), data: shownFields(finding, redact) }],
    unmapped: { k8s_audit: ownMembers(finding) },
    raw_data: shownEvent(finding, redact),
  };
}

/** Techniques and tactics an entry each: which belongs to which, tags do not say. */
function attacks(tags: readonly string[]): Encodable | undefined {
  const { techniques, tactics } = attackIds(tags);
  const entries = [
    ...techniques.map((id) =>
      id.includes('.')
        ? { technique: { uid: id.split('.')[0]! }, sub_technique: { uid: id } }
        : { technique: { uid: id } },
    ),
    ...tactics.map((name) => ({ tactic: { name } })),
  ];
  return entries.length === 0 ? undefined : entries;
}
