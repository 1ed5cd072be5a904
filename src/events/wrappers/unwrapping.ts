import type { DecodeSink, PayloadCodec, WrapperContext, Trail } from '../decoded.ts';
import type { EnvelopeFinder } from './envelope-finder.ts';
import type { InputFormat } from './formats.ts';
import type { Prefix } from './prefixes.ts';
import type { RecordOutput } from './record-output.ts';

/** The collaborators and bounds of an unwrapper. */
export interface UnwrapperOptions {
  readonly output: RecordOutput;
  readonly envelopes: EnvelopeFinder;
  /** Bytes that a rejoined or decoded record may have. */
  readonly maxSize: number;
  /** The only format to try; every format when undefined. */
  readonly format: InputFormat | undefined;
  readonly codec: PayloadCodec | undefined;
  /** Called when a record is given up whose lines were counted as continuations. */
  readonly dropped: () => void;
  /** Called with a text in which events are searched, in members that no wrapper names. */
  readonly searched?: ((text: string) => void) | undefined;
  /** Reads the lines of a text inside a record as those of an input; without it, they are one text. */
  readonly lines?: ((text: string, sink: DecodeSink) => void) | undefined;
  /** Called when a part of a split record is put aside. */
  readonly joined?: (() => void) | undefined;
  /** Index of the prefix that is tried first. */
  readonly lastPrefix?: number | undefined;
  /** Is told of the steps, where there is one. */
  readonly trail?: Trail | undefined;
}

/** Place of a value inside its record. */
export interface Place {
  /** How many wrappings are around it. */
  readonly depth: number;
  readonly context: WrapperContext;
  /** True where `kind: Event` alone makes an event; see {@link recognise}. */
  readonly bare: boolean;
  /** The prefixes before the text, where there are some. */
  readonly before?: Before | undefined;
}

/** Prefixes before a text: they hold for the first record in it. */
export interface Before {
  readonly prefixes: readonly Prefix[];
  /** The context without what they say. */
  readonly context: WrapperContext;
}

/** The place of a record itself. */
export const TOP: Place = { depth: 0, context: {}, bare: true };
