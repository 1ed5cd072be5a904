import type { ComponentChild } from 'preact';
import { textOf, type CaseTable } from '../data/case-table.ts';
import { incidentOf, openAround, openItem, sessionOf } from '../cross-links.ts';
import { caseInfo } from '../state.ts';

/** Leads from a finding or a request to the incident and the session that it is part of, and to what was done around it. */
export function Related({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const id = textOf(table, 'id', row);
  const incident = incidentOf(id);
  const session = sessionOf(id);
  const hasAround =
    caseInfo.value!.activity !== undefined &&
    table.numbers.seconds[row]! > 0 &&
    textOf(table, 'user', row) !== '';
  if (incident === undefined && session === undefined && !hasAround) return null;
  return (
    <p class="related">
      {incident !== undefined && (
        <button type="button" onClick={() => openItem('incidents', incident.id)}>
          Incident: {incident.title}
        </button>
      )}
      {session !== undefined && (
        <button type="button" onClick={() => openItem('sessions', String(session))}>
          Session
        </button>
      )}
      {hasAround && (
        <button type="button" onClick={() => openAround(table, row)}>
          What this user did around then
        </button>
      )}
    </p>
  );
}
