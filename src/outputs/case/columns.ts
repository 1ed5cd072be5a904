import type { NumberColumn, TextColumn } from './case-data.ts';

/** Writes each different text once. */
export function textColumn(texts: readonly string[]): TextColumn {
  const known = new Map<string, number>();
  const at = texts.map((text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, known.size);
    return known.size - 1;
  });
  const values = [...known.keys()];
  return values.length === 1 || values.length === texts.length ? { values } : { values, at };
}

/** Writes what changes from row to row. */
export function numberColumn(numbers: readonly number[]): NumberColumn {
  const [first = 0] = numbers;
  if (numbers.every((each) => each === first)) return [first];
  return numbers.map((each, index) => each - (numbers[index - 1] ?? 0));
}
