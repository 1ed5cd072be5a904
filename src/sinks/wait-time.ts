/** Milliseconds before a second try; each further wait is twice as long, up to the longest. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/**
 * Milliseconds before a try.
 *
 * @param tries that failed before
 * @param random from 0 to 1: a fifth more or less
 * @param asked what the other side asks for
 */
export function waitBefore(tries: number, random: number, asked: number | undefined): number {
  const most = Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT);
  // `Retry-After: 0` is no leave to ask without a pause.
  return asked === undefined
    ? Math.round(most * (0.8 + 0.4 * random))
    : Math.max(asked, FIRST_WAIT);
}
