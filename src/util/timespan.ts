const NANOSECONDS = 1_000_000_000n;

/** Seconds of each unit, as Sigma has them: `m` is minutes and `M` months of 30 days. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['s', 1n],
  ['m', 60n],
  ['h', 3600n],
  ['d', 86_400n],
  ['w', 604_800n],
  ['M', 2_592_000n],
  ['y', 31_536_000n],
]);

/** Reads a timespan such as `90s`, `15m`, `1h` or `14d`, in nanoseconds; undefined for other texts. */
export function parseTimespan(text: string): bigint | undefined {
  const match = /^(\d{1,9})([smhdwMy])$/.exec(text);
  return match === null ? undefined : BigInt(match[1]!) * UNITS.get(match[2]!)! * NANOSECONDS;
}
