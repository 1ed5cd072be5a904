// Room first-seen: what `new_value` correlations know beyond one run: users with their clients, networks and actions.
// Door: first-seen.ts (what is known, merged), definition.ts (to which correlation it belongs), remembered-names.ts (what values
// are remembered as), state-text.ts (as the text of a file).
// Neighbours: uses correlate, rules and redact; cli reads and writes the file, scan hands it to correlations.
// Inside: pure code; none of it opens a file.

import { boundKnown, mergeKnown, type KnownValues } from '../correlate/known-values.ts';

/** What one correlation knows. */
export interface LearnedPart {
  /** Of which correlation: {@link definitionOf}. */
  readonly definition: string;
  readonly known: KnownValues;
}

/** What is known, by the name of the correlation. */
export type LearnedState = ReadonlyMap<string, LearnedPart>;

/**
 * What either of two states knows. The order of the two makes no difference. Where they are of different definitions
 * of a correlation, the one that was used last counts.
 */
export function mergeStates(a: LearnedState, b: LearnedState): LearnedState {
  const merged = new Map(a);
  for (const [name, part] of b) {
    const other = merged.get(name);
    merged.set(name, other === undefined ? part : mergedPart(other, part));
  }
  return merged;
}

function mergedPart(a: LearnedPart, b: LearnedPart): LearnedPart {
  if (a.definition !== b.definition) return isNewer(a, b) ? a : b;
  const { known } = boundKnown(mergeKnown(a.known, b.known), undefined);
  return { definition: a.definition, known };
}

function isNewer(a: LearnedPart, b: LearnedPart): boolean {
  const [first, second] = [a.known.until ?? -1n, b.known.until ?? -1n];
  return first === second ? a.definition > b.definition : first > second;
}
