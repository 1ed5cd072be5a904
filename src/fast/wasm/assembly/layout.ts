// @ts-nocheck AssemblyScript, compiled by asc
/**
 * Places in linear memory. Everything below BLOCK is fixed; the block of log text may grow.
 */

/** Fields of STATUS, in bytes from it. */
export const STATUS: usize = 1024;
export const CURSOR: usize = STATUS;
export const LINES: usize = STATUS + 4;
export const BLANKS: usize = STATUS + 8;
export const EVENTS: usize = STATUS + 12;
export const REJECTED: usize = STATUS + 16;
export const SCOPED_OUT: usize = STATUS + 20;
export const OUTSIDE_WINDOW: usize = STATUS + 24;
export const RECORD_COUNT: usize = STATUS + 28;
export const ODD_START: usize = STATUS + 32;
export const ODD_END: usize = STATUS + 36;
export const MIN_TIME: usize = STATUS + 40;
export const MAX_TIME: usize = STATUS + 48;
export const FIRST_TIME: usize = STATUS + 56;
export const SINCE: usize = STATUS + 64;
export const UNTIL: usize = STATUS + 72;
export const MAX_LINE: usize = STATUS + 80;
export const ARENA_USED: usize = STATUS + 92;
export const START_STATE: usize = STATUS + 96;
/** Events remembered in one of two halves, to tell duplicates; 0 when nobody asks. */
export const SEEN_LIMIT: usize = STATUS + 100;
export const SEEN_FILL: usize = STATUS + 104;
export const SEEN_HALF: usize = STATUS + 108;
export const DUPLICATES: usize = STATUS + 112;
/** Events (u32) that each step of a filter left out; never reset. */
export const DROPPED: usize = STATUS + 128;

/** Header fields that decide: their number, then the slot of each, in the order of the states. */
export const FIELD_COUNT: usize = 2048;
export const FIELD_SLOTS: usize = FIELD_COUNT + 4;
/** 1 (u8) for fields in which only the first half of an IPv4 address counts. */
export const FIELD_NETWORKS: usize = FIELD_COUNT + 24;
/** Table of the texts (u32) that a field's values are searched for; 0: it has classes. */
export const FIELD_TABLES: usize = FIELD_COUNT + 192;
/** Values remembered per header field. */
export const FIELD_FILL: usize = FIELD_COUNT + 64;

/** One multiplier (u64) per level: the key hash without collisions. */
export const KEY_MULTIPLIERS: usize = 3072;
/** 64 entries of 64 bytes per level. */
export const KEY_TABLES: usize = 4096;
/** Texts of the keys in the tables. */
export const KEY_TEXTS: usize = 28672;
/** Texts that are searched for. */
export const KEY_ARENA: usize = 32768;

export const RECORDS: usize = 65536;
export const MAX_RECORDS: u32 = 256;
export const RECORD_SIZE: usize = 384;
export const RECORD_SLOTS: usize = 48;

/** Next state (u16) by state and class: 4096 rows of 256. */
export const TRANSITIONS: usize = 163840;
/** 4096 entries of 16 bytes per header field: hash, length, address of the text, class. */
export const CLASS_TABLES: usize = 2260992;
export const CLASS_TABLE_BITS: u32 = 12;
export const MAX_VALUES: u32 = 3000;
export const VALUE_ARENA: usize = 3309568;
export const VALUE_ARENA_END: usize = 5406720;
/** The answer of `members`, 16 bytes each, or of `elements`, 8 bytes each. */
export const MEMBERS: usize = 5406720;
export const MAX_MEMBERS: u32 = 512;
export const MAX_ELEMENTS: u32 = 1024;
/** For each state, the next header field (u8) that makes a difference. */
export const NEXT_FIELD: usize = 5414912;
/** Two tables of event hashes (u64), by turns the younger and the older half. */
export const SEEN_TABLES: usize = 5439488;
export const SEEN_BITS: u32 = 18;
/** Four areas of 64 bytes: a bit for each pattern that was found. */
export const PATTERNS_FOUND: usize = 9633792;
/** 32 tables of 4352 bytes: which patterns to look for (src/fast/wasm/assembly/patterns.ts). */
export const PATTERN_TABLES: usize = 9634048;
export const PATTERN_TABLE_SIZE: usize = 4352;
export const MAX_PATTERN_TABLES: u32 = 32;
/** Events (u32) by state, for states whose next field is TALLY. */
export const TALLIES: usize = 9773312;
export const TALLY: u32 = 255;
/** As the next field of a state: whether the body holds a pattern of a table. */
export const BODY: u32 = 254;
/** Address of that table (u32) by state. */
export const BODY_TABLES: usize = 9789696;
/** For each wanted level and hash of a key, the key that came next: 128 bytes each (walk.ts). */
export const FORECASTS: usize = 9806080;
/** Hashes (u64) of events that are not looked up yet. */
export const PENDING: usize = 9871616;
export const MAX_PENDING: u32 = 512;
export const BLOCK: usize = 9875712;

/** What a wanted key's value must be. */
export const KIND_UNKNOWN: u32 = 0;
export const KIND_OBJECT: u32 = 2;
export const KIND_EVENT: u32 = 3;
export const KIND_API_VERSION: u32 = 4;
export const KIND_TIME: u32 = 5;

export const STATE_UNKNOWN: u32 = 0;
export const STATE_REJECT: u32 = 1;
export const STATE_SCOPED_OUT: u32 = 2;
/** From here on, one state for each step of a filter. */
export const STATE_DROPPED: u32 = 3;
export const MAX_DROPPED: u32 = 8;

export const DONE: i32 = 0;
export const ODD: i32 = 1;
export const FULL: i32 = 2;
