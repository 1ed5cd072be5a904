import type { ComponentChild } from 'preact';
import { complete, groups, shownRow, table } from '../state.ts';
import { FilterBar } from './filter-bar.tsx';
import { FindingDetail } from './finding-detail.tsx';
import { FindingList } from './finding-list.tsx';
import { GroupTable } from './group-table.tsx';
import { TimelineChart } from './timeline-chart.tsx';

/** Filters, events over time, the list, and one finding beside it. */
export function FindingsView(): ComponentChild {
  const row = shownRow.value;
  const all = table.value;
  if (all === undefined) return null;
  return (
    <>
      <FilterBar />
      <TimelineChart />
      <div class={row === undefined ? 'columns' : 'columns with-detail'}>
        {groups.value === undefined ? <FindingList /> : <GroupTable {...groups.value} />}
        {row !== undefined && (
          // Anew when the texts beside the list are there.
          <FindingDetail key={`${row} ${complete.value}`} table={all} row={row} />
        )}
      </div>
    </>
  );
}
