import type { EventOrigin, KeptEvent } from '../events/event.ts';
import type { FieldSettings, FieldValue } from '../fields/field.ts';
import type { Severity } from '../policies/severity.ts';
import type { Priority } from '../rules/priority.ts';
import type { LinkFacts } from './facts/link-facts.ts';

/** A value in `output_fields`: text, list, number (nanoseconds exceed 2^53, so bigint), bool, or null when missing. */
export type OutputValue = string | readonly string[] | bigint | boolean | null;

/** One rule that fired on one event: everything an output needs, as plain data. */
export interface Finding {
  readonly rule: string;
  /** The rule's id, which stays when it is renamed. */
  readonly ruleId?: string | undefined;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted, without duplicates. */
  readonly tags: readonly string[];
  /** Event time, nanoseconds since the epoch. */
  readonly time: bigint;
  /** The rule's output with its fields filled in, without Falco's `TIME: Priority ` prefix. */
  readonly message: string;
  /** Falco's prefix time in the chosen format and zone. */
  readonly timeText: string;
  /** Sorted by key. */
  readonly outputFields: readonly (readonly [string, OutputValue])[];
  /** What tells findings of the rule on one object apart, by field; absent when the rule names nothing. */
  readonly evidence?: readonly (readonly [string, OutputValue])[] | undefined;
  readonly auditId: string | undefined;
  readonly stage: string | undefined;
  readonly origin: EventOrigin;
  /** Fields that tables, groupings and reports show for any rule; undefined where the event lacks them. */
  readonly subject: FindingSubject;
  /** Enabled policies that cover the event; absent when the run has no policies. */
  readonly policies?: readonly string[];
  /** The highest severity of those policies, or what its priority comes to without any. */
  readonly severity?: Severity;
  /**
   * What all stages of the request have in common; set when the rule reports a request once although it may match
   * at its start and at its end ({@link OncePerRequest}).
   */
  readonly request?: string | undefined;
  /** The controller of the new pod that the rule reports; further pods of it add nothing ({@link OncePerCause}). */
  readonly owner?: string | undefined;
  /** By what it may be joined with others, when that was asked for. */
  readonly facts?: LinkFacts | undefined;
  /** The event as compact JSON, when it was asked for (`--raw`). */
  readonly raw?: string | undefined;
  /** Values that were asked for beside the output, in the order of `Rule.also`. */
  readonly also?: readonly FieldValue[] | undefined;
  /** Set for a part of a correlation, which nobody sees, instead of a message, output fields and evidence. */
  readonly part?: PartValues | undefined;
  /** Set when this finding stands for several equal ones. */
  readonly repeated?: Repetition | undefined;
  /** Set when this finding, the worst of its event, stands for the event: the others, worst first. */
  readonly others?: readonly Finding[] | undefined;
}

/** What is read of an event for a correlation that it is part of. */
interface PartValues {
  /** Those of the group, and of what is counted: the rule's evidence, sorted by the names of its fields. */
  readonly values: readonly OutputValue[];
  /** Those that the text of a hit is made of, in the order of the template; undefined where it completes none. */
  readonly read: readonly FieldValue[] | undefined;
  /** Those of `output_fields`, in the order of {@link outputKeys}. */
  readonly outputs: readonly OutputValue[];
  /** The event, where what a hit tells of it is to be read when there is one ({@link createPartReader}). */
  readonly event?: KeptEvent | undefined;
}

/** Number of findings folded into one, with the first and last time (nanoseconds since the epoch). */
interface Repetition {
  readonly count: number;
  readonly first: bigint;
  readonly last: bigint;
  /** Names of the first few other objects, when the findings are one removal of many (`kubectl delete --all`). */
  readonly alsoOn?: readonly string[] | undefined;
}

/** Who did what to which object, with which result. */
export interface FindingSubject {
  readonly user: string | undefined;
  readonly impersonatedUser: string | undefined;
  readonly verb: string | undefined;
  readonly resource: string | undefined;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly code: string | undefined;
}

/** The field of Falco's prefix time, which `output_fields` holds too. */
export type TimeField = 'evt.time' | 'evt.time.iso8601';

/** What findings are made with. */
export interface FindingOptions {
  readonly timeField: TimeField;
  readonly settings: FieldSettings;
  /** Findings carry their whole event. */
  readonly raw?: boolean | undefined;
  /** Findings carry the facts by which they may be joined ({@link LinkFacts}), as long as somebody asks for them. */
  readonly facts?: { readonly isWanted: boolean } | undefined;
  /** What a hit of a correlation tells may be read when there is one: findings of parts come with their event. */
  readonly partsWait?: boolean | undefined;
}
