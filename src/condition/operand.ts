import type { AuditEvent } from '../events/event.ts';
import type {
  BoundField,
  FieldDefinition,
  FieldSettings,
  FieldType,
  FieldValue,
} from '../fields/field.ts';

/** Codes of warnings about a condition or output; LINT_ codes are k8s-audit's own. */
export type ConditionWarning =
  | 'LOAD_UNSAFE_NA_CHECK'
  | 'LOAD_COMPILE_CONDITION'
  | 'LINT_FALCO_REFUSES';

/** A compiled `regex` value. */
export interface CompiledRegex {
  /** True when the whole text matches; takes time linear in the text. */
  matches(text: string): boolean;
  /** Falco's error, for a pattern that only full RE2 syntax accepts (D16). */
  readonly refusedByFalco: string | undefined;
}

/** The fields that conditions may use, and what their compilation needs besides. */
export interface FieldResolver {
  find(name: string): FieldDefinition | undefined;
  names(): Iterable<string>;
  /** Falco's message when a field does not take this argument; undefined when it does. */
  checkArgument(field: FieldDefinition, argument: string | undefined): string | undefined;
  readonly settings: FieldSettings;
  compileRegex(pattern: string): CompiledRegex;
  warn(code: ConditionWarning, message: string, position: number): void;
}

/** A field and its argument as a condition or output uses it. */
export interface FieldUse {
  readonly name: string;
  readonly argument: string | undefined;
  /** The field as `output_fields` names it. */
  readonly key: string;
  readonly definition: FieldDefinition;
  readonly bound: BoundField;
}

/** An operand ready to be read from events. */
export interface Value {
  readonly type: FieldType;
  readonly list: boolean;
  /** Values of the list are compared one by one; the operator holds when it holds for one. */
  readonly each?: boolean | undefined;
  /** The operand's text: equal keys read equal values. */
  readonly key: string;
  /** Set when the operand is a plain field. */
  readonly field?: FieldUse;
  /** All fields the operand reads. */
  readonly uses: readonly FieldUse[];
  read(event: AuditEvent): FieldValue;
}

/** A type as Falco's messages name it. */
export function typeName(value: { type: FieldType; list: boolean }): string {
  const names = {
    string: 'CHARBUF',
    uint64: 'UINT64',
    abstime: 'ABSTIME',
    reltime: 'RELTIME',
    bool: 'BOOL',
    ipnet: 'IPNET',
  } as const;
  return value.list ? `${names[value.type]} (list)` : names[value.type];
}
