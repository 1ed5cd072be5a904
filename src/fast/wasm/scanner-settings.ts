import type { RepeatKey } from './event-keys.ts';
import type { Slot } from './layout.gen.ts';
import type { Pattern } from './pattern-tables.ts';

/** What a scanner is to decide on. */
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
  /** Leaves out events that come again; see {@link RepeatKey}. */
  readonly repeatKey?: RepeatKey | undefined;
}
