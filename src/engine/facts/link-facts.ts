// Room engine/facts: what of an event connects it with others.
// Door: link-facts.ts, whose facts findings carry when they are to be joined.
// Neighbours: reads events; engine puts the facts into findings, incidents joins by them.
// Inside: header values first; of bodies the owner of a new object and the account of a token only.

import type { AuditEvent, EventNode } from '../../events/event.ts';
import { ParsedNode } from '../../events/parsed-node.ts';
import { isPublicAddress } from '../../fields/ip.ts';
import { severityOf, severityRank, type Severity } from '../../policies/severity.ts';
import type { Priority } from '../../rules/priority.ts';
import { partName } from '../../rules/rule.ts';

/**
 * What an event tells of its connection with others, beside what every finding has. Log text, without values of
 * objects: identifiers, names, the authorizer's reason. Absent where the log does not say it.
 */
export interface LinkFacts {
  /** Level of the audit policy: how much of the request was logged. */
  readonly level?: string | undefined;
  /** The credential that was used: `JTI=…` of a token, `X509SHA256=…` of a certificate. */
  readonly credential?: string | undefined;
  /** The token that the API server issued, named as in `credential`. */
  readonly issued?: string | undefined;
  /** The pod that the user's token is bound to. */
  readonly pod?: string | undefined;
  /** The binding that allowed the request. */
  readonly grant?: Grant | undefined;
  /** The controller of a new object, as `Kind/name`. */
  readonly owner?: string | undefined;
  /** The service account of a new secret that holds its token. */
  readonly tokenFor?: string | undefined;
  /** True when the client's address is a public one. */
  readonly isOutside: boolean;
}

/** A binding by which RBAC allowed a request, and the subject in it. */
interface Grant {
  readonly resource: 'clusterrolebindings' | 'rolebindings';
  readonly namespace: string;
  readonly name: string;
  readonly subjectKind: string;
  readonly subject: string;
}

/**
 * The name under which a scan hands over what controllers made of other objects. As the name of a part it is none
 * that a rule can have.
 */
export const CONSEQUENCE = partName('', 'consequence');

const LEVEL = ['level'];
const VERB = ['verb'];
const RESOURCE = ['objectRef', 'resource'];
const SUBRESOURCE = ['objectRef', 'subresource'];
const BODY = ['requestObject'];
const CREDENTIAL = ['user', 'extra', 'authentication.kubernetes.io/credential-id'];
const POD = ['user', 'extra', 'authentication.kubernetes.io/pod-name'];
const ISSUED = ['annotations', 'authentication.kubernetes.io/issued-credential-id'];
const REASON = ['annotations', 'authorization.k8s.io/reason'];
const ACCOUNT_OF_TOKEN = 'kubernetes.io/service-account.name';

/** Kinds of objects that controllers make of others. */
const OWNED = new Set(['pods', 'replicasets', 'jobs']);
/** Longer texts come from nobody but an attacker: nothing is joined by them. */
const LONGEST = 1024;

/** True for a finding that may be joined with others: those below medium severity tell no story. */
export function isJoined(finding: {
  readonly severity?: Severity | undefined;
  readonly priority: Priority;
}): boolean {
  const severity = finding.severity ?? severityOf(finding.priority);
  return severityRank(severity) <= severityRank('medium');
}

/**
 * The facts of an event by which findings are joined.
 *
 * @param address the client's address, as findings name it
 */
export function linkFacts(event: AuditEvent, address: string | undefined): LinkFacts {
  return {
    ...actorFacts(event, address),
    level: event.text(LEVEL),
    issued: limited(event.text(ISSUED)),
    grant: grantOf(event.text(REASON)),
    ...bodyFacts(event),
  };
}

/** The facts that tell who it was. */
export function actorFacts(event: AuditEvent, address: string | undefined): LinkFacts {
  return {
    credential: firstOf(event, CREDENTIAL),
    pod: firstOf(event, POD),
    isOutside: address !== undefined && isPublicAddress(address) === true,
  };
}

function firstOf(event: AuditEvent, path: readonly string[]): string | undefined {
  const values = event.get(path);
  const value = Array.isArray(values) ? values[0] : undefined;
  return typeof value === 'string' ? limited(value) : undefined;
}

function limited(text: string | undefined): string | undefined {
  return text === undefined || text === '' || text.length > LONGEST ? undefined : text;
}

const ALLOWED_BY =
  /^RBAC: allowed by (ClusterRoleBinding|RoleBinding) "([^"]+)" of (?:Cluster)?Role "[^"]*" to (User|Group|ServiceAccount) "([^"]*)"/;

/** The binding in the reason that RBAC gives; a role binding is named there as `name/namespace`. */
function grantOf(reason: string | undefined): Grant | undefined {
  const match = reason === undefined || reason.length > LONGEST ? null : ALLOWED_BY.exec(reason);
  if (match === null) return undefined;
  const [, kind, binding = '', subjectKind = '', subject = ''] = match;
  if (kind === 'ClusterRoleBinding') {
    return {
      resource: 'clusterrolebindings',
      namespace: '',
      name: binding,
      subjectKind,
      subject,
    };
  }
  const slash = binding.lastIndexOf('/');
  return {
    resource: 'rolebindings',
    namespace: binding.slice(slash + 1),
    name: binding.slice(0, Math.max(0, slash)),
    subjectKind,
    subject,
  };
}

/** What the body of a creation says. Node by node: an engine over bytes parses no more than that. */
function bodyFacts(event: AuditEvent): Pick<LinkFacts, 'owner' | 'tokenFor'> {
  if (event.text(VERB) !== 'create' || event.text(SUBRESOURCE) !== undefined) return {};
  const resource = event.text(RESOURCE) ?? '';
  const isOwned = OWNED.has(resource);
  if (!isOwned && resource !== 'secrets') return {};
  const body = event.node === undefined ? ParsedNode.at(event, BODY) : event.node(BODY);
  const metadata = body?.member('metadata');
  if (metadata?.kind !== 'object') return {};
  if (isOwned) return { owner: ownerOf(metadata) };
  return { tokenFor: textOf(metadata.member('annotations')?.member(ACCOUNT_OF_TOKEN)) };
}

function ownerOf(metadata: EventNode): string | undefined {
  const owners = metadata.member('ownerReferences')?.elements() ?? [];
  const owner = owners.find((entry) => entry.member('controller')?.value === true);
  const kind = textOf(owner?.member('kind'));
  const name = textOf(owner?.member('name'));
  // A node "owns" the pods that lie as files on it: they have nothing in common but the node.
  return kind === undefined || name === undefined || kind === 'Node'
    ? undefined
    : `${kind}/${name}`;
}

function textOf(node: EventNode | undefined): string | undefined {
  return node?.kind === 'string' ? limited(node.text()) : undefined;
}
