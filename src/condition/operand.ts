import type { AuditEvent } from '../events/event.ts';
import type {
  BoundField,
  FieldDefinition,
  FieldSettings,
  FieldType,
  FieldValue,
} from '../fields/field.ts';
import type { FieldNode, OperandNode, TextNode } from './ast.ts';
import { ConditionError } from './condition-error.ts';
import { fieldHint } from './parse/field-hint.ts';
import { fieldKey, printOperand } from './print.ts';
import type { CompiledRegex } from './match/regex.ts';
import { bindTransformer } from './match/transformers.ts';

/** Codes of warnings about a condition or output; LINT_ codes are k8s-audit's own. */
export type ConditionWarning =
  | 'LOAD_UNSAFE_NA_CHECK'
  | 'LOAD_COMPILE_CONDITION'
  | 'LINT_FALCO_REFUSES';

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
  /** The operand's text: equal keys read equal values. */
  readonly key: string;
  /** Set when the operand is a plain field. */
  readonly field?: FieldUse;
  /** All fields the operand reads. */
  readonly uses: readonly FieldUse[];
  read(event: AuditEvent): FieldValue;
}

/** @throws ConditionError for an unknown field, a wrong argument or a wrong transformer call */
export function bindOperand(node: OperandNode | TextNode, resolver: FieldResolver): Value {
  switch (node.kind) {
    case 'text': {
      const text = node.value;
      return { type: 'string', list: false, key: JSON.stringify(text), uses: [], read: () => text };
    }
    case 'field':
      return bindField(node, resolver);
    case 'transformer':
      return bindTransformer(node, resolver, bindOperand);
  }
}

function bindField(node: FieldNode, resolver: FieldResolver): Value {
  const { name, argument, span } = node;
  const definition = resolver.find(name);
  if (definition === undefined) {
    const hint = fieldHint(name, [...resolver.names()]);
    const message = `filter_check called with nonexistent field ${name}`;
    throw new ConditionError(message, span.start, hint, true);
  }
  const problem = resolver.checkArgument(definition, argument);
  if (problem !== undefined) throw new ConditionError(problem, span.start);
  if (refusedArgument(argument)) {
    const message = `Falco refuses a blank or ']' in a field argument: ${printOperand(node)}`;
    resolver.warn('LINT_FALCO_REFUSES', message, span.start);
  }
  const bound = definition.bind(argument, resolver.settings);
  const use: FieldUse = { name, argument, key: fieldKey(name, argument), definition, bound };
  return {
    type: definition.type,
    list: definition.list,
    key: use.key,
    field: use,
    uses: [use],
    read: (event) => bound.read(event),
  };
}

/** Falco cuts an argument at a blank and at `]`, even in quotes (D13). */
export function refusedArgument(argument: string | undefined): boolean {
  return argument !== undefined && /[ \]]/.test(argument);
}

/** A type as Falco's messages name it. */
export function typeName(value: { type: FieldType; list: boolean }): string {
  const names = {
    string: 'CHARBUF',
    uint64: 'UINT64',
    abstime: 'ABSTIME',
    reltime: 'RELTIME',
    bool: 'BOOL',
  } as const;
  return value.list ? `${names[value.type]} (list)` : names[value.type];
}
