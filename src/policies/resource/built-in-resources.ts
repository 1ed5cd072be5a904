/**
 * The resources of Kubernetes by API group, without subresources. Resources of removed API versions are
 * included.
 */
export const BUILT_IN_RESOURCES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '':
      'bindings componentstatuses configmaps endpoints events limitranges namespaces nodes ' +
      'persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers ' +
      'resourcequotas secrets serviceaccounts services',
    'admissionregistration.k8s.io':
      'mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations ' +
      'validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations',
    'apiextensions.k8s.io': 'customresourcedefinitions',
    'apiregistration.k8s.io': 'apiservices',
    apps: 'controllerrevisions daemonsets deployments replicasets statefulsets',
    'authentication.k8s.io': 'selfsubjectreviews tokenreviews',
    'authorization.k8s.io':
      'localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews',
    autoscaling: 'horizontalpodautoscalers',
    batch: 'cronjobs jobs',
    'certificates.k8s.io': 'certificatesigningrequests clustertrustbundles podcertificaterequests',
    'coordination.k8s.io': 'leases leasecandidates',
    'discovery.k8s.io': 'endpointslices',
    'events.k8s.io': 'events',
    extensions: 'daemonsets deployments ingresses networkpolicies podsecuritypolicies replicasets',
    'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
    'networking.k8s.io': 'ingressclasses ingresses ipaddresses networkpolicies servicecidrs',
    'node.k8s.io': 'runtimeclasses',
    policy: 'poddisruptionbudgets podsecuritypolicies',
    'rbac.authorization.k8s.io': 'clusterrolebindings clusterroles rolebindings roles',
    'resource.k8s.io': 'deviceclasses resourceclaims resourceclaimtemplates resourceslices',
    'scheduling.k8s.io': 'priorityclasses',
    'storage.k8s.io':
      'csidrivers csinodes csistoragecapacities storageclasses volumeattachments ' +
      'volumeattributesclasses',
    'storagemigration.k8s.io': 'storageversionmigrations',
  }).map(([group, names]) => [group, names.split(' ')]),
);

/** The groups that have a resource; none when it is not built in. */
export function groupsOf(resource: string): readonly string[] {
  return [...BUILT_IN_RESOURCES]
    .filter(([, names]) => names.includes(resource))
    .map(([group]) => group);
}

/** The resource that a kind or a singular name means: `Pod`, `pod`, `networkPolicy`. */
export function pluralOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  const forms = new Set([lower, `${lower}s`, `${lower}es`, lower.replace(/y$/, 'ies')]);
  return [...BUILT_IN_RESOURCES.values()].flat().find((each) => forms.has(each));
}
