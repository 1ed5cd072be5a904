import { groupKey } from '../../../activity/count/group-keys.ts';
import type { GroupKey } from '../../../activity/count/group-names.ts';
import { NoiseCounter, noiseKind } from '../../../activity/noise.ts';
import { REQUEST_LIST } from '../../../activity/request/request-list.ts';
import { glimpseOf, type Request } from '../../../activity/request.ts';
import { TimeOrder } from '../../../activity/time-order.ts';
import { StageFolder } from '../../../activity/stages.ts';
import { topList, topSummary } from '../../../activity/count/top-list.ts';
import { TopCounter } from '../../../activity/count/top.ts';
import { streamOutput } from '../../../io/output.ts';
import { createListWriter, createRecordWriter } from '../../../outputs/create-writer.ts';
import {
  defaultFormat,
  isRecordFormat,
  RECORD_FORMATS,
  type RecordFormat,
  type RowFormat,
  type SchemaFormat,
} from '../../../outputs/index.ts';
import { KnownError } from '../../../util/errors.ts';
import { packageVersion } from '../../version.ts';
import { number, plural } from '../../../outputs/summary-text.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { endReading, readForCommand, recordStyle } from '../../run/reading.ts';

/** Rows of a top list when `--limit` is not given. */
const TOP_ROWS = 20;

/** `k8s-audit activity`: one row per API request, or the most frequent values of one. */
export const activityCommand: ActionOf<'activity'> = async (invocation) => {
  const { by } = invocation.settings;
  return by === undefined ? listRequests(invocation) : countRequests(invocation, by);
};

async function listRequests(invocation: InvocationOf<'activity'>): Promise<number> {
  const { settings, terminal, args } = invocation;
  const output = streamOutput(terminal.stdout);
  const writer = await createListWriter(
    formatOf(invocation),
    REQUEST_LIST,
    output,
    recordStyle(invocation),
    packageVersion(),
  );
  const filter = new NoiseFilter(settings.noise);
  let shown = 0;
  let limited = 0;
  const ordered = new TimeOrder<Request>(
    ({ time }) => time,
    (request) => {
      if (settings.limit !== undefined && shown >= settings.limit) {
        limited++;
        return;
      }
      shown++;
      writer.record(request);
    },
  );
  const folder = new StageFolder((request) => {
    if (filter.passes(request)) ordered.add(request);
  });
  const end = await readForCommand(invocation, 'activity', args, output, {
    inTime: true,
    event: (event) => folder.add(event),
  });
  folder.end();
  ordered.end();
  writer.end({ requests: shown + limited, shown, hidden: filter.json() });
  await output.close();
  const notes = [`${number(shown)} ${plural(shown, 'request')} shown${filter.text()}`];
  if (limited > 0) notes.push(`${number(limited)} more not shown (--limit)`);
  return endReading(end, invocation, output, [
    ...notes,
    ...folderNotes(folder),
    ...orderNotes(ordered),
  ]);
}

function formatOf({
  settings,
  terminal,
}: InvocationOf<'activity'>): RecordFormat | SchemaFormat | RowFormat {
  return settings.requestFormat ?? defaultFormat(terminal.stdout.isTTY);
}

async function countRequests(
  invocation: InvocationOf<'activity'>,
  by: readonly GroupKey[],
): Promise<number> {
  const { settings, terminal, args } = invocation;
  const format = formatOf(invocation);
  if (!isRecordFormat(format)) {
    const message = `--by counts values, which have no ${format} format: use ${RECORD_FORMATS.join(', ')}`;
    throw new KnownError('usage', message);
  }
  const output = streamOutput(terminal.stdout);
  const filter = new NoiseFilter(settings.noise);
  const counter = new TopCounter();
  const count = (request: Request): void => {
    if (!filter.passes(request)) return;
    counter.add(groupKey(by, request), request.time, request.result);
  };
  const folder = new StageFolder(count, { read: glimpseOf });
  const end = await readForCommand(invocation, 'activity', args, output, {
    event: (event) => folder.add(event),
  });
  folder.end();
  const rows = counter.top(settings.limit ?? TOP_ROWS);
  const writer = await createRecordWriter(
    format,
    topList(by, counter),
    output,
    recordStyle(invocation),
  );
  for (const row of rows) writer.record(row);
  writer.end({ ...topSummary(counter, rows.length), hidden: filter.json() });
  await output.close();
  const notes = [
    `${number(counter.total)} ${plural(counter.total, 'request')} counted${filter.text()}`,
  ];
  const rest = counter.size - rows.length;
  if (rest > 0)
    notes.push(
      `${number(rest)} more ${plural(rest, 'value')} (--limit shows more than ${rows.length})`,
    );
  if (counter.forgotten > 0) {
    notes.push(
      `more different values than are counted at a time: ${number(counter.forgotten)} rare ones were ` +
        'forgotten; counts marked ≥ are lower bounds',
    );
  }
  return endReading(end, invocation, output, [...notes, ...folderNotes(folder)]);
}

/** Leaves out what a cluster does all day, and counts it. */
class NoiseFilter {
  readonly #show: boolean;
  readonly #counter = new NoiseCounter();

  constructor(show: boolean) {
    this.#show = show;
  }

  passes(request: Request): boolean {
    const kind = this.#show ? undefined : noiseKind(request);
    if (kind !== undefined) this.#counter.add(kind);
    return kind === undefined;
  }

  text(): string {
    if (this.#counter.total === 0) return '';
    const kinds = this.#counter.rows().map(({ text, count }) => `${number(count)} ${text}`);
    return `, ${number(this.#counter.total)} hidden: ${kinds.join(', ')} (--noise shows them)`;
  }

  json(): Record<string, number> {
    return Object.fromEntries(this.#counter.rows().map(({ kind, count }) => [kind, count]));
  }
}

/** What sorting could not do in the memory that it has. */
export function orderNotes({ late }: Pick<TimeOrder<unknown>, 'late'>): string[] {
  if (late === 0) return [];
  return [
    `${number(late)} ${late === 1 ? 'row stands' : 'rows stand'} behind later ones: the log is far from the order of time`,
  ];
}

/** What folding stages could not do. */
export function folderNotes(folder: StageFolder): string[] {
  const notes: string[] = [];
  if (folder.repeated > 0) {
    const copies = folder.repeated === 1 ? 'copy of a request' : 'copies of requests';
    notes.push(`${number(folder.repeated)} ${copies} left out (same audit ID and time)`);
  }
  if (folder.evicted > 0) {
    notes.push(
      `${number(folder.evicted)} ${plural(folder.evicted, 'request')} listed as open: more were open at a time than are remembered`,
    );
  }
  return notes;
}
