import type { Finding } from '../../engine/finding.ts';
import type { FromWorker, JobPart } from './contract.ts';

// The structured clone of findings takes ten times as long as the JSON of their values alone: it writes and reads the
// name of each member, and what all findings of a rule have in common, with each of them.

/** What findings of a rule have in common, and the names of their values. */
export type RuleEntry = Pick<
  Finding,
  'rule' | 'ruleId' | 'priority' | 'source' | 'tags' | 'policies' | 'severity'
> & { readonly outputs: readonly string[]; readonly evidence?: readonly string[] | undefined };

/** What findings of an event have in common. */
export type Shared = Pick<Finding, 'time' | 'auditId' | 'stage' | 'origin'>;

/** A part of a job as it goes from thread to thread. */
interface PackedPart extends Omit<JobPart, 'events'> {
  /** Entries that no part before had. */
  readonly entries: readonly RuleEntry[];
  /** The events as JSON. */
  readonly text: string;
  /** The text of each event that is kept for later; within JSON each of its quotes would be written as two bytes. */
  readonly kept: readonly string[];
}

export type PackedMessage = Exclude<FromWorker, JobPart> | PackedPart;

/** A large number, told from a text: events have times of nanoseconds, beyond 2^53. */
export type PackedValue = string | readonly string[] | { readonly n: string } | boolean | null;
export type PackedPlace = readonly [
  file: string,
  line: number,
  cluster: string | null,
  node: string | null,
  stream: string | null,
  replayed: boolean,
];
export type PackedSubject = readonly (string | null)[];
type PackedPartValues = readonly [
  values: readonly PackedValue[],
  read: readonly PackedValue[] | null,
  outputs: readonly PackedValue[],
  isKept: boolean,
];
export type PackedFinding = readonly [
  entry: number,
  message: string,
  timeText: string,
  outputs: readonly PackedValue[],
  evidence: readonly PackedValue[] | null,
  /** Index of the event's subjects: findings share them. */
  subject: number,
  request: string | null,
  owner: string | null,
  /** Index of the event's facts. */
  facts: number | null,
  part: PackedPartValues | null,
  also: readonly PackedValue[] | null,
  raw: string | null,
];
export type PackedEvent = readonly [
  time: string,
  auditId: string | null,
  stage: string | null,
  place: PackedPlace,
  subjects: readonly PackedSubject[],
  facts: readonly NonNullable<Finding['facts']>[],
  /** What the event is kept with beside its text, which is the message's next. */
  kept: readonly [num: number, firstTime: string] | null,
  findings: readonly PackedFinding[],
];

/** In the order in which they are packed. */
export const SUBJECT = [
  'user',
  'impersonatedUser',
  'verb',
  'resource',
  'subresource',
  'namespace',
  'name',
  'sourceIp',
  'userAgent',
  'code',
] as const satisfies readonly (keyof Finding['subject'])[];
