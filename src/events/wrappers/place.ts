import type { WrapperContext } from '../decoded.ts';

/** Place of a value inside its record. */
export interface Place {
  readonly depth: number;
  readonly context: WrapperContext;
  /** True where `kind: Event` alone makes an event; see {@link recognise}. */
  readonly bare: boolean;
}

/** A record itself. */
export const TOP: Place = { depth: 0, context: {}, bare: true };
