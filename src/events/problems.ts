/**
 * What a problem means for the run:
 * `skipped` is a healthy record that is no audit event; `malformed` and `limit` are records that
 * could not be read; `evidence` accompanies an event that is evaluated all the same; `hint` says where an event
 * was found that is read like any other; `io` concerns a whole file.
 */
export type ProblemKind = 'skipped' | 'malformed' | 'limit' | 'evidence' | 'hint' | 'io';

interface ReasonRecord {
  readonly kind: ProblemKind;
  /** Completes `N lines: …` in a summary. */
  readonly text: string;
}

const reasons = {
  text: { kind: 'skipped', text: 'text without JSON' },
  'wrapped-text': { kind: 'skipped', text: 'records of other logs: text inside a wrapper' },
  'csv-row': { kind: 'skipped', text: 'CSV rows without an audit event' },
  klog: { kind: 'skipped', text: 'klog text of a Kubernetes component' },
  'other-json': { kind: 'skipped', text: 'JSON that is not an audit event' },
  'core-event': {
    kind: 'skipped',
    text: 'Kubernetes Event object (kubectl get events), not an audit event',
  },
  'falco-output': { kind: 'skipped', text: 'output of Falco, not an audit log' },
  rancher: { kind: 'skipped', text: 'Rancher API audit record outside /k8s/clusters/' },
  'gke-other': { kind: 'skipped', text: 'Google Cloud log entry of another service than k8s.io' },
  cloudtrail: { kind: 'skipped', text: 'AWS CloudTrail record, not a Kubernetes audit event' },
  'control-message': { kind: 'skipped', text: 'CloudWatch control message' },
  'empty-list': { kind: 'skipped', text: 'list without elements' },
  'unfinished-line': {
    kind: 'skipped',
    text: 'last line, not at its end when reading stopped',
  },
  'malformed-json': { kind: 'malformed', text: 'malformed JSON' },
  'cut-json': { kind: 'malformed', text: 'JSON that ends in the middle of a value' },
  'trailing-text': { kind: 'malformed', text: 'text after the JSON value' },
  'not-object': { kind: 'malformed', text: 'JSON value where an object is due' },
  'bad-base64': { kind: 'malformed', text: 'base64 payload that cannot be decoded' },
  'bad-record': {
    kind: 'malformed',
    text: 'record without the fields an audit event is made from',
  },
  'journald-null': {
    kind: 'malformed',
    text: 'journald record with MESSAGE null; export with: journalctl -o json --all',
  },
  'unfinished-record': { kind: 'malformed', text: 'split record whose rest is missing' },
  'cut-line': {
    kind: 'malformed',
    text: 'line whose file was rotated, emptied or removed before its end',
  },
  'payload-too-long': {
    kind: 'limit',
    text: 'base64 payload that expands beyond the limit',
  },
  'line-too-long': { kind: 'limit', text: 'line longer than --max-event-size' },
  'value-too-long': {
    kind: 'limit',
    text: 'JSON value or split record longer than --max-event-size',
  },
  'too-deep': { kind: 'limit', text: 'JSON nested too deeply' },
  'too-many-values': { kind: 'limit', text: 'JSON with too many values' },
  'unwrap-depth': { kind: 'limit', text: 'event inside too many wrappers' },
  'no-timestamp': {
    kind: 'evidence',
    text: 'event without stageTimestamp and requestReceivedTimestamp',
  },
  'bad-timestamp': { kind: 'evidence', text: 'event whose timestamp cannot be read' },
  'unknown-wrapper': {
    kind: 'hint',
    text: 'event found inside a wrapper that is not known',
  },
  missing: { kind: 'io', text: 'no such file or directory' },
  unreadable: { kind: 'io', text: 'cannot be read' },
  'no-logs': { kind: 'io', text: 'directory or pattern without log files' },
  'lost-bytes': {
    kind: 'io',
    text: 'emptied or removed before it was read to its end, and no copy was found',
  },
  binary: { kind: 'io', text: 'binary data, not a log' },
  'decompress-error': { kind: 'io', text: 'damaged compressed data' },
  'decompress-cut': { kind: 'io', text: 'compressed data ends early' },
  'no-entries': { kind: 'io', text: 'archive without log files' },
  'archive-error': { kind: 'io', text: 'damaged archive' },
  'decompress-limit': { kind: 'io', text: 'compressed data expands beyond the limit' },
} as const satisfies Record<string, ReasonRecord>;

export type ProblemReason = keyof typeof reasons;

/** One record, line or file that did not become an event. */
export interface Problem {
  readonly reason: ProblemReason;
  /** Line of the input, from 1, on which the record starts; 0 for a problem of the whole file. */
  readonly line: number;
  readonly detail?: string | undefined;
}

/** Every reason with its kind and text, in the order summaries list them. */
export const PROBLEM_REASONS: Readonly<Record<ProblemReason, ReasonRecord>> = reasons;

/** True for problems that `--strict` counts: all but hints, and intact records that are simply no audit events. */
export function isFault(reason: ProblemReason): boolean {
  const { kind } = PROBLEM_REASONS[reason];
  return kind !== 'skipped' && kind !== 'hint';
}
