/** One step of switching audit logging on. */
export interface Step {
  readonly text: string;
  /** Commands or file content, line by line. */
  readonly code?: readonly string[];
}

/** How audit logging is switched on somewhere, and what its log can show. */
export interface Platform {
  /** Name on the command line. */
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly title: string;
  /** Whether the audit policy is the user's own, or fixed by the platform. */
  readonly policy: 'own' | 'profiles' | 'fixed';
  /** State after an installation. */
  readonly initially: string;
  readonly steps: readonly Step[];
  readonly log: string;
  /** Command lines that feed the log to k8s-audit. */
  readonly feed: readonly string[];
  /** Limits of the platform's log, and pitfalls. */
  readonly limits: readonly string[];
  /** Month in which this was last compared with the platform's documentation. */
  readonly checked: string;
  /** Statements that were not found in the platform's own documentation. */
  readonly unverified?: readonly string[];
}

/** What undoes changes of a manifest that kubeadm wrote. */
export const KUBEADM_UPGRADE =
  'kubeadm upgrade writes the manifest anew, without these flags: put them into apiServer.extraArgs and extraVolumes of the ConfigMap kubeadm-config in kube-system, too';

/** Limits of any log at level Metadata: there are no bodies. */
export const METADATA_ONLY =
  'level Metadata has no bodies: rules on pod specs, roles, bindings, services and configmaps cannot fire';
