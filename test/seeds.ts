/** Set by the nightly run, to another number each time (CONTRIBUTING.md). */
const NIGHT = process.env['TEST_SEED'];
/** How many times as many seeds a night takes. */
const TIMES = 5;

/** True at night, when tests of chance may take their time. */
export const AT_NIGHT = NIGHT !== undefined;

/** Seeds of a test of chance: the same few in each run, others and more of them at night. */
export function seeds(count: number): number[] {
  const [first, length] =
    NIGHT === undefined ? [1, count] : [Number(NIGHT) * 10_000, count * TIMES];
  return Array.from({ length }, (_, i) => first + i);
}
