import type { PayloadCodec } from '../decoded.ts';
import type { EnvelopeFinder } from './envelope-finder.ts';
import type { InputFormat } from './formats.ts';
import type { RecordOutput } from './record-output.ts';

export interface UnwrapperOptions {
  readonly output: RecordOutput;
  readonly envelopes: EnvelopeFinder;
  readonly maxSize: number;
  readonly format: InputFormat | undefined;
  readonly codec: PayloadCodec | undefined;
  /** Called when a record is given up whose lines were counted as continuations. */
  readonly dropped: () => void;
  /** Index of the prefix that is tried first. */
  readonly lastPrefix?: number | undefined;
}
