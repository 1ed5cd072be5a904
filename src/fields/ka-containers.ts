import type { AuditEvent, EventNode } from '../events/event.ts';
import { indexedField } from './define.ts';
import type { Evidence, FieldDefinition } from './field.ts';
import { allOrNothing, collect, descend, nodeAt, skipAbsent, withDefault } from './traverse.ts';

/**
 * The repository of an image reference: without digest and tag, a registry's port kept.
 * `localhost:5000/a:1` gives `localhost:5000/a`.
 */
export function imageRepository(image: string): string {
  const digest = image.indexOf('@');
  const name = digest === -1 ? image : image.slice(0, digest);
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
  return tag === -1 ? name : name.slice(0, tag);
}

type Texts = readonly string[] | undefined;

/** Reads one list of containers of the pod in the request body. */
type Reader = (event: AuditEvent, list: string, index: number | undefined) => Texts;

const SPEC = ['requestObject', 'spec'] as const;

function containerValues(
  event: AuditEvent,
  list: string,
  keys: readonly string[],
  index: number | undefined,
): (EventNode | undefined)[] | undefined {
  return collect(event, [...SPEC, list], keys, index);
}

/** Missing as soon as one container lacks the value. */
function strict(...keys: readonly string[]): Reader {
  return (event, list, index) => {
    const found = containerValues(event, list, keys, index);
    return found === undefined ? undefined : allOrNothing(found);
  };
}

/** Containers without the value are left out. */
function skipping(...keys: readonly string[]): Reader {
  return (event, list, index) => {
    const found = containerValues(event, list, keys, index);
    return found === undefined ? undefined : skipAbsent(found);
  };
}

const readImages = strict('image');

function readRepositories(event: AuditEvent, list: string, index: number | undefined): Texts {
  return readImages(event, list, index)?.map(imageRepository);
}

/** Each container's array of strings joined by blanks (readContainerCommands, readContainerArgs). */
function joined(key: string): Reader {
  return (event, list, index) => {
    const lines: string[] = [];
    for (const node of containerValues(event, list, [key], index) ?? []) {
      if (node === undefined) continue;
      const words = node.value;
      if (!Array.isArray(words)) return undefined;
      if (!words.every((word) => typeof word === 'string')) return undefined;
      lines.push(words.join(' '));
    }
    return lines;
  };
}

/** The elements of arrays, flattened; a value that is no array counts as one element. */
export function capabilityTexts(nodes: readonly (EventNode | undefined)[]): string[] {
  const texts: string[] = [];
  for (const node of nodes) {
    if (node === undefined) continue;
    const parts = node.kind === 'array' ? node.elements() : [node];
    for (const part of parts) texts.push(part.text());
  }
  return texts;
}

function readCapabilities(event: AuditEvent, list: string, index: number | undefined): Texts {
  const keys = ['securityContext', 'capabilities', 'add'];
  const found = containerValues(event, list, keys, index);
  return found === undefined ? undefined : capabilityTexts(found);
}

/** The user or group ID that the kubelet starts the container with: its own, else the pod's, else 0. */
function effective(key: string): Reader {
  return (event, list, index) => {
    const containers = nodeAt(event, [...SPEC, list]);
    if (containers?.kind !== 'array') return undefined;
    const all = containers.elements();
    const chosen = index === undefined ? all : all.slice(index, index + 1);
    const pod = notNull(nodeAt(event, [...SPEC, 'securityContext', key]));
    return withDefault(
      chosen.map((container) => notNull(descend(container, 'securityContext', key))),
      pod === undefined ? '0' : pod.text(),
    );
  };
}

function notNull(node: EventNode | undefined): EventNode | undefined {
  return node?.kind === 'null' ? undefined : node;
}

/** Host ports, else container ports (readContainerHostPorts); the index selects the container. */
function readHostPorts(event: AuditEvent, list: string, index: number | undefined): Texts {
  const texts: string[] = [];
  for (const ports of containerValues(event, list, ['ports'], index) ?? []) {
    if (ports === undefined) continue;
    if (ports.kind !== 'array') return undefined;
    for (const port of ports.elements()) {
      const number = port.member('hostPort') ?? port.member('containerPort');
      if (number !== undefined) texts.push(number.text());
    }
  }
  return texts;
}

