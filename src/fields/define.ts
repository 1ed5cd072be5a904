import type { AuditEvent } from '../events/event.ts';
import { cutAtNul } from '../util/text.ts';
import type { BoundField, FieldArgument, FieldDefinition } from './field.ts';
import { listValue } from './traverse.ts';

/** An optional `[i]`. */
const INDEX: FieldArgument = { kind: 'index', required: false };
/** A required `[key]`. */
export const KEY: FieldArgument = { kind: 'key', required: true };

/** A required `[10.0.0.0/8]`. */
const NETWORK: FieldArgument = { kind: 'network', required: true };

/** Hints for an engine: which part of the event a value depends on. */
type Basis = Pick<BoundField, 'reads' | 'evidence'>;

/** A string field that is the text at a path. */
export function textField(
  name: string,
  path: readonly string[],
  description: string,
): FieldDefinition {
  const bound: BoundField = {
    path,
    read: (event) => event.text(path),
  };
  return { name, type: 'string', list: false, description, bind: () => bound };
}

/** A string field that a function reads; the text is cut at a NUL. */
export function scalarField(
  name: string,
  description: string,
  read: (event: AuditEvent) => string | undefined,
  basis?: Basis,
): FieldDefinition {
  const bound = { ...scalarBound(read), ...basis };
  return { name, type: 'string', list: false, description, bind: () => bound };
}

/**
 * A string field with a required key.
 *
 * @param textsOf texts one of which the value that is read holds wherever the field with this key has a value
 */
export function keyedField(
  name: string,
  description: string,
  read: (event: AuditEvent, key: string) => string | undefined,
  basis?: Basis,
  textsOf?: (key: string) => readonly string[] | undefined,
): FieldDefinition {
  return {
    name,
    type: 'string',
    list: false,
    argument: KEY,
    description,
    bind: (argument = '') => ({
      ...scalarBound((event) => read(event, argument)),
      ...basis,
      texts: textsOf?.(argument),
    }),
  };
}

/** A string field with a required network, which is worked out once, before events come. */
export function networkField(
  name: string,
  description: string,
  prepare: (network: string) => (event: AuditEvent) => string | undefined,
  basis?: Basis,
): FieldDefinition {
  return {
    name,
    type: 'string',
    list: false,
    argument: NETWORK,
    description,
    bind: (argument = '') => ({ ...scalarBound(prepare(argument)), ...basis }),
  };
}

/** A list of strings; an empty list is missing, elements are cut at a NUL. */
export function listField(
  name: string,
  description: string,
  read: (event: AuditEvent) => readonly string[] | undefined,
  basis?: Basis,
): FieldDefinition {
  const bound = { ...listBound(read), ...basis };
  return { name, type: 'string', list: true, description, bind: () => bound };
}

/** A list of strings with an optional index. */
export function indexedField(
  name: string,
  description: string,
  read: (event: AuditEvent, index: number | undefined) => readonly string[] | undefined,
  basis?: Basis,
): FieldDefinition {
  return {
    name,
    type: 'string',
    list: true,
    argument: INDEX,
    description,
    bind: (argument) => {
      // An index beyond 2^53 loses digits here, but no list is that long.
      const index = argument === undefined ? undefined : Number(argument);
      return { ...listBound((event) => read(event, index)), ...basis };
    },
  };
}

function scalarBound(read: (event: AuditEvent) => string | undefined): BoundField {
  return {
    read: (event) => {
      const text = read(event);
      return text === undefined ? undefined : cutAtNul(text);
    },
  };
}

function listBound(read: (event: AuditEvent) => readonly string[] | undefined): BoundField {
  return {
    read: (event) => listValue(read(event)),
  };
}
