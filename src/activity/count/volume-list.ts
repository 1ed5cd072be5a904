import { shortUser, shortUsers } from '../../outputs/card/short-name.ts';
import type { RecordList } from '../../outputs/table/record-list.ts';
import type { Sections } from '../../outputs/table/sections.ts';
import { bytes as bytesText, number, plural } from '../../outputs/summary-text.ts';
import { VOLUME_KEYS, type Volume, type VolumeCounter } from './volume.ts';

/** Rows of a section that people see, and that machines get. */
const SHOWN = 8;
const MAX_ROWS = 500;
/** Columns from which on there are bars. */
const ROOM_FOR_BARS = 76;
/** Cells of the longest bar. */
const BAR = 16;

/** One value, and what it makes of the log. */
interface VolumeRow extends Volume {
  readonly by: string;
  /** Of all bytes, from 0 to 1. */
  readonly share: number;
}

/** What makes a log large, as a list. */
export const VOLUME_LIST: RecordList<VolumeRow> = {
  name: 'volumes',
  columns: [
    { title: 'BY', key: 'by', value: ({ by }) => by, minimum: 8 },
    { title: 'VALUE', key: 'value', value: ({ value }) => value, minimum: 12 },
    { title: 'EVENTS', key: 'events', value: ({ events }) => events, minimum: 6, number: true },
    { title: 'BYTES', key: 'bytes', value: ({ bytes }) => bytes, minimum: 6, number: true },
    {
      title: 'SHARE',
      key: 'share',
      value: ({ share }) => share,
      text: ({ share }) => percent(share),
      minimum: 6,
      number: true,
    },
  ],
};

/** The counts as rows: one for each value of each grouping, with its share of all bytes (0 to 1). */
export function volumeRows(counter: VolumeCounter): VolumeRow[] {
  const rowsOf = (by: string, values: readonly Volume[]): VolumeRow[] =>
    values.map(({ value, events, bytes }) => ({
      by,
      value,
      events,
      bytes,
      share: Number((bytes / Math.max(1, counter.bytes)).toFixed(6)),
    }));
  return [
    ...VOLUME_KEYS.flatMap((key) => rowsOf(key, counter.by[key].top(MAX_ROWS))),
    ...rowsOf('request', counter.requests.top(MAX_ROWS)),
  ];
}

/** What makes a log large, for people. */
export function volumeText(counter: VolumeCounter, out: Sections, width: number): void {
  const { events, bytes } = counter;
  out.title(`${bytesText(bytes)} in ${number(events)} ${plural(events, 'event')}`);
  const isNarrow = width < ROOM_FOR_BARS;
  for (const key of VOLUME_KEYS) {
    const rows = counter.by[key].top();
    const shown = key === 'user' ? rows.map(withShortName) : rows;
    section(`By ${key}`, shown, bytes, out, isNarrow);
  }
  const requests = counter.requests.top().map(({ user, ...row }) => ({
    ...row,
    value:
      user !== '' && row.value.startsWith(user)
        ? shortUser(user) + row.value.slice(user.length)
        : row.value,
  }));
  section('By kind of request', requests, bytes, out, isNarrow);
}

function withShortName(row: Volume): Volume {
  return { ...row, value: shortUsers(row.value) };
}

function section(
  title: string,
  values: readonly Volume[],
  all: number,
  out: Sections,
  isNarrow: boolean,
): void {
  out.blank();
  out.title(title);
  const most = Math.max(1, values[0]?.bytes ?? 0);
  out.rows(
    values.slice(0, SHOWN).map(({ value, events, bytes }) => {
      const bar = '█'.repeat(Math.max(1, Math.round((BAR * bytes) / most)));
      const share = percent(bytes / Math.max(1, all)).padStart(7);
      if (isNarrow) return [share, `${value}  ${bytesText(bytes)}, ${number(events)}`];
      const amount = `${bytesText(bytes).padStart(9)}  ${number(events).padStart(7)}`;
      return [share, amount, value, bar];
    }),
  );
  const more = values.length - SHOWN;
  if (more > 0) out.lines([`${number(more)} more`], 2, out.paint.dim);
}

/** A share (0 to 1) with one decimal, as in `12.3 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
