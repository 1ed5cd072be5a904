/** Bounds on what one input may make the decoder hold or walk. */

/** Longest line, multi-line value or rejoined record in bytes (`--max-event-size`). */
export const DEFAULT_MAX_EVENT_SIZE = 64 * 1024 * 1024;

/** Largest value `--max-event-size` may have: V8 strings end at 512 Mi characters. */
export const LARGEST_MAX_EVENT_SIZE = 256 * 1024 * 1024;

/** Nesting of JSON values. V8's JSON.stringify overflows its stack near 10,000 levels. */
export const MAX_NESTING = 1000;

/** Wrappers around one event: JSON in a JSON string in a record counts as two. */
export const MAX_UNWRAP_DEPTH = 8;

/** Text prefixes stripped from one line. */
export const MAX_PREFIXES = 4;

/** Streams that may have an incomplete split record at the same time. */
export const MAX_OPEN_STREAMS = 256;

/** Times a buffered line may start a multi-line value again after one around it broke. */
export const MAX_RETRIES = 3;

/** How many times per line the decoder searches for the next good element behind a broken one. */
export const MAX_RESYNCS = 16;

/** How many times its length the search for records behind what is none may walk on a line. */
export const MAX_WALKS = 32;

/** Text before a streamed list that is parsed again with each of its elements, in characters. */
export const MAX_LIST_HEAD = 4096;
