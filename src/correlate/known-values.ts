/** What a `new_value` correlation knows. Times are nanoseconds since the epoch. */
export interface KnownValues {
  /** When the first event came that was looked at, and the last; undefined before there was one. */
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
  /** True when it was learned from a log in which all is normal: nothing is warmed up any more. */
  readonly isLearned: boolean;
  /** For each group its values, and when each was last seen. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
}

/** What correlations knew before a stream, and what they are told of it. */
export interface Past {
  /** By the index of the correlation; undefined where nothing is known. */
  readonly known: readonly (KnownValues | undefined)[];
  /** All of the stream is normal: there are no hits of `new_value`. */
  readonly isLearning: boolean;
  /** What a group, and a value, is remembered as. Equal texts have equal names, others have others. */
  nameOfGroup(group: string): string;
  nameOfValue(value: string): string;
}

/** Most values that one correlation knows. Those seen longest ago are forgotten first. */
export const MAX_KNOWN = 100_000;

/** What either of two knows. The order of the two makes no difference, nor that in which several are merged. */
export function mergeKnown(a: KnownValues, b: KnownValues): KnownValues {
  const groups = new Map<string, Map<string, bigint>>();
  for (const known of [a, b]) {
    for (const [group, values] of known.groups) {
      let all = groups.get(group);
      if (all === undefined) groups.set(group, (all = new Map()));
      for (const [value, time] of values) all.set(value, latest(all.get(value), time)!);
    }
  }
  return {
    since: earliest(a.since, b.since),
    until: latest(a.until, b.until),
    isLearned: a.isLearned || b.isLearned,
    groups,
  };
}

/**
 * The same without what is too much, and without what was seen too long ago.
 *
 * @param timespan nanoseconds before the last event in which values are remembered; undefined for ever
 * @returns what is left, and how many values were too many
 */
export function boundKnown(
  known: KnownValues,
  timespan: bigint | undefined,
  most = MAX_KNOWN,
): { readonly known: KnownValues; readonly dropped: number } {
  const start =
    timespan === undefined || known.until === undefined ? undefined : known.until - timespan;
  const left = [...known.groups].flatMap(([group, values]) =>
    [...values].flatMap(([value, time]) =>
      start !== undefined && time <= start ? [] : [{ group, value, time }],
    ),
  );
  const kept = left.length <= most ? left : left.toSorted(newestFirst).slice(0, most);
  const groups = new Map<string, Map<string, bigint>>();
  for (const { group, value, time } of kept) {
    const values = groups.get(group);
    if (values === undefined) groups.set(group, new Map([[value, time]]));
    else values.set(value, time);
  }
  return { known: { ...known, groups }, dropped: left.length - kept.length };
}

/** Groups with their values, those seen longest ago first. */
export function oldestFirst(
  groups: KnownValues['groups'],
): { readonly key: string; readonly sorted: [string, bigint][]; readonly last: bigint }[] {
  return [...groups]
    .map(([key, values]) => {
      const sorted = [...values].toSorted((a, b) => compare(a[1], b[1]) || compare(a[0], b[0]));
      return { key, sorted, last: sorted.at(-1)?.[1] ?? 0n };
    })
    .toSorted((a, b) => compare(a.last, b.last) || compare(a.key, b.key));
}

interface KnownValue {
  readonly group: string;
  readonly value: string;
  readonly time: bigint;
}

function newestFirst(a: KnownValue, b: KnownValue): number {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1;
  return compare(a.group, b.group) || compare(a.value, b.value);
}

function compare<Value extends bigint | string>(a: Value, b: Value): number {
  return a < b ? -1 : Number(a > b);
}

function earliest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function latest(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
