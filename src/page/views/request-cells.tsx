import type { ComponentChild } from 'preact';
import { actionOf, type CaseTable, textOf } from '../data/case-table.ts';
import { rowTime, userText } from '../data/wording.ts';
import { findingOf } from '../cross-links.ts';
import { complete, table } from '../state.ts';
import { Badge } from '../parts/shown-parts.tsx';

/** What the list tells of a request. */
export function RequestCells({
  table: all,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(all, name, row);
  // The client comes later than the rest.
  void complete.value;
  const finding = findingOf(text('id'));
  const rule = finding === undefined ? '' : textOf(table.value!, 'rule', finding);
  return (
    <>
      <Badge severity={text('result')} />
      <time>{rowTime(all, row)}</time>
      <span class="rule">{actionOf(all, row)}</span>
      <span class="who">{userText(all, row)}</span>
      <span class="what">{rule}</span>
      <span class="why">
        {[text('code'), text('agent')].filter((part) => part !== '').join(' ')}
      </span>
      <span class="where">{text('source')}</span>
    </>
  );
}
