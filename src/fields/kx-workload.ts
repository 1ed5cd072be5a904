import type { AuditEvent, EventNode } from '../events/event.ts';
import { patchedObject } from './patched-object.ts';
import { descend, nodeAt } from './traverse.ts';

/** Path from the body of a workload to its pod spec. */
const POD_SPEC_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pods', ['spec']],
  ['deployments', ['spec', 'template', 'spec']],
  ['daemonsets', ['spec', 'template', 'spec']],
  ['statefulsets', ['spec', 'template', 'spec']],
  ['replicasets', ['spec', 'template', 'spec']],
  ['replicationcontrollers', ['spec', 'template', 'spec']],
  ['jobs', ['spec', 'template', 'spec']],
  ['cronjobs', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ['podtemplates', ['template', 'spec']],
]);

const ARGO = ['spec', 'spec.templates.*'] as const;
const TEMPLATE = ['spec.template.spec'] as const;
const ELASTIC_AGENT = [
  'spec.daemonSet.podTemplate.spec',
  'spec.deployment.podTemplate.spec',
] as const;

/** The pod specs of a Kubeflow job: one a role of its pods. */
function replicas(of: string, ...roles: readonly string[]): string[] {
  return roles.map((role) => `spec.${of}.${role}.template.spec`);
}

/** The pod specs of a Ray cluster that is described at a path. */
function rayCluster(at: string): string[] {
  return [`${at}.headGroupSpec.template.spec`, `${at}.workerGroupSpecs.*.template.spec`];
}

/**
 * Custom resources from which an operator makes pods, by API group and resource: where the pod specs are, or
 * objects that name containers in the same way. `*` stands for every element of an array.
 */
const CUSTOM: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['apps.openshift.io/deploymentconfigs', TEMPLATE],
  ['argoproj.io/rollouts', TEMPLATE],
  ['argoproj.io/workflows', ARGO],
  ['argoproj.io/workflowtemplates', ARGO],
  ['argoproj.io/clusterworkflowtemplates', ARGO],
  ['argoproj.io/cronworkflows', ['spec.workflowSpec', 'spec.workflowSpec.templates.*']],
  ['tekton.dev/tasks', ['spec']],
  ['tekton.dev/clustertasks', ['spec']],
  ['tekton.dev/taskruns', ['spec.taskSpec', 'spec.podTemplate']],
  ['tekton.dev/pipelines', ['spec.tasks.*.taskSpec', 'spec.finally.*.taskSpec']],
  [
    'tekton.dev/pipelineruns',
    [
      'spec.pipelineSpec.tasks.*.taskSpec',
      'spec.pipelineSpec.finally.*.taskSpec',
      'spec.podTemplate',
      'spec.taskRunTemplate.podTemplate',
      'spec.taskRunSpecs.*.podTemplate',
      'spec.taskRunSpecs.*.taskPodTemplate',
    ],
  ],
  ['shipwright.io/buildstrategies', ['spec']],
  ['shipwright.io/clusterbuildstrategies', ['spec']],
  ['serving.knative.dev/services', TEMPLATE],
  ['serving.knative.dev/configurations', TEMPLATE],
  ['serving.knative.dev/revisions', ['spec']],
  ['batch.volcano.sh/jobs', ['spec.tasks.*.template.spec']],
  ['keda.sh/scaledjobs', ['spec.jobTargetRef.template.spec']],
  ['apps.kruise.io/clonesets', TEMPLATE],
  ['apps.kruise.io/daemonsets', TEMPLATE],
  ['apps.kruise.io/statefulsets', TEMPLATE],
  ['apps.kruise.io/broadcastjobs', TEMPLATE],
  ['apps.kruise.io/ephemeraljobs', ['spec.template']],
  ['apps.kruise.io/advancedcronjobs', ['spec.template.jobTemplate.spec.template.spec']],
  // Puts its containers into the pods of others.
  ['apps.kruise.io/sidecarsets', ['spec']],
  ['ray.io/rayclusters', rayCluster('spec')],
  ['ray.io/rayjobs', rayCluster('spec.rayClusterSpec')],
  ['ray.io/rayservices', rayCluster('spec.rayClusterConfig')],
  ['kubeflow.org/pytorchjobs', replicas('pytorchReplicaSpecs', 'Master', 'Worker')],
  [
    'kubeflow.org/tfjobs',
    replicas('tfReplicaSpecs', 'Chief', 'Master', 'PS', 'Worker', 'Evaluator'),
  ],
  ['kubeflow.org/mpijobs', replicas('mpiReplicaSpecs', 'Launcher', 'Worker')],
  ['kubeflow.org/notebooks', TEMPLATE],
  ['serving.kserve.io/inferenceservices', ['spec.predictor', 'spec.transformer', 'spec.explainer']],
  ['sparkoperator.k8s.io/sparkapplications', ['spec', 'spec.driver', 'spec.executor']],
  [
    'flink.apache.org/flinkdeployments',
    [
      'spec.podTemplate.spec',
      'spec.jobManager.podTemplate.spec',
      'spec.taskManager.podTemplate.spec',
    ],
  ],
  ['elasticsearch.k8s.elastic.co/elasticsearches', ['spec.nodeSets.*.podTemplate.spec']],
  ['beat.k8s.elastic.co/beats', ELASTIC_AGENT],
  ['agent.k8s.elastic.co/agents', ELASTIC_AGENT],
  ['opentelemetry.io/opentelemetrycollectors', ['spec']],
  ['actions.summerwind.dev/runnerdeployments', TEMPLATE],
  ['actions.github.com/autoscalingrunnersets', TEMPLATE],
  ['argoproj.io/eventsources', ['spec.template']],
  ['argoproj.io/sensors', ['spec.template']],
  ['kubevirt.io/virtualmachines', TEMPLATE],
  ['kubevirt.io/virtualmachineinstances', ['spec']],
  // Runs its containers as root on the nodes it chooses.
  ['upgrade.cattle.io/plans', ['spec']],
  ['jobset.x-k8s.io/jobsets', ['spec.replicatedJobs.*.template.spec.template.spec']],
  ['leaderworkerset.x-k8s.io/leaderworkersets', ['spec.leaderWorkerTemplate.workerTemplate.spec']],
  ['monitoring.coreos.com/prometheuses', ['spec']],
  ['monitoring.coreos.com/alertmanagers', ['spec']],
  ['monitoring.coreos.com/prometheusagents', ['spec']],
  ['monitoring.coreos.com/thanosrulers', ['spec']],
]);

