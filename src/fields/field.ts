import type { AuditEvent } from '../events/event.ts';
import type { IpRanges } from '../util/ip-ranges.ts';

/** Falco's value types that occur for source k8s_audit. */
export type FieldType = 'string' | 'uint64' | 'abstime' | 'reltime' | 'bool' | 'ipnet';

/** One extracted value; undefined means the field is missing. Lists are never empty. */
export type FieldValue = string | readonly string[] | bigint | boolean | undefined;

/** The argument that a field takes in brackets: any key, a decimal index, a network, or none. */
export interface FieldArgument {
  readonly kind: 'key' | 'index' | 'network';
  readonly required: boolean;
}

/** Settings of a run that some fields depend on. */
export interface FieldSettings {
  /** IANA name of the zone for `evt.time` and the text prefix; `UTC` by default. */
  readonly timezone: string;
  /** Value of `evt.hostname`. */
  readonly hostname: string;
  /** Lists of addresses that `kx.source_ip.list` names; none by default. */
  readonly ipLists?: readonly IpList[] | undefined;
}

/** A list of addresses. */
export interface IpList {
  readonly name: string;
  readonly ranges: IpRanges;
}

/**
 * Conditions on the JSON of an event's bodies that hold whenever a field has a value. Where the bytes do not
 * meet them, an engine knows without parsing that the value is missing, or not one that a rule asks for.
 */
export interface Evidence {
  /** `effective`: the request's body, and for a patch the response's too. */
  readonly body: 'requestObject' | 'responseObject' | 'effective';
  /** At least one of these keys is somewhere in the body. */
  readonly keys: readonly string[];
  /**
   * How the body spells the texts of the field: each is the whole `value` of one of the keys, or stands
   * `inside` the body as part of a value or as several joined by blanks. Undefined when the body may spell them
   * in another way.
   */
  readonly spelled?: 'value' | 'inside' | undefined;
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
  /** The part of the event that alone decides the value, where that is not its text. */
  readonly reads?: readonly string[] | undefined;
  /** The value that is read holds one of these texts wherever the field has a value; undefined: not known. */
  readonly texts?: readonly string[] | undefined;
  /** True when the value is the same on every event of a run. */
  readonly isFixed?: boolean | undefined;
  /** Not needed where there is a {@link path}. */
  readonly evidence?: Evidence | undefined;
}

/** One row of the field catalogue. */
export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly list: boolean;
  /**
   * A list whose values are compared one by one: an operator holds when it holds for one of them, and `<` compares
   * numbers. Falco has no such fields.
   */
  readonly each?: boolean;
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
