import type { AuditEvent, EventNode } from '../events/event.ts';
import { listField, scalarField } from './define.ts';
import type { Evidence, FieldDefinition } from './field.ts';
import { imageRepository } from './ka-containers.ts';
import { capabilityTexts } from './ka-containers.ts';
import { podSpecs } from './kx-workload.ts';
import { descend } from './traverse.ts';

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;
/** What custom resources call containers besides: steps of Tekton and Shipwright, container and script of Argo, others of plans. */
const CUSTOM_LISTS = ['sidecars', 'steps', 'buildSteps'] as const;
const CUSTOM_CONTAINERS = ['container', 'script', 'prepare', 'upgrade'] as const;

/** All containers of a pod spec, of every sort. */
function containersOf(spec: EventNode): EventNode[] {
  const lists = [...CONTAINER_LISTS, ...CUSTOM_LISTS].flatMap((key) => elementsAt(spec, key));
  return [...lists, ...CUSTOM_CONTAINERS.flatMap((key) => descend(spec, key) ?? [])];
}

function elementsAt(node: EventNode, ...keys: readonly string[]): readonly EventNode[] {
  return descend(node, ...keys)?.elements() ?? [];
}

/** The text under some keys; null counts as not set. */
function textAt(node: EventNode, ...keys: readonly string[]): string | undefined {
  const found = descend(node, ...keys);
  return found?.kind === 'null' ? undefined : found?.text();
}

function textsAt(nodes: readonly EventNode[], ...keys: readonly string[]): string[] {
  return nodes.map((node) => textAt(node, ...keys)).filter((text) => text !== undefined);
}

function images(spec: EventNode): string[] {
  return textsAt(containersOf(spec), 'image');
}

function capabilities(spec: EventNode): string[] {
  const keys = ['securityContext', 'capabilities', 'add'];
  const added = containersOf(spec).map((container) => descend(container, ...keys));
  const texts = capabilityTexts(added.filter((node) => node !== undefined && node.kind !== 'null'));
  // Runtimes take both spellings, in any case.
  return texts.map((text) => text.toUpperCase().replace(/^CAP_/, ''));
}

function hostPaths(spec: EventNode): string[] {
  const volumes = elementsAt(spec, 'volumes');
  const paths = [...textsAt(volumes, 'hostPath', 'path'), ...textsAt(volumes, 'hostDisk', 'path')];
  return paths.filter((path) => path !== '').map(normalisePath);
}

