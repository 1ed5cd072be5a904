import type { ComponentChild } from 'preact';
import { actionOf, type CaseTable, listOf, textOf } from '../data/case-table.ts';
import { kubectlCommand, showCommand } from '../data/commands.ts';
import { rowTime } from '../data/wording.ts';
import { findingOf, openFinding } from '../cross-links.ts';
import { caseInfo, table as findings } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Related } from '../parts/related.tsx';
import { PlaceFacts, RequestFacts } from '../parts/request-facts.tsx';
import { Badge, Copyable, Fact } from '../parts/shown-parts.tsx';

/** Everything about one request. */
export function RequestDetail({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const finding = findingOf(text('id'));
  return (
    <DetailBox name="Request">
      <h2>
        <Badge severity={text('result')} /> {actionOf(table, row)}
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
        <RequestFacts table={table} row={row} />
        <Fact name="Allowed because">{text('reason')}</Fact>
        <Fact name="Address">{text('uri')}</Fact>
        <Fact name="Level">{text('level')}</Fact>
        <PlaceFacts table={table} row={row} />
      </dl>
      <Related table={table} row={row} />
      <Copyable name="One request in full" text={showCommand(table, row)} />
      <Copyable name="Such a request by kubectl" text={kubectlCommand(table, row)} />
    </DetailBox>
  );
}
