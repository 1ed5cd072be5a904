// Room outputs/case: the data of a case file: findings as columns, packed for the page that shows them.
// Door: case-writer.ts packs, case-data.ts says what is packed; the page imports the latter.
// Neighbours: formats/html.ts embeds what it makes, src/page reads it; it takes findings and summaries as data.
// Inside: case-row.ts says what is told of an event, case-texts.ts makes texts ready,
// columns.ts writes columns, case-blocks.ts keeps the worst.

import type { Severity } from '../../policies/severity.ts';
import type { Priority } from '../../rules/priority.ts';
import type { CaseActivityCounts, CaseBlind } from '../case-sections.ts';

/**
 * Texts of an event that the list, groups and filters of the page need. All texts are redacted, with what is not seen
 * made visible.
 */
export const ROW_TEXTS = [
  'severity',
  'priority',
  'rule',
  'others',
  'user',
  'as',
  'verb',
  'resource',
  'subresource',
  'namespace',
  'name',
  'source',
  'code',
  'failure',
  'evidence',
  'id',
  'ignorable',
] as const;

/** Texts that are searched and shown beside the list. */
export const DETAIL_TEXTS = [
  'message',
  'also',
  'fields',
  'agent',
  'tags',
  'policies',
  'file',
  'line',
  'cluster',
  'node',
  'stage',
] as const;

/** What the request was, as the log has it: JSON. */
export const EVENT_TEXTS = ['event'] as const;

/**
 * Numbers of an event: its place among all, its time in seconds since the epoch and nanoseconds of that second (both 0
 * when unknown), seconds that the shown zone is ahead of UTC, how many findings it stands for, first and last of them
 * in seconds.
 */
export const ROW_NUMBERS = [
  'order',
  'seconds',
  'nanos',
  'offset',
  'count',
  'first',
  'last',
] as const;

/** Texts of a request, with or without findings, that the list, groups and filters of the page need. */
export const REQUEST_TEXTS = [
  'result',
  'user',
  'as',
  'verb',
  'resource',
  'subresource',
  'namespace',
  'name',
  'source',
  'code',
  'id',
] as const;

/** Texts of a request that are searched and shown beside the list. */
export const REQUEST_DETAILS = [
  'agent',
  'reason',
  'uri',
  'level',
  'file',
  'line',
  'cluster',
  'node',
  'stage',
] as const;

export type RowText = (typeof ROW_TEXTS)[number];
export type DetailText = (typeof DETAIL_TEXTS)[number];
export type RequestText = (typeof REQUEST_TEXTS)[number];
export type RequestDetail = (typeof REQUEST_DETAILS)[number];
export type TextName =
  | RowText
  | DetailText
  | RequestText
  | RequestDetail
  | (typeof EVENT_TEXTS)[number];
export type NumberName = (typeof ROW_NUMBERS)[number];

/** Stands between the parts of a text that is a list; no log text holds it after escaping. */
export const LIST_BORDER = '\0';

/** Each different text once, and which of them each row has; without `at`, row i has value i, or all have the only one. */
export interface TextColumn {
  readonly values: readonly string[];
  readonly at?: readonly number[];
}

/** One number for all rows, or the difference of each to the row before. */
export type NumberColumn = readonly number[];

/** Columns of some rows: JSON in the page, compressed (raw deflate) and in base64. */
export interface PackedColumns {
  readonly rows: number;
  readonly texts: Readonly<Partial<Record<TextName, TextColumn>>>;
  readonly numbers?: Readonly<Record<NumberName, NumberColumn>>;
}

/**
 * Values of `data-part` of the elements that hold data. Of `rows`, `details` and `events` there is one for each block, in
 * the same order; so there is of `requests` and `request-details`. Each of the others is one value.
 */
export type PartName =
  | 'case'
  | 'rows'
  | 'details'
  | 'events'
  | 'incidents'
  | 'identities'
  | 'objects'
  | 'sessions'
  | 'requests'
  | 'request-details';

/** A rule as the page tells of it. */
export interface CaseRule {
  readonly name: string;
  readonly priority: Priority;
  readonly severity?: Severity | undefined;
  readonly count: number;
  readonly enabled: boolean;
  readonly description: string;
  readonly tags: readonly string[];
  readonly file: string;
  readonly checks: readonly string[];
  readonly falsePositives: readonly string[];
  readonly links: readonly string[];
}

/** Input that is no event, or was left out. */
export interface CaseProblem {
  readonly text: string;
  readonly count: number;
  readonly places: readonly string[];
}

/** What the page tells of the whole log. Times are those of the user's zone, as text. */
export interface CaseInfo {
  readonly version: string;
  readonly timezone: string;
  readonly warnings: readonly string[];
  readonly findings: number;
  readonly events: number;
  readonly eventsWithFindings: number;
  readonly lines: number;
  readonly blankLines: number;
  readonly bytes: number;
  readonly first: string;
  readonly last: string;
  readonly inputs: readonly string[];
  readonly inputCount: number;
  /** By what became of the input, with a title. */
  readonly problems: readonly {
    readonly title: string;
    readonly problems: readonly CaseProblem[];
  }[];
  readonly filtered: readonly CaseProblem[];
  readonly notes: readonly string[];
  readonly rules: readonly CaseRule[];
  readonly incidentNotes: readonly string[];
  readonly blind: readonly CaseBlind[];
  /** What was counted of all requests; undefined where the log was not read for them. */
  readonly activity: CaseActivityCounts | undefined;
  /** Why the log was not read for them. */
  readonly absent: string;
  /** Events with findings that are only counted. */
  readonly dropped: number;
  /** Events with findings whose request is not in the page. */
  readonly withoutRequest: number;
  readonly showsSecrets: boolean;
}
