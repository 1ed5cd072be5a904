import { shortUsers } from '../../outputs/card/short-name.ts';
import { WIDE, type RecordColumn } from '../../outputs/table/record-list.ts';
import { number } from '../../outputs/summary-text.ts';
import { sparkline } from '../../outputs/table/bars.ts';
import type { TopRow } from './top.ts';

/**
 * The columns that every list of counted values has: first what was counted and how often, last when.
 *
 * @param by what was counted, as an option names it: `user-agent`
 * @param total all that was counted; asked when a row is written
 */
export function topColumns(
  by: string,
  total: () => number,
): {
  readonly first: readonly RecordColumn<TopRow>[];
  readonly last: readonly RecordColumn<TopRow>[];
} {
  const all = (): number => Math.max(1, total());
  return {
    first: [
      {
        title: by.toUpperCase().replace('-', ' '),
        key: by.replace('-', '_'),
        value: ({ key }) => key,
        ...(by === 'user' && { shown: ({ key }: TopRow) => shortUsers(key) }),
        minimum: 12,
        maximum: 70,
      },
      {
        title: 'COUNT',
        key: 'count',
        value: ({ count }) => count,
        text: (row) => `${row.atLeast ? '≥' : ''}${number(row.count)}`,
        minimum: 5,
        number: true,
      },
      {
        title: 'SHARE',
        key: 'share',
        value: ({ count }) => Number((count / all()).toFixed(6)),
        text: ({ count }) => `${((100 * count) / all()).toFixed(1)} %`,
        minimum: 5,
        number: true,
      },
    ],
    last: [
      {
        title: 'FIRST',
        key: 'first',
        value: () => undefined,
        time: ({ first }) => first,
        minimum: 8,
        from: WIDE,
      },
      {
        title: 'LAST',
        key: 'last',
        value: () => undefined,
        time: ({ last }) => last,
        minimum: 8,
        from: WIDE,
      },
    ],
  };
}

/** The counts of a row over the time of all rows. */
export const OVER_TIME: RecordColumn<TopRow> = {
  title: 'OVER TIME',
  key: 'over_time',
  value: ({ bars }) => bars,
  text: ({ bars }) => sparkline(bars) || ' ',
  shown: ({ bars }, wide) => sparkline(wide ? bars : halved(bars)) || ' ',
  minimum: 9,
  whole: true,
  from: 64,
  paint: (_, paint) => (line) => paint.priority('Notice', line),
};

/** Half as many bars over the same time. */
function halved(bars: readonly number[]): number[] {
  return bars.flatMap((count, i) => (i % 2 === 0 ? [count + (bars[i + 1] ?? 0)] : []));
}
