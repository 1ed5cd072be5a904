import type { Buffer } from 'node:buffer';
import type { Problem } from '../events/problems.ts';

export interface ReadOptions {
  /** Longest line in bytes. */
  readonly maxEventSize?: number | undefined;
  /** Takes problems of the file and of lines that are too long. */
  readonly onProblem: (problem: Problem) => void;
  /** Takes the bytes read from the source, before decompression. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Takes the name of each file inside an archive, before its lines come. Without it archives are not read. */
  readonly onEntry?: ((name: string) => void) | undefined;
  /** Ends reading early, between blocks. */
  readonly signal?: AbortSignal | undefined;
  /**
   * True when the input may wait open for long, beside others: a regular file is then opened for each read, so
   * that there may be more inputs than file descriptors.
   */
  readonly waits?: boolean | undefined;
  /** See LineBuffer. */
  readonly allocate?: ((size: number) => Buffer) | undefined;
  /** Most bytes and most bytes per compressed byte that compressed input may expand to. */
  readonly maxExpanded?: { readonly bytes: number; readonly ratio: number } | undefined;
}

/** What the reading of bytes asks for. */
export type FeedOptions = Omit<ReadOptions, 'maxEventSize' | 'allocate' | 'onEntry'>;

/** Where the bytes of an input go. */
export interface ByteTarget<T> {
  /** Free space; never empty. */
  space(): Buffer;
  /** Takes note of bytes that were read into the space. */
  filled(bytes: number): T;
  /** The next bytes may be long in coming: what waits for more must not wait. */
  pause?(): void;
  /** The input has ended. */
  end(): T;
  /** A file inside the input starts, of this name; the one before has ended. Without it archives are not read. */
  entry?(name: string): void;
}