/** A path without `.`, `..`, doubled and trailing slashes; `..` at the root is dropped. */
export function normalisePath(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push(part);
  }
  const joined = kept.join('/');
  if (absolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

function users(spec: EventNode): string[] {
  return textsAt([spec, ...containersOf(spec)], 'securityContext', 'runAsUser');
}

function hostPorts(spec: EventNode): string[] {
  const ports = containersOf(spec).flatMap((container) => elementsAt(container, 'ports'));
  // The API leaves out a port of 0: it means none.
  return textsAt(ports, 'hostPort').filter((port) => port !== '0');
}

/** Where a container names commands besides its own. */
const HOOKS = [
  ['lifecycle', 'postStart', 'exec', 'command'],
  ['lifecycle', 'preStop', 'exec', 'command'],
  ['startupProbe', 'exec', 'command'],
  ['livenessProbe', 'exec', 'command'],
  ['readinessProbe', 'exec', 'command'],
] as const;

function commandLines(spec: EventNode): string[] {
  const lines: string[] = [];
  for (const container of containersOf(spec)) {
    const own = [...elementsAt(container, 'command'), ...elementsAt(container, 'args')];
    for (const words of [own, ...HOOKS.map((keys) => elementsAt(container, ...keys))]) {
      if (words.length > 0) lines.push(words.map((word) => word.text()).join(' '));
    }
    const script = textAt(container, 'script') ?? textAt(container, 'source');
    if (script !== undefined) lines.push(script);
  }
  return lines;
}

function hostProcess(spec: EventNode): string[] {
  return textsAt([spec, ...containersOf(spec)], 'securityContext', 'windowsOptions', 'hostProcess');
}

const SCOPE =
  'Read from pods, from the templates of deployments, daemonsets, statefulsets, replicasets, ' +
  'replicationcontrollers, jobs and cronjobs, from podtemplates, and from custom resources that hold pod ' +
  'specs (DeploymentConfig, Argo, Tekton, Knative, Volcano, KEDA, OpenKruise, Ray, Kubeflow, Elastic, KubeVirt ' +
  'and others).';

function list(
  suffix: string,
  description: string,
  needs: Needs,
  read: (spec: EventNode) => string[],
): FieldDefinition {
  const ofEvent = (event: AuditEvent): string[] | undefined => podSpecs(event)?.flatMap(read);
  return listField(`kx.podspec.${suffix}`, `${description} ${SCOPE}`, ofEvent, basis(needs));
}

function scalar(
  suffix: string,
  description: string,
  needs: Needs,
  read: (spec: EventNode) => string | undefined,
): FieldDefinition {
  const ofEvent = (event: AuditEvent): string | undefined =>
    podSpecs(event)
      ?.map(read)
      .find((text) => text !== undefined);
  return scalarField(`kx.podspec.${suffix}`, `${description} ${SCOPE}`, ofEvent, basis(needs));
}

/** Keys of which a pod spec must have at least one, and the paths of the field's texts. */
type Needs = Omit<Evidence, 'body'>;

function basis(needs: Needs): { evidence: Evidence } {
  return { evidence: { body: 'effective', ...needs } };
}

/** `kx.podspec.*`: the pod spec of any workload, containers of every sort taken together. */
export const PODSPEC_FIELDS: readonly FieldDefinition[] = [
  list(
    'images',
    'Images of all containers, init and ephemeral ones included.',
    { keys: ['image'], spelled: 'value' },
    images,
  ),
  list(
    'images.repository',
    'Images of all containers, without tag and digest.',
    { keys: ['image'], spelled: 'inside' },
    (spec) => images(spec).map(imageRepository),
  ),
  list(
    'privileged',
    'privileged flags of the containers that set it.',
    { keys: ['privileged'], spelled: 'value' },
    (spec) => textsAt(containersOf(spec), 'securityContext', 'privileged'),
  ),
  list(
    'capabilities',
    'Capabilities that containers add, one element each, in capitals and without CAP_.',
    { keys: ['add'] },
    capabilities,
  ),
  scalar(
    'host_network',
    "Whether the pod uses the host's network; missing when not set.",
    { keys: ['hostNetwork'], spelled: 'value' },
    (spec) => textAt(spec, 'hostNetwork'),
  ),
  scalar(
    'host_pid',
    "Whether the pod shares the host's process IDs; missing when not set.",
    { keys: ['hostPID'], spelled: 'value' },
    (spec) => textAt(spec, 'hostPID'),
  ),
  scalar(
    'host_ipc',
    "Whether the pod shares the host's IPC namespace; missing when not set.",
    { keys: ['hostIPC'], spelled: 'value' },
    (spec) => textAt(spec, 'hostIPC'),
  ),
  list(
    'host_process',
    'hostProcess flags (Windows) of the pod and its containers: true is a process of the node itself.',
    { keys: ['hostProcess'], spelled: 'value' },
    hostProcess,
  ),
  list(
    'hostpaths',
    'Paths of hostPath volumes (hostDisk for KubeVirt), without doubled or trailing slashes, `.` and `..`.',
    { keys: ['hostPath', 'hostDisk'] },
    hostPaths,
  ),
  list(
    'run_as_user',
    'User IDs that the pod or a container sets.',
    { keys: ['runAsUser'], spelled: 'value' },
    users,
  ),
  list(
    'host_ports',
    'Ports of the host that containers bind.',
    { keys: ['hostPort'], spelled: 'value' },
    hostPorts,
  ),
  scalar(
    'service_account',
    'Service account of the pod.',
    { keys: ['serviceAccountName', 'serviceAccount'], spelled: 'value' },
    (spec) => textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount'),
  ),
  list(
    'commands',
    'Command and arguments of each container, joined by blanks, then those of its lifecycle hooks and probes, and ' +
      'scripts of custom resources.',
    { keys: ['command', 'args', 'script', 'source'], spelled: 'inside' },
    commandLines,
  ),
];
