// Room fields: every field that a condition may name, and how its value is read from an event.
// Door: catalog.ts lists and finds fields; field.ts says what a field is.
// Neighbours: uses events; condition knows the types only, rules/resolver.ts brings both together.
// Inside: one file a topic, one row a field; define.ts makes rows from paths, traverse.ts follows paths.
// To add one: a kx.* row (ka.*, json.* and evt.* are Falco's and closed), and a case in test/fields.

import { EVT_FIELDS } from './evt.ts';
import type { FieldClass, FieldDefinition } from './field.ts';
import { JSON_FIELDS } from './json-fields.ts';
import { CONTAINER_FIELDS } from './ka-containers.ts';
import { POD_FIELDS } from './ka-pod.ts';
import { RBAC_FIELDS } from './ka-rbac.ts';
import { SCALAR_FIELDS } from './ka-scalars.ts';
import { KX_FIELDS } from './kx.ts';

/** All fields, in the order of listings. Docs, help and completion are made from this table. */
export const FIELD_CLASSES: readonly FieldClass[] = [
  {
    name: 'evt',
    description: 'Fields that every event has.',
    fields: EVT_FIELDS,
  },
  {
    name: 'ka',
    description: "Kubernetes audit events (Falco's plugin k8saudit).",
    fields: [...SCALAR_FIELDS, ...RBAC_FIELDS, ...POD_FIELDS, ...CONTAINER_FIELDS],
  },
  {
    name: 'json',
    description: "Any value of the event, by JSON pointer (Falco's plugin json).",
    fields: JSON_FIELDS,
  },
  {
    name: 'kx',
    description: 'Fields k8s-audit adds; Falco does not have them.',
    fields: KX_FIELDS,
  },
];

const BY_NAME: ReadonlyMap<string, FieldDefinition> = new Map(
  FIELD_CLASSES.flatMap((group) => group.fields.map((field) => [field.name, field] as const)),
);

/** The field of exactly this name, without brackets. */
export function findField(name: string): FieldDefinition | undefined {
  return BY_NAME.get(name);
}

/** All field names, in the order of the catalogue. */
export function fieldNames(): string[] {
  return [...BY_NAME.keys()];
}
