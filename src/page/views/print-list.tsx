import type { ComponentChild } from 'preact';
import { actionOf, textOf } from '../data/case-table.ts';
import { itemView } from '../data/case-lists.ts';
import { gradesOf } from '../data/grades.ts';
import { number, plural, rowTime, userText } from '../data/wording.ts';
import { chosen, feed, rows, view } from '../state.ts';
import { itemDetail } from './items-view.tsx';
import { Badge } from '../parts/shown-parts.tsx';

/** Events that are printed; nobody reads more on paper. */
const MAX_PRINTED = 2000;
/** Incidents, identities, objects or sessions that are printed. */
const MAX_ITEMS = 100;

/** What is chosen, for paper: the list on screen draws only what is in sight. */
export function PrintList(): ComponentChild {
  const { view: name, item } = view.value;
  const items = itemView(name);
  if (items !== undefined) {
    const keys = chosen.value.map(({ key }) => key);
    const printed = item === undefined ? keys.slice(0, MAX_ITEMS) : [item];
    return (
      <>
        {printed.map((key) => itemDetail(items, key))}
        {item === undefined && keys.length > MAX_ITEMS && (
          <p>{number(keys.length - MAX_ITEMS)} more are not printed: choose fewer.</p>
        )}
      </>
    );
  }
  return name === 'findings' || name === 'activity' ? <PrintedRows /> : null;
}

/** Matching findings with their messages, or matching requests. */
function PrintedRows(): ComponentChild {
  const all = feed.value;
  if (all === undefined) return null;
  const list = rows.value;
  const { column } = gradesOf(all);
  const rest = list.length - MAX_PRINTED;
  return (
    <>
      {[...list.subarray(0, MAX_PRINTED)].map((row) => (
        <article key={row}>
          <h2>
            <Badge severity={textOf(all, column, row)} /> {rowTime(all, row)}{' '}
            {textOf(all, 'rule', row)}
          </h2>
          <p>
            {userText(all, row)}, {actionOf(all, row)} {textOf(all, 'source', row)}{' '}
            {textOf(all, 'id', row)}
          </p>
          <p>{textOf(all, 'message', row)}</p>
        </article>
      ))}
      {rest > 0 && (
        <p>
          {number(rest)} more {plural(rest, 'event')} are not printed: choose fewer.
        </p>
      )}
    </>
  );
}
