import type { Entry } from './incident-entry.ts';

/**
 * What kind of user it is. What a person does by one name is one person's doing; an account may be used by several
 * pods and people at once, a shared name by several people, no name by anybody; a part of the control plane does
 * what others caused.
 */
export type IdentityKind = 'person' | 'shared' | 'account' | 'anonymous' | 'system';

export interface Identity {
  readonly kind: IdentityKind;
  /** The user's full name; empty when the log has none. */
  readonly name: string;
  /** The other name it acted under, by impersonation. */
  readonly actingAs: string | undefined;
}

export const ACCOUNT_PREFIX = 'system:serviceaccount:';

/** Names that installers give to the one administrator of a cluster: several people may hold its certificate. */
const SHARED_NAMES = new Set([
  'admin',
  'cluster-admin',
  'kube-admin',
  'kubeadmin',
  'kubernetes-admin',
  'kubernetes-super-admin',
  'kube:admin',
  'master',
  'masterclient',
  'root',
  'system:admin',
]);

/** Accounts of the controllers in kube-system whose names do not end in `-controller`. */
const CONTROLLER_NAMES = new Set([
  'bootstrap-signer',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'legacy-service-account-token-cleaner',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'root-ca-cert-publisher',
  'token-cleaner',
]);

/** Programs of the control plane, by the start of their user agents. */
const CONTROL_PLANE =
  /^(?:kube-controller-manager|kube-scheduler|kube-apiserver|cloud-controller-manager|kubelet|kube-proxy)\//;

/** An account that acts as so many others is a proxy for people: what each of them did is their own. */
const MANY_NAMES = 4;

/** Accounts that hand on requests of many users: Rancher, Teleport and other proxies impersonate whoever asks. */
export function proxiesOf(entries: readonly Entry[]): ReadonlySet<string> {
  const names = new Map<string, Set<string>>();
  for (const { finding } of entries) {
    const { user = '', impersonatedUser } = finding.subject;
    if (impersonatedUser === undefined || !user.startsWith('system:')) continue;
    let known = names.get(user);
    if (known === undefined) names.set(user, (known = new Set()));
    if (known.size < MANY_NAMES) known.add(impersonatedUser);
  }
  return new Set([...names].filter(([, { size }]) => size >= MANY_NAMES).map(([user]) => user));
}

/** Who is behind a finding. */
export function identityOf({ finding }: Entry, proxies: ReadonlySet<string>): Identity {
  const { user = '', impersonatedUser, userAgent = '' } = finding.subject;
  const isProxied = impersonatedUser !== undefined && proxies.has(user);
  const name = isProxied ? impersonatedUser : user;
  const actingAs = isProxied ? undefined : impersonatedUser;
  return { kind: kindOf(name, userAgent), name, actingAs };
}

function kindOf(name: string, userAgent: string): IdentityKind {
  if (name === '' || name === 'system:anonymous' || name === 'system:unauthenticated') {
    return 'anonymous';
  }
  if (SHARED_NAMES.has(name)) return 'shared';
  if (name.startsWith(ACCOUNT_PREFIX)) {
    // With another program it is somebody who has taken the controller's token.
    return isController(name) && CONTROL_PLANE.test(userAgent) ? 'system' : 'account';
  }
  return name.startsWith('system:') ? 'system' : 'person';
}

function isController(name: string): boolean {
  const [namespace, account = ''] = name.slice(ACCOUNT_PREFIX.length).split(':', 2);
  return (
    namespace === 'kube-system' &&
    (account.endsWith('-controller') || CONTROLLER_NAMES.has(account))
  );
}
