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

const WORDS: readonly (readonly [seconds: bigint, word: string])[] = [
  [86_400n, 'day'],
  [3600n, 'hour'],
  [60n, 'minute'],
  [1n, 'second'],
];

/** A timespan of whole seconds in words, in the largest unit that divides it: `14 days`. */
export function timespanText(nanoseconds: bigint): string {
  const seconds = nanoseconds / NANOSECONDS;
  const [unit, word] = WORDS.find(([size]) => seconds % size === 0n)!;
  const count = seconds / unit;
  return `${count} ${word}${count === 1n ? '' : 's'}`;
}
