/** Bytes at which journald cuts a line of a service's output (LineMax=48K). */
const JOURNALD_LINE_MAX = 49_152;

/** Docker's buffer for one log line in bytes (daemon/logger/copier.go). */
export const DOCKER_SPLIT = 16_384;

/**
 * Sizes in bytes that may make a difference to how a text is read. The scanner leaves texts of such a size to the
 * decoder, so it has them too (layout-shapes.mjs).
 */
export const CUT_SIZES: readonly number[] = [DOCKER_SPLIT, JOURNALD_LINE_MAX];

/** Key under which parts of lines without any prefix are put aside (`journalctl -o cat`). */
export const BARE_LINES = 'journald cat';

/** True for text that journald may have cut: it has exactly the longest length. */
export function isJournaldCut(text: string): boolean {
  // A character has at most three bytes per UTF-16 unit.
  if (text.length > JOURNALD_LINE_MAX || text.length * 3 < JOURNALD_LINE_MAX) return false;
  return new TextEncoder().encode(text).length === JOURNALD_LINE_MAX;
}
