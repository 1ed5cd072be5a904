import type { Finding } from '../../engine/finding.ts';
import type { FindingOrder } from '../../outputs/card/order.ts';
import { groupValues, type FindingGroup } from '../../outputs/feed-keys.ts';
import { createRecordWriter, type RecordFormat } from '../../outputs/index.ts';
import type { RecordColumn, RecordList, RecordStyle } from '../../outputs/table/record-list.ts';
import { shortPriority } from '../../outputs/subject.ts';
import type { OutputWriter, Sink } from '../../outputs/writer.ts';
import { PRIORITIES, priorityRank } from '../../rules/priority.ts';
import { OVER_TIME, topColumns } from './top-columns.ts';
import { topSummary } from './top-list.ts';
import { TopCounter, type TopRow } from './top.ts';

/** Rows when no limit is given. */
const ROWS = 50;

export interface GroupOptions {
  readonly group: FindingGroup;
  readonly sort: FindingOrder | undefined;
  readonly limit: number | undefined;
}

/** Counts findings by a key and writes one row per value at the end. */
export async function createGroupWriter(
  format: RecordFormat,
  sink: Sink,
  style: RecordStyle,
  options: GroupOptions,
): Promise<OutputWriter> {
  const counter = new TopCounter();
  let findings = 0;
  const list = groupList(options.group, () => findings);
  // The list is written at the end only, so that a table knows its widths.
  const writer = await createRecordWriter(format, list, sink, style);
  return {
    finding(finding: Finding) {
      findings++;
      const rank = priorityRank(finding.priority);
      for (const value of groupValues(finding, options.group)) {
        counter.add(value, finding.time, '', rank);
      }
    },
    end() {
      const rows = counter.top(Infinity).toSorted((a, b) => compare(options.sort, a, b));
      const shown = rows.slice(0, options.limit ?? ROWS);
      for (const row of shown) writer.record(row);
      writer.end({ ...topSummary(counter, shown.length), requests: findings });
    },
  };
}

function compare(sort: FindingOrder | undefined, a: TopRow, b: TopRow): number {
  switch (sort) {
    case 'priority':
      return a.rank - b.rank;
    case 'time':
      return a.first < b.first ? -1 : Number(a.first > b.first);
    default:
      return 0;
  }
}

function groupList(group: FindingGroup, total: () => number): RecordList<TopRow> {
  const { first, last } = topColumns(group, total);
  const columns: readonly RecordColumn<TopRow>[] = [
    ...first,
    {
      title: 'WORST',
      key: 'worst_priority',
      value: ({ rank }) => PRIORITIES[rank] ?? null,
      text: ({ rank }) => shortPriority(PRIORITIES[rank] ?? 'Debug'),
      minimum: 9,
      maximum: 9,
      paint:
        ({ rank }, paint) =>
        (line) =>
          paint.priority(PRIORITIES[rank] ?? 'Debug', line),
    },
    ...last,
    OVER_TIME,
  ];
  return { name: 'groups', columns };
}
