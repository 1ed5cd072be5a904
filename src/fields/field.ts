import type { AuditEvent } from '../events/event.ts';

/** Falco's value types that occur for source k8s_audit. */
export type FieldType = 'string' | 'uint64' | 'abstime' | 'reltime' | 'bool';

/** One extracted value; undefined means the field is missing. Lists are never empty. */
export type FieldValue = string | readonly string[] | bigint | boolean | undefined;

/** What a field takes in brackets: a free key, a decimal index, or nothing. */
export interface FieldArgument {
  readonly kind: 'key' | 'index';
  readonly required: boolean;
}

/** Settings of a run that some fields depend on. */
export interface FieldSettings {
  /** IANA name of the zone for `evt.time` and the text prefix; `UTC` by default. */
  readonly timezone: string;
  /** Value of `evt.hostname`. */
  readonly hostname: string;
}

/** A field with its argument bound: reads one event. Never throws. */
export interface BoundField {
  /** The value that conditions compare and output templates print. */
  read(event: AuditEvent): FieldValue;
  /** The value in `output_fields`, where that differs from {@link read}. */
  json?(event: AuditEvent): FieldValue;
  /** The text in an output template, where that differs from the value. */
  print?(value: bigint): string;
  /**
   * Set when the value is exactly `event.text(path)`. The path lets an engine decide on a part of
   * the event without parsing the rest.
   */
  readonly path?: readonly string[];
  /** True when the value exists only on events that have an `auditID` (every `ka.*` field). */
  readonly needsAuditId?: boolean;
}

/** One row of the field catalogue. */
export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly list: boolean;
  readonly argument?: FieldArgument;
  /** One sentence for listings and docs. */
  readonly description: string;
  bind(argument: string | undefined, settings: FieldSettings): BoundField;
}

/** A group of fields, listed together (Falco's field class). */
export interface FieldClass {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly FieldDefinition[];
}
