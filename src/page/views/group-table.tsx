import type { ComponentChild } from 'preact';
import { FIELDS, type GroupName } from '../data/case-view.ts';
import type { Group } from '../data/grouping.ts';
import { number, plural, rowTime } from '../data/wording.ts';
import { feed } from '../state.ts';
import { Badge, Value } from '../parts/shown-parts.tsx';

/** Groups that are drawn; the rest is counted. */
const MAX_GROUPS = 500;

/** Matching events by what they have in common. */
export function GroupTable({
  by,
  all,
}: {
  readonly by: GroupName;
  readonly all: readonly Group[];
}): ComponentChild {
  const rest = all.length - MAX_GROUPS;
  const time = (row: number | undefined): string =>
    row === undefined ? '' : rowTime(feed.value!, row);
  return (
    <div class="groups">
      <table>
        <caption>
          {number(all.length)} {plural(all.length, 'group')} by {FIELDS[by]}
        </caption>
        <thead>
          <tr>
            <th scope="col">Events</th>
            <th scope="col">Worst</th>
            <th scope="col" class="by">
              {FIELDS[by]}
            </th>
            <th scope="col" class="time">
              First
            </th>
            <th scope="col" class="time">
              Last
            </th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, MAX_GROUPS).map(({ value, events, worst, first, last }) => (
            <tr key={value}>
              <td class="number">{number(events)}</td>
              <td>
                <Badge severity={worst} />
              </td>
              <td>
                <Value field={by} value={value} />
              </td>
              <td class="time">{time(first)}</td>
              <td class="time">{time(last)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <p class="dim">
          {number(rest)} more {plural(rest, 'group')} with fewer events.
        </p>
      )}
    </div>
  );
}
