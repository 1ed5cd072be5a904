/** Groups of one event that its values come to. */
const MAX_GROUPS = 64;

/** A value of a group as part of the text that the group is known by. No value holds a NUL. */
export function groupPart(value: string | null | undefined): string {
  return value === null || value === undefined ? '-\0' : `+${value}\0`;
}

/** The text by which a group is known; null stands for a missing value. */
export function groupKey(values: readonly (string | null)[]): string {
  return values.map(groupPart).join('');
}

/** The values of a group, of the text that it is known by; null for a missing one. */
export function groupValues(key: string): (string | null)[] {
  const texts = key.split('\0').slice(0, -1);
  return texts.map((text) => (text.startsWith('-') ? null : text.slice(1)));
}

/** All groups of one value a key. */
export function groupKeys(values: readonly (readonly (string | undefined)[])[]): string[] {
  return values.reduce<string[]>(
    (before, texts) =>
      before.flatMap((start) => texts.map((text) => start + groupPart(text))).slice(0, MAX_GROUPS),
    [''],
  );
}
