import type { ComponentChild } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { actionOf, type CaseTable, listOf, textOf } from '../data/case-table.ts';
import { number, plural, rowTime, userText } from '../data/wording.ts';
import { gradesOf } from '../data/grades.ts';
import { caseInfo, feed, rows, showRow, shownRow } from '../state.ts';
import { RequestCells } from './request-cells.tsx';
import { Badge } from '../parts/shown-parts.tsx';

/** Rows drawn above and below those in sight. */
const SPARE = 8;

/** The matching events. Only those in sight are drawn, so that it makes no difference how many there are. */
export function FindingList(): ComponentChild {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState({ height: 800, row: 54 });
  const list = rows.value;
  const shown = shownRow.value;
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = (): void => {
      const row = Number.parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 54;
      setSize({ height: element.clientHeight, row });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const at = shown === undefined ? -1 : list.indexOf(shown);
    const element = box.current!;
    if (at < 0) return;
    const place = at * size.row;
    if (place < element.scrollTop) element.scrollTop = place;
    else if (place + size.row > element.scrollTop + element.clientHeight) {
      element.scrollTop = place + size.row - element.clientHeight;
    }
  }, [shown, list, size]);
  const first = Math.max(0, Math.floor(top / size.row) - SPARE);
  const last = Math.min(list.length, Math.ceil((top + size.height) / size.row) + SPARE);
  const inSight = [...list.subarray(Math.min(first, last), last)];
  const stop =
    shown !== undefined && inSight.includes(shown) ? shown : inSight[top > 0 ? SPARE : 0];
  const all = feed.value;
  if (all === undefined) return null;
  return (
    <div class="list" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      {list.length === 0 && <p class="empty">{emptyText(all)}</p>}
      <ol
        aria-label={gradesOf(all).column === 'severity' ? 'Events with findings' : 'Requests'}
        style={{ height: `${list.length * size.row}px` }}
      >
        {inSight.map((row, index) => (
          <li
            key={row}
            aria-setsize={list.length}
            aria-posinset={first + index + 1}
            style={{ top: `${(first + index) * size.row}px` }}
          >
            <Row table={all} row={row} isShown={row === shown} isStop={row === stop} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Why the list is empty: of a log without findings nothing was filtered. */
function emptyText(all: CaseTable): string {
  if (all.rows > 0) return 'No event matches.';
  if (gradesOf(all).column !== 'severity') return 'This log has no requests.';
  const { events } = caseInfo.value!;
  return `The rules found nothing in ${number(events)} ${plural(events, 'event')}. Activity tells what was done, Input what such a log cannot show.`;
}

function Row({
  table: all,
  row,
  isShown,
  isStop,
}: {
  readonly table: CaseTable;
  readonly row: number;
  readonly isShown: boolean;
  readonly isStop: boolean;
}): ComponentChild {
  return (
    <button
      type="button"
      class="row"
      aria-current={isShown ? 'true' : undefined}
      tabIndex={isStop ? 0 : -1}
      onClick={() => showRow(row)}
    >
      {gradesOf(all).column === 'severity' ? (
        <FindingCells table={all} row={row} />
      ) : (
        <RequestCells table={all} row={row} />
      )}
    </button>
  );
}

function FindingCells({
  table: all,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(all, name, row);
  const others = listOf(all, 'others', row).length;
  const count = all.numbers.count[row]!;
  return (
    <>
      <Badge severity={text('severity')} />
      <time>{rowTime(all, row)}</time>
      <span class="rule">
        {text('rule')}
        {others > 0 && <i> +{others}</i>}
        {count > 1 && <i> ×{number(count)}</i>}
      </span>
      <span class="who">{userText(all, row)}</span>
      <span class="what">{actionOf(all, row)}</span>
      <span class="why">
        {[text('failure'), text('evidence')].filter((part) => part !== '').join('; ')}
      </span>
      <span class="where">{text('source')}</span>
    </>
  );
}
