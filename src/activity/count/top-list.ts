import { shortUsers } from '../../outputs/card/short-name.ts';
import type { RecordColumn, RecordList } from '../../outputs/table/record-list.ts';
import { number } from '../../outputs/summary-text.ts';
import { formatRfc3339Nano } from '../../util/time.ts';
import type { GroupKey } from './group-names.ts';
import { KEY_BORDER } from './group-keys.ts';
import { OVER_TIME, topColumns } from './top-columns.ts';
import type { TopCounter, TopRow } from './top.ts';

/** Columns of a table from which on there is room for several keys, and for the times. */
const ROOM_FOR_ALL = 150;

function countText(value: number): string {
  return value === 0 ? '·' : number(value);
}

/** Rows of a top list, with what they share. */
export function topList(by: readonly GroupKey[], counter: TopCounter): RecordList<TopRow> {
  const { first, last } = topColumns(by[0]!, () => counter.total);
  const [only, ...counts] = first;
  const keys = by.map((name, index): RecordColumn<TopRow> => ({
    ...only!,
    ...(by.length > 1 && { minimum: 8, maximum: 48 }),
    title: name.toUpperCase().replace('-', ' '),
    key: name.replace('-', '_'),
    value: ({ key }) => key.split(KEY_BORDER)[index],
    shown: ({ key }) => {
      const value = key.split(KEY_BORDER)[index]!;
      return name === 'user' ? shortUsers(value) : value;
    },
  }));
  const columns: readonly RecordColumn<TopRow>[] = [
    ...keys,
    ...counts,
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
    ...last.map((column) => (by.length > 1 ? { ...column, from: ROOM_FOR_ALL } : column)),
    {
      title: '',
      key: 'count_is_lower_bound',
      value: ({ atLeast }) => atLeast,
    },
    OVER_TIME,
  ];
  return { name: by.join('_and_').replaceAll('-', '_'), columns };
}

/** Totals and the scale of the bars, which all rows share; for JSON. */
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
