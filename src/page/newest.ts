/**
 * Numbers questions of a kind, so that an answer that comes late does not take the place of a newer one.
 *
 * @returns called with each question; what it gives tells, then and later, whether no other question came after
 */
export function newest(): () => () => boolean {
  let last = 0;
  return () => {
    const own = ++last;
    return () => own === last;
  };
}
