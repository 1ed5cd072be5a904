/**
 * Names near enough to a mistyped one to be worth offering, best first, at most three.
 *
 * @param limit how many slips apart they may be
 */
export function nearest(
  word: string,
  names: Iterable<string>,
  limit = Math.max(1, Math.min(4, Math.floor(word.length / 3))),
): string[] {
  const scored: { name: string; distance: number }[] = [];
  for (const name of new Set(names)) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase(), limit);
    if (distance <= limit) scored.push({ name, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return scored.slice(0, 3).map((entry) => entry.name);
}

/** Shortest word that is looked for inside of names. */
const SHORTEST_PART = 4;

/** Names that contain every part of what was typed, in any case: at most three, the shortest first. */
function holding(word: string, names: Iterable<string>): string[] {
  if (word.trim().length < SHORTEST_PART) return [];
  const parts = word.toLowerCase().split(/\s+/);
  return [...new Set(names)]
    .filter((name) => parts.every((part) => name.toLowerCase().includes(part)))
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .slice(0, 3);
}

/** `did you mean 'a' or 'b'?`: names that are near, else those that hold what was typed; undefined when there is none. */
export function didYouMean(word: string, names: Iterable<string>): string | undefined {
  const all = [...names];
  const near = nearest(word, all);
  if (near.length === 0) near.push(...holding(word, all));
  return suggestion(near);
}

/** `did you mean 'a' or 'b'?` of at most three names; undefined when there is none. */
export function suggestion(names: readonly string[]): string | undefined {
  const quoted = names.slice(0, 3).map((name) => `'${name}'`);
  return quoted.length === 0 ? undefined : `did you mean ${quoted.join(' or ')}?`;
}

/** Optimal string alignment distance, cut off above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
