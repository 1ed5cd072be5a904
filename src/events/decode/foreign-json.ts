import type { JsonObject, JsonValue } from '../../json/value.ts';
import { EKS_NEXT } from './foreign-text.ts';

/** Text for a message, from what a record says of itself. */
type LookText = string | ((record: JsonObject) => string);

/** What a record without an event is, told by keys that it has. */
interface JsonLook {
  readonly keys: readonly string[];
  /** Completes `it looks like …`, with the next step where there is one. */
  readonly text: LookText;
}

const CLOUDTRAIL = `AWS CloudTrail records, not Kubernetes audit events; ${EKS_NEXT}`;
export const POLICY =
  'an audit policy, not an audit log; pass the file that --audit-log-path names';
export const KUBECONFIG =
  'a kubeconfig, which holds credentials and no audit events; pass the audit log itself';
const COMPONENT =
  'the log of a Kubernetes component or etcd, not audit events; is audit logging to stdout enabled?';

/** The first one all of whose keys are there counts: what is special stands before what is general. */
const LOOKS: readonly JsonLook[] = [
  { keys: ['eventSource'], text: CLOUDTRAIL },
  {
    keys: ['protoPayload'],
    text: 'Google Cloud audit log entries of another service than k8s.io',
  },
  {
    keys: ['logName', 'jsonPayload'],
    text: 'Google Cloud log entries without an audit record; take the logs cloudaudit.googleapis.com',
  },
  {
    keys: ['logName', 'textPayload'],
    text: 'Google Cloud log entries without an audit record; take the logs cloudaudit.googleapis.com',
  },
  { keys: ['category', 'properties'], text: (record) => azure(record['category']) },
  {
    keys: ['message', 'logStreamName'],
    text: ({ logStreamName }) =>
      `entries of the CloudWatch stream ${word(logStreamName)}; ${EKS_NEXT}`,
  },
  { keys: ['k8s_audit', 'rule'], text: 'a report of k8s-audit, not an audit log' },
  { keys: ['findings', 'summary'], text: 'a report of k8s-audit, not an audit log' },
  {
    keys: ['baseline'],
    text: 'a baseline of k8s-audit, not an audit log; pass it with --baseline',
  },
  { keys: ['output_fields'], text: 'output of Falco, not an audit log' },
  { keys: ['runs'], text: 'a SARIF report, not an audit log' },
  { keys: ['SchemaVersion', 'ArtifactName'], text: 'a report of Trivy, not an audit log' },
  { keys: ['process_exec'], text: 'events of Tetragon, not Kubernetes audit events' },
  { keys: ['process_kprobe'], text: 'events of Tetragon, not Kubernetes audit events' },
  { keys: ['flow', 'node_name'], text: 'network flows of Hubble, not Kubernetes audit events' },
  { keys: ['event_type', 'src_ip'], text: 'events of Suricata, not Kubernetes audit events' },
  { keys: ['evt.num'], text: 'events of sysdig, not Kubernetes audit events' },
  { keys: ['published', 'eventType'], text: 'an Okta system log, not a Kubernetes audit log' },
  { keys: ['_document_id', 'action'], text: 'a GitHub audit log, not a Kubernetes audit log' },
  { keys: ['auth', 'request', 'type'], text: 'a Vault audit log, not a Kubernetes audit log' },
  {
    keys: ['kubernetes_cluster', 'code', 'event'],
    text: 'an audit log of Teleport, not that of the API server',
  },
  {
    keys: ['class_uid', 'category_uid'],
    text: 'OCSF events of another source than EKS audit logs, not Kubernetes audit events',
  },
  { keys: ['winlog'], text: 'Windows events, not Kubernetes audit events' },
  { keys: ['terraform_version', 'lineage'], text: 'a Terraform state, not an audit log' },
  {
    keys: ['log', 'stream', 'time'],
    text: 'the log of a container without audit events; kube-apiserver writes them to it only with --audit-log-path=-',
  },
  {
    keys: ['__REALTIME_TIMESTAMP', 'MESSAGE'],
    text: ({ _SYSTEMD_UNIT: unit }) =>
      `entries of the journal${unit === undefined ? '' : `, unit ${word(unit)},`} without audit events`,
  },
  { keys: ['ts', 'msg', 'v'], text: COMPONENT },
  { keys: ['ts', 'msg', 'caller'], text: COMPONENT },
];

/** What records like this are, in a few words; undefined when they are nothing that is known. */
export function foreignRecord(record: JsonObject): string | undefined {
  const { kind, apiVersion } = record;
  if (typeof kind === 'string' && typeof apiVersion === 'string') {
    if (apiVersion.startsWith('audit.k8s.io/') && kind === 'Policy') return POLICY;
    if (kind === 'Config') return KUBECONFIG;
    return kind === 'Status' ? apiStatus(record['message']) : objectOf(kind);
  }
  const look = LOOKS.find(({ keys }) => keys.every((key) => Object.hasOwn(record, key)));
  return typeof look?.text === 'function' ? look.text(record) : look?.text;
}

/**
 * What JSON is that cannot be parsed, since only its start is there or it goes on for more lines; undefined when its
 * keys say nothing.
 */
export function foreignJsonText(text: string): string | undefined {
  const look = LOOKS.find(({ keys }) => keys.every((key) => text.includes(`"${key}"`)));
  return typeof look?.text === 'string' ? look.text : undefined;
}

/** What a Kubernetes object is. @param kind as it names itself */
export function objectOf(kind: string): string {
  const name = word(kind);
  return name.endsWith('List')
    ? `Kubernetes objects (${name}), as kubectl get prints them, not an audit log`
    : `a Kubernetes object of kind ${name}, not an audit log`;
}

function apiStatus(message: JsonValue | undefined): string {
  const said = typeof message === 'string' ? ` (${message.slice(0, 120)})` : '';
  return `an answer of the API server${said}, not an audit log`;
}

function azure(category: JsonValue | undefined): string {
  return `Azure records of category ${word(category)}; audit events are in kube-audit and kube-audit-admin`;
}

/** A name from the log, for a message; bounded. */
function word(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, 64) : 'without a name';
}