interface ContainerField {
  readonly suffix: string;
  readonly read: Reader;
  /** Completes "… of the pod's containers". */
  readonly what: string;
  readonly note?: string;
  /** Keys without which the value is missing. */
  readonly keys?: readonly string[];
  /** `value` unless told. */
  readonly spelled?: Evidence['spelled'];
}

const ALL_OR_NOTHING = 'missing when one of them has none';

const FIELDS: readonly ContainerField[] = [
  { suffix: 'name', read: strict('name'), what: 'Names', note: ALL_OR_NOTHING, keys: ['name'] },
  { suffix: 'image', read: readImages, what: 'Images', note: ALL_OR_NOTHING, keys: ['image'] },
  {
    suffix: 'image.repository',
    read: readRepositories,
    what: 'Images, without tag and digest,',
    note: ALL_OR_NOTHING,
    keys: ['image'],
    spelled: 'inside',
  },
  {
    suffix: 'command',
    read: joined('command'),
    what: 'Commands, each joined by blanks,',
    keys: ['command'],
    spelled: 'inside',
  },
  {
    suffix: 'args',
    read: joined('args'),
    what: 'Arguments, joined by blanks,',
    keys: ['args'],
    spelled: 'inside',
  },
  {
    suffix: 'privileged',
    read: skipping('securityContext', 'privileged'),
    what: 'privileged flags',
    keys: ['privileged'],
  },
  {
    suffix: 'allow_privilege_escalation',
    read: skipping('securityContext', 'allowPrivilegeEscalation'),
    what: 'allowPrivilegeEscalation flags',
    keys: ['allowPrivilegeEscalation'],
  },
  {
    suffix: 'read_only_fs',
    read: skipping('securityContext', 'readOnlyRootFilesystem'),
    what: 'readOnlyRootFilesystem flags',
    keys: ['readOnlyRootFilesystem'],
  },
  {
    suffix: 'run_as_user',
    read: skipping('securityContext', 'runAsUser'),
    what: 'User IDs in the security contexts',
    keys: ['runAsUser'],
  },
  {
    suffix: 'run_as_group',
    read: skipping('securityContext', 'runAsGroup'),
    what: 'Group IDs in the security contexts',
    keys: ['runAsGroup'],
  },
  {
    suffix: 'eff_run_as_user',
    read: effective('runAsUser'),
    what: 'User IDs in effect',
    note: "the container's own, else the pod's, else 0",
  },
  {
    suffix: 'eff_run_as_group',
    read: effective('runAsGroup'),
    what: 'Group IDs in effect',
    note: "the container's own, else the pod's, else 0",
  },
  {
    suffix: 'proc_mount',
    read: skipping('securityContext', 'procMount'),
    what: 'procMount types',
    keys: ['procMount'],
  },
  {
    suffix: 'add_capabilities',
    read: readCapabilities,
    what: 'Added capabilities',
    note: 'one element per capability',
    keys: ['add'],
    spelled: 'inside',
  },
  {
    suffix: 'host_port',
    read: readHostPorts,
    what: 'Host ports',
    note: 'the container port where no host port is set',
    keys: ['hostPort', 'containerPort'],
  },
];

const LISTS: readonly { readonly name: string; readonly label: string }[] = [
  { name: 'containers', label: 'containers' },
  { name: 'initContainers', label: 'init containers' },
  { name: 'ephemeralContainers', label: 'ephemeral containers' },
];

function define(list: { name: string; label: string }, field: ContainerField): FieldDefinition {
  const { suffix, what, keys, spelled = 'value' } = field;
  const note = field.note === undefined ? '' : `: ${field.note}`;
  return indexedField(
    `ka.req.pod.${list.name}.${suffix}`,
    `${what} of the ${list.label} of the pod in the request body${note}. ` +
      'The index selects one container.',
    (event, index) => field.read(event, list.name, index),
    keys && { evidence: { body: 'requestObject', keys, spelled } },
  );
}

/** `ka.req.pod.{containers,initContainers,ephemeralContainers}.*`. */
export const CONTAINER_FIELDS: readonly FieldDefinition[] = LISTS.flatMap((list) =>
  FIELDS.filter(
    // Ephemeral containers have no ports, so Falco has no such field.
    (field) => !(list.name === 'ephemeralContainers' && field.suffix === 'host_port'),
  ).map((field) => define(list, field)),
);
