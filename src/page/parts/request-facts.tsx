import type { ComponentChild } from 'preact';
import { objectOf, textOf, type CaseTable } from '../data/case-table.ts';
import type { FieldName } from '../data/case-view.ts';
import { Fact, Value } from './shown-parts.tsx';

interface Shown {
  readonly table: CaseTable;
  readonly row: number;
}

/** Who asked for what, from where: what a finding and a request have in common. */
export function RequestFacts({ table, row }: Shown): ComponentChild {
  return (
    <>
      <Fact name="User">{valueOf(table, row, 'user')}</Fact>
      <Fact name="Acting as">{valueOf(table, row, 'as')}</Fact>
      <Fact name="From address">{valueOf(table, row, 'source')}</Fact>
      <Fact name="Client">{valueOf(table, row, 'agent')}</Fact>
      <Fact name="Verb">{valueOf(table, row, 'verb')}</Fact>
      <Fact name="Object">{valueOf(table, row, 'object', objectOf(table, row))}</Fact>
      <Fact name="Namespace">{valueOf(table, row, 'namespace')}</Fact>
      <Fact name="Resource">{valueOf(table, row, 'resource')}</Fact>
      <Fact name="Response code">{valueOf(table, row, 'code')}</Fact>
    </>
  );
}

/** Where an event was read. */
export function PlaceFacts({ table, row }: Shown): ComponentChild {
  const place = textOf(table, 'file', row);
  return (
    <>
      <Fact name="Stage">{valueOf(table, row, 'stage')}</Fact>
      <Fact name="Cluster">{valueOf(table, row, 'cluster')}</Fact>
      <Fact name="Node">{valueOf(table, row, 'node')}</Fact>
      <Fact name="Audit ID">{textOf(table, 'id', row)}</Fact>
      <Fact name="File">
        {place !== '' && (
          <Value field="file" value={place} shown={`${place}:${textOf(table, 'line', row)}`} />
        )}
      </Fact>
    </>
  );
}

function valueOf(
  table: CaseTable,
  row: number,
  field: FieldName,
  shown = textOf(table, field as 'user', row),
): ComponentChild {
  return shown !== '' && <Value field={field} value={shown} />;
}
