/** Name, the share of a plain scan that is aimed at, how many events make a line, and the line. */
export const LISTS_IN: readonly (readonly [
  name: string,
  aim: number,
  count: number,
  wrap: (lines: readonly string[]) => string,
])[];
