import { computed } from '@preact/signals';
import { textOf, type CaseTable } from './data/case-table.ts';
import { ALL, type CaseView, type FieldName } from './data/case-view.ts';
import type { ItemViewName } from './data/case-lists.ts';
import { sections, table, view } from './state.ts';

/** The first finding of each request, by audit ID. */
const findings = computed(() => rowsById(table.value));

function rowsById(all: CaseTable | undefined): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  const column = all?.texts.id;
  if (column === undefined) return rows;
  for (let row = column.at.length - 1; row >= 0; row--)
    rows.set(column.values[column.at[row]!]!, row);
  rows.delete('');
  return rows;
}

/** The row of the finding on a request; undefined when there is none. */
export function findingOf(id: string): number | undefined {
  return findings.value.get(id);
}

const known = computed(() => ({
  identities: new Set(sections.value.identities.map(({ name }) => name)),
  objects: new Set(sections.value.objects.map(({ name }) => name)),
  incidents: new Map(
    sections.value.incidents.flatMap((incident) =>
      incident.steps.filter(({ id }) => id !== '').map(({ id }) => [id, incident] as const),
    ),
  ),
  sessions: new Map(
    sections.value.sessions.flatMap(({ id }, index) => (id === '' ? [] : [[id, index] as const])),
  ),
}));

export const hasIdentity = (name: string): boolean => known.value.identities.has(name);
export const hasObject = (name: string): boolean => known.value.objects.has(name);
/** The incident that a request is a step of. */
export const incidentOf = (id: string) => known.value.incidents.get(id);
/** The place of the session that a request opened. */
export const sessionOf = (id: string): number | undefined => known.value.sessions.get(id);

/** Goes to an incident, identity, object or session. */
export function openItem(name: ItemViewName, key: string): void {
  view.value = { ...ALL, view: name, item: key };
}

/** Goes to a finding. */
export function openFinding(row: number): void {
  view.value = { ...ALL, shown: table.peek()!.numbers.order[row] };
}

/** Goes to the findings, or the requests, that have a value. */
export function openFeed(
  name: 'findings' | 'activity',
  field: FieldName,
  value: string,
  more: Partial<CaseView> = {},
): void {
  view.value = { ...ALL, view: name, is: [{ field, value }], ...more };
}

/** Seconds before and after a finding that are looked at. */
const AROUND = 600;

/** What was done by the same user shortly before and after a row of findings or requests. */
export function openAround(all: CaseTable, row: number): void {
  const seconds = all.numbers.seconds[row]!;
  openFeed('activity', 'user', textOf(all, 'user', row), {
    from: seconds - AROUND,
    to: seconds + AROUND + 1,
  });
}
