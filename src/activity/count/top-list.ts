import type { RecordColumn, RecordList } from '../../outputs/record-formats.ts';
import { number } from '../../outputs/summary-text.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { GroupKey } from './group-names.ts';
import { sparkline } from '../../outputs/table/bars.ts';
import type { TopCounter, TopRow } from './top.ts';

function countText(value: number): string {
  return value === 0 ? '·' : number(value);
}

/** Rows of a top list, with what they share. */
export function topList(by: GroupKey, counter: TopCounter): RecordList<TopRow> {
  const { total } = counter;
  const columns: readonly RecordColumn<TopRow>[] = [
    {
      title: by.toUpperCase().replace('-', ' '),
      key: by.replace('-', '_'),
      value: ({ key }) => key,
      minimum: 12,
      maximum: 70,
    },
    {
      title: 'COUNT',
      key: 'count',
      value: (row) => row.count,
      text: (row) => `${row.atLeast ? '≥' : ''}${number(row.count)}`,
      minimum: 5,
      number: true,
    },
    {
      title: 'SHARE',
      key: 'share',
      value: (row) => Number((row.count / Math.max(1, total)).toFixed(6)),
      text: (row) => `${((100 * row.count) / Math.max(1, total)).toFixed(1)} %`,
      minimum: 5,
      number: true,
    },
    {
      title: 'DENIED',
      key: 'denied',
      value: ({ denied }) => denied,
      text: ({ denied }) => countText(denied),
      minimum: 6,
      number: true,
      paint: ({ denied }, paint) =>
        denied > 0 ? (line) => paint.priority('Error', line) : paint.dim,
    },
    {
      title: 'FAILED',
      key: 'failed',
      value: ({ failed }) => failed,
      text: ({ failed }) => countText(failed),
      minimum: 6,
      number: true,
      paint: ({ failed }, paint) =>
        failed > 0 ? (line) => paint.priority('Warning', line) : paint.dim,
    },
    {
      title: 'FIRST',
      key: 'first',
      value: () => undefined,
      time: ({ first }) => first,
      minimum: 8,
      from: 110,
    },
    {
      title: 'LAST',
      key: 'last',
      value: () => undefined,
      time: ({ last }) => last,
      minimum: 8,
      from: 110,
    },
    {
      title: '',
      key: 'count_is_lower_bound',
      value: ({ atLeast }) => atLeast,
    },
    {
      title: 'OVER TIME',
      key: 'over_time',
      value: ({ bars }) => bars,
      text: ({ bars }) => sparkline(bars) || ' ',
      minimum: 9,
      maximum: 24,
      paint: (_, paint) => (line) => paint.priority('Notice', line),
    },
  ];
  return { name: by.replace('-', '_'), columns };
}

/** What the rows of a top list have in common, for JSON. */
export function topSummary(counter: TopCounter, shown: number) {
  const { range } = counter;
  return {
    requests: counter.total,
    values: counter.size,
    shown,
    forgotten: counter.forgotten,
    bar_start: range === undefined ? null : formatRfc3339Nano(range.start),
    bar_end: range === undefined ? null : formatRfc3339Nano(range.end),
    bar_seconds: range === undefined ? null : range.seconds,
  };
}