/** The key of {@link CUSTOM} that a request is about. */
function customWorkload(event: AuditEvent, resource: string): string | undefined {
  const group = event.get(['objectRef', 'apiGroup']);
  const key = typeof group === 'string' ? `${group}/${resource}` : '';
  return CUSTOM.has(key) ? key : undefined;
}

/** The resource the request is about, when it is about the object itself. */
export function plainResource(event: AuditEvent): string | undefined {
  const resource = event.get(['objectRef', 'resource']);
  const subresource = event.get(['objectRef', 'subresource']) ?? '';
  return typeof resource === 'string' && subresource === '' ? resource : undefined;
}

/** The resource of a workload: something that has, or is, a pod spec. */
export function workloadKind(event: AuditEvent): string | undefined {
  const resource = plainResource(event);
  if (resource !== undefined) {
    const known = POD_SPEC_PATHS.has(resource) || customWorkload(event, resource) !== undefined;
    return known ? resource : undefined;
  }
  // Adding a debug container sends the whole pod to this subresource.
  const debug =
    event.get(['objectRef', 'resource']) === 'pods' &&
    event.get(['objectRef', 'subresource']) === 'ephemeralcontainers';
  return debug ? 'pods' : undefined;
}

/**
 * A part of the object as the request leaves it. A patch is only a difference, so that the response
 * is read where it was logged; else what the patch shows of the object.
 */
export function effectiveNode(event: AuditEvent, path: readonly string[]): EventNode | undefined {
  if (event.get(['verb']) === 'patch') {
    const answered = nodeAt(event, ['responseObject', ...path]);
    if (answered !== undefined && answered.kind !== 'null') return answered;
    const patch = nodeAt(event, ['requestObject']);
    if (patch?.kind === 'array') return descend(patchedObject(patch), ...path);
  }
  return nodeAt(event, ['requestObject', ...path]);
}

/** The pod specs of a workload of any kind; undefined when the event has none. */
export function podSpecs(event: AuditEvent): EventNode[] | undefined {
  const kind = workloadKind(event);
  if (kind === undefined) return undefined;
  const custom = customWorkload(event, kind);
  const specs =
    custom === undefined
      ? plainSpecs(event, kind)
      : CUSTOM.get(custom)!.flatMap((path) => specsAt(event, path));
  return specs.length === 0 ? undefined : specs;
}

function plainSpecs(event: AuditEvent, kind: string): EventNode[] {
  const path = POD_SPEC_PATHS.get(kind);
  const node = path === undefined ? undefined : effectiveNode(event, path);
  return node?.kind === 'object' ? [node] : [];
}

function specsAt(event: AuditEvent, path: string): EventNode[] {
  const [head = '', ...rest] = path.split('.*').map((part) => part.replace(/^\./, ''));
  const root = effectiveNode(event, head.split('.'));
  let nodes = root === undefined ? [] : [root];
  for (const part of rest) {
    const elements = nodes.flatMap((node) => node.elements());
    nodes =
      part === '' ? elements : elements.flatMap((node) => descend(node, ...part.split('.')) ?? []);
  }
  return nodes.filter((node) => node.kind === 'object');
}
