/** What the scanner and the verdicts agree on (src/fast/wasm/assembly/layout.ts). */

/** States with a meaning of their own (layout.ts). */
export const STATE_REJECT = 1;
export const STATE_SCOPED_OUT = 2;
/** From here on, a state for each step of the filter. */
export const STATE_DROPPED = 3;
export const MAX_DROPPED = 8;
/** The first state that is not final. */
export const STATE_OPEN = STATE_DROPPED + MAX_DROPPED;
/** Instead of the next field: events in this state are only counted. */
export const TALLY = 255;
/** Instead of the next field: whether the body holds a pattern of the state's table; class 0 is no. */
export const BODY = 254;
export const MAX_STATES = 4096;
export const MAX_CLASSES = 256;
