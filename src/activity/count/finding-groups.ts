import type { Finding } from '../../engine/finding.ts';
import { severityOfFinding } from '../../outputs/card/card.ts';
import type { FindingOrder } from '../../outputs/card/order.ts';
import { groupValues, type FindingGroup } from '../../outputs/feed-keys.ts';
import { createRecordWriter } from '../../outputs/create-writer.ts';
import { FORMATS, type RecordFormat } from '../../outputs/index.ts';
import type { RecordColumn, RecordList, RecordStyle } from '../../outputs/table/record-list.ts';
import { shortPriority } from '../../outputs/subject.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import type { OutputWriter, Sink } from '../../outputs/writer.ts';
import { severityRank, type Severity } from '../../policies/severity.ts';
import { PRIORITIES, priorityRank } from '../../rules/priority.ts';
import { OVER_TIME, topColumns } from './top-columns.ts';
import { topSummary } from './top-list.ts';
import { TopCounter, type TopRow } from './top.ts';

/** Rows for people when no limit is given. */
const ROWS = 50;
/** Values of which the severity is remembered: more than the counter keeps. */
const MAX_SEVERITIES = 20_000;

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
  const worst = new Map<string, Severity>();
  const severityOf = ({ key }: TopRow): Severity => worst.get(key) ?? 'info';
  const list = groupList(options.group, () => findings, severityOf);
  const limit = options.limit ?? (FORMATS[format].allRows === true ? Infinity : ROWS);
  // The list is written at the end only, so that a table knows its widths.
  const writer = await createRecordWriter(format, list, sink, style);
  return {
    finding(finding: Finding) {
      findings++;
      const rank = priorityRank(finding.priority);
      const severity = severityOfFinding(finding);
      for (const value of groupValues(finding, options.group)) {
        counter.add(value, finding.time, '', rank);
        const known = worst.get(value);
        if (known === undefined ? worst.size < MAX_SEVERITIES : isWorse(severity, known)) {
          worst.set(value, severity);
        }
      }
    },
    notes() {
      const rest = counter.size - limit;
      const forgotten = number(counter.forgotten);
      return [
        ...(rest > 0
          ? [`${number(rest)} more ${plural(rest, 'row')} not shown (--limit 0 shows all)`]
          : []),
        ...(counter.forgotten > 0
          ? [
              `more different values than are counted at a time: ${forgotten} rare ones were forgotten`,
            ]
          : []),
      ];
    },
    end() {
      const rows = counter.top(Infinity).toSorted((a, b) => compare(options, severityOf, a, b));
      const shown = rows.slice(0, limit);
      for (const row of shown) writer.record(row);
      writer.end({ ...topSummary(counter, shown.length), requests: findings });
    },
  };
}

function isWorse(a: Severity, b: Severity): boolean {
  return severityRank(a) < severityRank(b);
}

/** Rules and policies go by severity when no order is asked for, all else by count. */
function compare(
  { sort, group }: GroupOptions,
  severityOf: (row: TopRow) => Severity,
  a: TopRow,
  b: TopRow,
): number {
  switch (sort ?? (group === 'rule' || group === 'policy' ? 'severity' : 'count')) {
    case 'severity':
      return severityRank(severityOf(a)) - severityRank(severityOf(b)) || a.rank - b.rank;
    case 'priority':
      return a.rank - b.rank;
    case 'time':
      return a.first < b.first ? -1 : Number(a.first > b.first);
    default:
      return 0;
  }
}

function groupList(
  group: FindingGroup,
  total: () => number,
  severityOf: (row: TopRow) => Severity,
): RecordList<TopRow> {
  const { first, last } = topColumns(group, total);
  const columns: readonly RecordColumn<TopRow>[] = [
    ...first,
    {
      title: 'SEVERITY',
      key: 'worst_severity',
      value: severityOf,
      text: (row) => (severityOf(row) === 'high' ? 'HIGH' : severityOf(row)),
      minimum: 8,
      maximum: 8,
      paint: (row, paint) => (line) => paint.severity(severityOf(row), line),
    },
    {
      title: 'PRIORITY',
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
