import type { TextData } from './case-table.ts';

/** The texts of a column in lower case, one after the other: one long text is searched faster than many short ones. */
interface Joined {
  readonly text: string;
  /** Where each text ends, its border included. */
  readonly ends: Uint32Array;
}

/** Words have no line break in them, so none is found across two texts. */
const BORDER = '\n';

const joined = new WeakMap<TextData, Joined>();

/** Makes a column ready to be searched. The first search of it does so too. */
export function prepareSearch(column: TextData): void {
  if (!joined.has(column)) joined.set(column, join(column));
}

function join({ values }: TextData): Joined {
  const lower = values.map((value) => value.toLowerCase());
  const ends = new Uint32Array(lower.length);
  let end = 0;
  for (const [index, { length }] of lower.entries()) ends[index] = end += length + 1;
  return { text: lower.join(BORDER), ends };
}

/**
 * Flags the rows with a text that holds a word.
 *
 * @param word in lower case, without white space
 */
export function flagWord(flags: Uint8Array, column: TextData, word: string): void {
  prepareSearch(column);
  const { text, ends } = joined.get(column)!;
  let place = text.indexOf(word);
  if (place < 0) return;
  const found = new Uint8Array(ends.length);
  let index = 0;
  while (place >= 0) {
    while (ends[index]! <= place) index++;
    found[index] = 1;
    place = text.indexOf(word, ends[index]);
  }
  const { at } = column;
  for (let row = 0; row < at.length; row++) if (found[at[row]!] === 1) flags[row] = 1;
}
