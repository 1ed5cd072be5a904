import type { AuditEvent } from '../events/event.ts';
import { isObject } from '../json/value.ts';
import { indexedField, keyedField, listField, scalarField, textField } from './define.ts';
import type { FieldDefinition } from './field.ts';
import { imageRepository } from './ka-containers.ts';
import { arrayTexts } from './ka-scalars.ts';
import { collect, SELF, skipAbsent } from './traverse.ts';

const SPEC = ['requestObject', 'spec'] as const;
const CONTAINERS = [...SPEC, 'containers'] as const;
const VOLUMES = [...SPEC, 'volumes'] as const;

function firstImage(event: AuditEvent): string | undefined {
  return collect(event, CONTAINERS, ['image'], 0)?.[0]?.text();
}

function firstRepository(event: AuditEvent): string | undefined {
  const image = firstImage(event);
  return image === undefined ? undefined : imageRepository(image);
}

function anyPrivileged(event: AuditEvent): string | undefined {
  const flags = collect(event, CONTAINERS, ['securityContext', 'privileged'], undefined);
  return flags === undefined ? undefined : String(flags.some((flag) => flag?.value === true));
}

function volumeTexts(event: AuditEvent, keys: readonly string[], index: number | undefined) {
  const found = collect(event, VOLUMES, keys, index);
  return found === undefined ? undefined : skipAbsent(found);
}

function hasHostPath(event: AuditEvent, wanted: string): string | undefined {
  // Falco's plugin crashes on the empty key.
  if (wanted === '') return undefined;
  const paths = volumeTexts(event, ['hostPath', 'path'], undefined);
  if (paths === undefined) return undefined;
  const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : undefined;
  const hit = paths.some(
    (path) => path === wanted || (prefix !== undefined && path.startsWith(prefix)),
  );
  return String(hit);
}

function volumeTypes(event: AuditEvent, index: number | undefined): string[] | undefined {
  const volumes = collect(event, VOLUMES, [SELF], index);
  if (volumes === undefined) return undefined;
  const types: string[] = [];
  for (const volume of volumes) {
    if (!isObject(volume?.value)) continue;
    for (const key of Object.keys(volume.value)) if (key !== 'name') types.push(key);
  }
  return types;
}

/** `ka.req.pod.*` about the pod itself and its volumes, and the older `ka.req.container.*`. */
export const POD_FIELDS: readonly FieldDefinition[] = [
  textField(
    'ka.req.pod.host_ipc',
    [...SPEC, 'hostIPC'],
    "Whether the pod in the request body shares the host's IPC namespace; missing when not set.",
  ),
  textField(
    'ka.req.pod.host_network',
    [...SPEC, 'hostNetwork'],
    "Whether the pod in the request body uses the host's network; missing when not set.",
  ),
  textField(
    'ka.req.pod.host_pid',
    [...SPEC, 'hostPID'],
    "Whether the pod in the request body shares the host's process IDs; missing when not set.",
  ),
  textField(
    'ka.req.pod.run_as_user',
    [...SPEC, 'securityContext', 'runAsUser'],
    "User ID in the pod's security context.",
  ),
  textField(
    'ka.req.pod.run_as_group',
    [...SPEC, 'securityContext', 'runAsGroup'],
    "Group ID in the pod's security context.",
  ),
  textField(
    'ka.req.pod.fs_group',
    [...SPEC, 'securityContext', 'fsGroup'],
    "ID of the group that owns the pod's volumes (fsGroup).",
  ),
  listField(
    'ka.req.pod.supplemental_groups',
    "Further group IDs in the pod's security context.",
    (event) => arrayTexts(event, [...SPEC, 'securityContext', 'supplementalGroups']),
  ),
  indexedField(
    'ka.req.pod.volumes.hostpath',
    "Paths of the pod's hostPath volumes; the index selects one volume.",
    (event, index) => volumeTexts(event, ['hostPath', 'path'], index),
    { evidence: { body: 'requestObject', keys: ['hostPath'], spelled: 'inside' } },
  ),
  indexedField(
    'ka.req.pod.volumes.flexvolume_driver',
    "Drivers of the pod's flexVolume volumes; the index selects one volume.",
    (event, index) => volumeTexts(event, ['flexVolume', 'driver'], index),
    { evidence: { body: 'requestObject', keys: ['flexVolume'], spelled: 'inside' } },
  ),
  indexedField(
    'ka.req.pod.volumes.volume_type',
    "Types of the pod's volumes, such as hostPath or secret; the index selects one volume.",
    volumeTypes,
  ),
  keyedField(
    'ka.req.volume.hostpath',
    'true when a volume of the pod has the given host path, or one that starts with it when the ' +
      'key ends in *; else false. Missing when the pod has no volumes.',
    hasHostPath,
  ),
  scalarField(
    'ka.req.container.image',
    "Image of the pod's first container; ka.req.pod.containers.image has all of them.",
    firstImage,
  ),
  scalarField(
    'ka.req.container.image.repository',
    "Image of the pod's first container without tag and digest.",
    firstRepository,
  ),
  textField(
    'ka.req.container.host_network',
    [...SPEC, 'hostNetwork'],
    'The same as ka.req.pod.host_network.',
  ),
  scalarField(
    'ka.req.container.privileged',
    'true when any of the containers is privileged, else false; missing without containers.',
    anyPrivileged,
  ),
];
