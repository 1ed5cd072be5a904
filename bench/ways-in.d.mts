/** Name, the share of a plain scan that is aimed at, and a line (counted from 0) in this wrapping. */
export const WAYS_IN: readonly (readonly [
  name: string,
  aim: number,
  wrap: (line: string, i: number) => string,
])[];
