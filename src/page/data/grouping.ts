import { parts, textOf, type CaseTable } from './case-table.ts';
import type { GroupName } from './case-view.ts';
import { gradePlaces, gradesOf } from './grades.ts';
import { columnOf } from './matching.ts';

/** Findings that have a value in common. */
export interface Group {
  readonly value: string;
  readonly events: number;
  /** The worst severity, or the worst result of requests. */
  readonly worst: string;
  /** Rows of the first and the last event; undefined when none of them has a time. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface Counted {
  value: string;
  events: number;
  rank: number;
  first: number | undefined;
  last: number | undefined;
}

/** Counts matching rows by a value, the most frequent first. An event with several rules counts for each. */
export function groupRows(table: CaseTable, matches: Uint8Array, by: GroupName): Group[] {
  const groups = new Map<string, Counted>();
  const column = columnOf(table, by);
  if (column === undefined) return [];
  const { column: name, names } = gradesOf(table);
  const grade = table.texts[name]!;
  const places = gradePlaces(table);
  const add = (value: string, row: number): void => {
    let group = groups.get(value);
    if (group === undefined) {
      group = { value, events: 0, rank: names.length - 1, first: undefined, last: undefined };
      groups.set(value, group);
    }
    group.events++;
    group.rank = Math.min(group.rank, places[grade.at[row]!]!);
    const time = table.times[row]!;
    if (time <= 0) return;
    if (group.first === undefined || time < table.times[group.first]!) group.first = row;
    if (group.last === undefined || time > table.times[group.last]!) group.last = row;
  };
  for (let row = 0; row < table.rows; row++) {
    if (matches[row] === 0) continue;
    const value = column.values[column.at[row]!]!;
    add(value, row);
    if (by !== 'rule') continue;
    for (const other of parts(textOf(table, 'others', row))) if (other !== value) add(other, row);
  }
  return [...groups.values()]
    .toSorted((a, b) => b.events - a.events || a.rank - b.rank || (a.value < b.value ? -1 : 1))
    .map(({ value, events, rank, first, last }) => ({
      value,
      events,
      worst: names[rank]!,
      first,
      last,
    }));
}
