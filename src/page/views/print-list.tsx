import type { ComponentChild } from 'preact';
import { objectOf, textOf } from '../data/case-table.ts';
import { number, plural, rowTime } from '../data/wording.ts';
import { rows, table, view } from '../state.ts';
import { userText } from './finding-list.tsx';
import { Badge } from './shown-parts.tsx';

/** Events that are printed; nobody reads more on paper. */
const MAX_PRINTED = 2000;

/** The matching events for paper, with their messages. */
export function PrintList(): ComponentChild {
  const all = table.value;
  if (all === undefined || view.value.view !== 'findings') return null;
  const list = rows.value;
  const rest = list.length - MAX_PRINTED;
  return (
    <>
      {[...list.subarray(0, MAX_PRINTED)].map((row) => (
        <article key={row}>
          <h2>
            <Badge severity={textOf(all, 'severity', row)} /> {rowTime(all, row)}{' '}
            {textOf(all, 'rule', row)}
          </h2>
          <p>
            {userText(all, row)}, {textOf(all, 'verb', row)} {objectOf(all, row)}{' '}
            {textOf(all, 'source', row)} {textOf(all, 'id', row)}
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
