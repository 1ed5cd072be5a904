import type { ComponentChild } from 'preact';
import { objectOf, textOf, type CaseTable, listOf } from '../data/case-table.ts';
import { kubectlCommand, showCommand } from '../data/commands.ts';
import type { FieldName } from '../data/case-view.ts';
import { rowTime } from '../data/wording.ts';
import { findingOf, openFinding } from '../cross-links.ts';
import { caseInfo, table as findings } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Related } from '../parts/related.tsx';
import { Badge, Copyable, Fact, Value } from '../parts/shown-parts.tsx';

/** Everything about one request. */
export function RequestDetail({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const value = (field: FieldName, shown = text(field as 'user')): ComponentChild =>
    shown !== '' && <Value field={field} value={shown} />;
  const place = text('file');
  const finding = findingOf(text('id'));
  return (
    <DetailBox name="Request">
      <h2>
        <Badge severity={text('result')} /> {text('verb')} {objectOf(table, row)}
      </h2>
      {finding !== undefined && (
        <p>
          <Badge severity={textOf(findings.value!, 'severity', finding)} />{' '}
          {[
            textOf(findings.value!, 'rule', finding),
            ...listOf(findings.value!, 'others', finding),
          ].join(', ')}{' '}
          <button type="button" onClick={() => openFinding(finding)}>
            Finding
          </button>
        </p>
      )}
      <dl>
        <Fact name="Time">
          {rowTime(table, row)} {caseInfo.value!.timezone}
        </Fact>
        <Fact name="User">{value('user')}</Fact>
        <Fact name="Acting as">{value('as')}</Fact>
        <Fact name="From address">{value('source')}</Fact>
        <Fact name="Client">{value('agent')}</Fact>
        <Fact name="Verb">{value('verb')}</Fact>
        <Fact name="Object">{value('object', objectOf(table, row))}</Fact>
        <Fact name="Namespace">{value('namespace')}</Fact>
        <Fact name="Resource">{value('resource')}</Fact>
        <Fact name="Response code">{value('code')}</Fact>
        <Fact name="Allowed because">{text('reason')}</Fact>
        <Fact name="Address">{text('uri')}</Fact>
        <Fact name="Level">{text('level')}</Fact>
        <Fact name="Stage">{value('stage')}</Fact>
        <Fact name="Cluster">{value('cluster')}</Fact>
        <Fact name="Node">{value('node')}</Fact>
        <Fact name="Audit ID">{text('id')}</Fact>
        <Fact name="File">
          {place !== '' && <Value field="file" value={place} shown={`${place}:${text('line')}`} />}
        </Fact>
      </dl>
      <Related table={table} row={row} />
      <Copyable name="One request in full" text={showCommand(table, row)} />
      <Copyable name="Such a request by kubectl" text={kubectlCommand(table, row)} />
    </DetailBox>
  );
}
