import type { FindingSubject } from '../../engine/finding.ts';
import type { Encodable } from './json-encode.ts';
import { attackIds } from './attack-ids.ts';
import { parseAddress } from '../../util/address.ts';

/** Version of the Elastic Common Schema that documents follow. */
const ECS_VERSION = '8.17.0';

/** What all documents tell of a request; texts are written as they are. */
interface EcsParts {
  /** RFC 3339. */
  readonly time: string;
  readonly auditId: string | undefined;
  readonly stage: string | undefined;
  readonly file: string | undefined;
  readonly cluster: string | undefined;
  readonly node: string | undefined;
  readonly subject: Partial<FindingSubject>;
  /** Members of `k8s_audit`, our own. */
  readonly own: Readonly<Record<string, Encodable | undefined>>;
}

/** What the document of a finding is made of. */
interface EcsAlert extends EcsParts {
  readonly message: string;
  readonly rule: string;
  readonly ruleId?: string | undefined;
  readonly priority: string;
  readonly severity: string;
  readonly source: string;
  readonly tags: readonly string[];
  /** The event's text, where it was asked for. */
  readonly original?: string | undefined;
}

/** What the document of a request is made of. */
interface EcsRequest extends EcsParts {
  readonly end: string | undefined;
  /** allowed, denied, failed or unknown. */
  readonly result: string;
  readonly reason: string | undefined;
  readonly groups: readonly string[];
  readonly level: string | undefined;
  readonly uri: string | undefined;
  readonly apiGroup: string | undefined;
}

/** `event.severity` of a severity, as Elastic Security counts them. */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['high', 73],
  ['medium', 47],
  ['low', 21],
  ['info', 1],
]);

/** `event.type` of what a verb does. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['create', 'creation'],
  ['update', 'change'],
  ['patch', 'change'],
  ['delete', 'deletion'],
  ['deletecollection', 'deletion'],
  ['get', 'access'],
  ['list', 'access'],
  ['watch', 'access'],
]);

/**
 * A finding in the Elastic Common Schema, the request under `kubernetes.audit` as Elastic's own integration of audit
 * logs has it.
 */
export function ecsDocument(alert: EcsAlert): Encodable {
  const { subject } = alert;
  const code = Number(subject.code);
  const refused = code === 401 || code === 403;
  return {
    '@timestamp': alert.time,
    ecs: { version: ECS_VERSION },
    message: alert.message,
    tags: alert.tags,
    event: {
      kind: 'alert',
      category: ['api'],
      type: [typeOf(subject), ...(refused ? ['denied'] : [])],
      module: 'k8s-audit',
      dataset: 'k8s_audit.alert',
      action: subject.verb,
      outcome: code > 0 ? (code < 400 ? 'success' : 'failure') : 'unknown',
      severity: SEVERITIES.get(alert.severity) ?? 1,
      id: alert.auditId,
      original: alert.original,
    },
    rule: { name: alert.rule, id: alert.ruleId, category: alert.source },
    threat: threat(alert.tags),
    log: { level: alert.priority.toLowerCase(), file: some({ path: alert.file }) },
    ...request(alert, {}),
    k8s_audit: alert.own,
  };
}

/** A request in the Elastic Common Schema. */
export function ecsRequest(of: EcsRequest): Encodable {
  const { result, subject } = of;
  return {
    '@timestamp': of.time,
    ecs: { version: ECS_VERSION },
    event: {
      kind: 'event',
      category: ['api'],
      type: [typeOf(subject), ...(result === 'denied' ? ['denied'] : [])],
      module: 'k8s-audit',
      dataset: 'k8s_audit.request',
      action: subject.verb,
      outcome: result === 'allowed' ? 'success' : result === 'unknown' ? 'unknown' : 'failure',
      reason: of.reason,
      start: of.time,
      end: of.end,
      id: of.auditId,
    },
    log: some({ file: some({ path: of.file }) }),
    ...request(of, { groups: of.groups, uri: of.uri, level: of.level, apiGroup: of.apiGroup }),
    k8s_audit: of.own,
  };
}

function typeOf({ verb }: Partial<FindingSubject>): string {
  return TYPES.get(verb ?? '') ?? 'info';
}

/** Who asked for what, from where. */
function request(
  { auditId, stage, cluster, node, subject }: EcsParts,
  more: {
    readonly groups?: readonly string[];
    readonly uri?: string | undefined;
    readonly level?: string | undefined;
    readonly apiGroup?: string | undefined;
  },
): Record<string, Encodable | undefined> {
  const code = Number(subject.code);
  const groups = more.groups?.length === 0 ? undefined : more.groups;
  return {
    user: some({ name: subject.user, effective: some({ name: subject.impersonatedUser }) }),
    source: some({ ip: address(subject.sourceIp) }),
    user_agent: some({ original: subject.userAgent }),
    host: some({ name: node }),
    orchestrator: {
      type: 'kubernetes',
      cluster: some({ name: cluster }),
      namespace: subject.namespace,
      resource: some({ type: subject.resource, name: subject.name }),
    },
    kubernetes: {
      audit: {
        auditID: auditId,
        stage,
        level: more.level,
        verb: subject.verb,
        requestURI: more.uri,
        user: some({ username: subject.user, groups }),
        impersonatedUser: some({ username: subject.impersonatedUser }),
        objectRef: some({
          resource: subject.resource,
          subresource: subject.subresource,
          namespace: subject.namespace,
          name: subject.name,
          apiGroup: more.apiGroup,
        }),
        sourceIPs: subject.sourceIp === undefined ? undefined : [subject.sourceIp],
        userAgent: subject.userAgent,
        responseStatus: some({ code: code > 0 ? code : undefined }),
      },
    },
  };
}

function threat(tags: readonly string[]): Encodable | undefined {
  const { techniques, tactics } = attackIds(tags);
  if (techniques.length + tactics.length === 0) return undefined;
  const parents = [...new Set(techniques.map((id) => id.split('.')[0]!))];
  const below = techniques.filter((id) => id.includes('.'));
  return {
    framework: 'MITRE ATT&CK',
    tactic: tactics.length === 0 ? undefined : { name: tactics },
    technique:
      parents.length === 0
        ? undefined
        : { id: parents, subtechnique: below.length === 0 ? undefined : { id: below } },
  };
}

/** Elasticsearch refuses a document whose `source.ip` is no address. */
function address(text: string | undefined): string | undefined {
  return text === undefined || parseAddress(text) === undefined ? undefined : text;
}

/** The members that are there; undefined where there is none, so that no empty objects are written. */
function some(
  members: Readonly<Record<string, Encodable | undefined>>,
): Readonly<Record<string, Encodable | undefined>> | undefined {
  return Object.values(members).some((member) => member !== undefined) ? members : undefined;
}
