import type { ComponentChild } from 'preact';
import { gradesOf } from '../data/grades.ts';
import { complete, feed, groups, live, rows, shownRow } from '../state.ts';
import { FilterBar } from './filter-bar.tsx';
import { FindingDetail } from './finding-detail.tsx';
import { FindingList } from './finding-list.tsx';
import { GroupTable } from './group-table.tsx';
import { RequestDetail } from './request-detail.tsx';
import { TimelineChart } from './timeline-chart.tsx';

/** Filters, findings or requests over time, their list, and one of them beside it. */
export function FeedView(): ComponentChild {
  const row = shownRow.value;
  const all = feed.value;
  if (all === undefined) return <p class="dim">Reading …</p>;
  const isFindings = gradesOf(all).column === 'severity';
  return (
    <>
      <FilterBar />
      <TimelineChart />
      {isFindings && live.value?.shownUse(all, rows.value)}
      <div class={row === undefined ? 'columns' : 'columns with-detail'}>
        {groups.value === undefined ? <FindingList /> : <GroupTable {...groups.value} />}
        {row !== undefined &&
          (isFindings ? (
            <FindingDetail key={row} table={all} row={row} />
          ) : (
            // Anew when the texts beside the list are there.
            <RequestDetail key={`${row} ${complete.value}`} table={all} row={row} />
          ))}
      </div>
    </>
  );
}
