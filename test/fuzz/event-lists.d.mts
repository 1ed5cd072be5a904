interface Random {
  below(n: number): number;
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export const CONTAINERS: Readonly<
  Record<string, (events: readonly string[], random: Random) => string>
>;
export function listsLog(random: Random, lines: number, event: () => string): string;
