import { isCompressedName } from '../../io/rotation.ts';
import type { Source } from '../../io/sources.ts';

/** The fast engine takes as long to start as the reference engine takes for this much. */
const SMALL_BYTES = 384 * 1024;
/** Bytes of a log in one of its compressed file, more than usual. */
const MOST_PACKED = 30;

/**
 * True when inputs are so small that the reference engine is done before the fast one has started. Both
 * find the same. Standard input may be of any size.
 */
export function isSmallInput(sources: readonly Source[]): boolean {
  let bytes = 0;
  for (const { name, size } of sources) {
    if (size === undefined) return false;
    bytes += isCompressedName(name) ? size * MOST_PACKED : size;
  }
  return bytes < SMALL_BYTES;
}
