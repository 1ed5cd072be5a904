import type { Pattern } from '../body-search/needed-texts.ts';
import type { Slot } from './slots.ts';
import type { WasmMemory } from './instantiate.ts';

/** What the scanner asks when it meets something new. */
export interface ScannerHooks {
  /** Class, 0 to 255, of a header field's value; the text is its JSON. */
  classify(field: number, start: number, length: number): number;
  /** State that follows when the field at a level has a value of a class. */
  step(state: number, level: number, valueClass: number): number;
}

export type Place =
  | 'CURSOR'
  | 'LINES'
  | 'BLANKS'
  | 'EVENTS'
  | 'REJECTED'
  | 'SCOPED_OUT'
  | 'OUTSIDE_WINDOW'
  | 'RECORD_COUNT'
  | 'ODD_START'
  | 'ODD_END'
  | 'MIN_TIME'
  | 'MAX_TIME'
  | 'FIRST_TIME'
  | 'SINCE'
  | 'UNTIL'
  | 'MAX_LINE'
  | 'MEMBERS'
  | 'START_STATE'
  | 'NEXT_FIELD'
  | 'BODY_TABLES'
  | 'TALLIES'
  | 'SEEN_LIMIT'
  | 'SEEN_FILL'
  | 'SEEN_TABLES'
  | 'DUPLICATES'
  | 'DROPPED'
  | 'FIELD_COUNT'
  | 'FIELD_SLOTS'
  | 'FIELD_NETWORKS'
  | 'FIELD_TABLES'
  | 'PATTERN_TABLES'
  | 'PATTERN_TABLE_SIZE'
  | 'MAX_PATTERN_TABLES'
  | 'PATTERNS_FOUND'
  | 'KEY_MULTIPLIERS'
  | 'KEY_TABLES'
  | 'KEY_TEXTS'
  | 'KEY_ARENA'
  | 'RECORDS'
  | 'RECORD_SIZE'
  | 'RECORD_SLOTS'
  | 'BLOCK';

export interface Exports {
  readonly memory: WasmMemory;
  scan(limit: number): number;
  members(start: number, end: number): number;
  elements(start: number, end: number): number;
  search(start: number, end: number, token: number, length: number, ignoreCase: number): number;
  findPatterns(table: number, bits: number, start: number, end: number): number;
  noteLater(
    id: number,
    idEnd: number,
    stage: number,
    stageEnd: number,
    time: number,
    timeEnd: number,
  ): void;
  notePending(): void;
}

export interface ScannerSettings {
  /** The header fields, in the order in which states are entered. */
  readonly fields: readonly {
    readonly slot: Slot;
    /** Instead of classes: 1 when the value may hold one of these texts, 0 when it does not. */
    readonly texts?: readonly Pattern[] | undefined;
    /** True when the value may be cut behind the first half of an IPv4 address. */
    readonly byNetwork?: boolean | undefined;
  }[];
  readonly startState: number;
  /** Longest line in bytes. */
  readonly maxLine: number;
  /** Events at or after this time, nanoseconds since the epoch; all without one. */
  readonly since?: bigint | undefined;
  /** Events before this time. */
  readonly until?: bigint | undefined;
  /** Events to remember, in order to count those that come again; 0 counts none, Infinity lists all. */
  readonly remembered: number;
}
