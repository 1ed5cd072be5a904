import { PRIORITIES } from '../../rules/priority.ts';
import { SEVERITIES } from '../../policies/severity.ts';
import type { CaseTable, TextData } from './case-table.ts';
import type { OrderName } from './case-view.ts';
import { RESULTS } from './grades.ts';

/** All rows in an order; rows that are equal in it stand in order of time, then as they were logged. */
export function orderRows(table: CaseTable, order: OrderName): Uint32Array {
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const { times } = table;
  const place = table.numbers.order;
  const byTime = (a: number, b: number): number => times[a]! - times[b]! || place[a]! - place[b]!;
  const key = keyOf(table, order);
  if (key === undefined) return rows.toSorted(order === 'newest' ? (a, b) => byTime(b, a) : byTime);
  return rows.toSorted((a, b) => key[a]! - key[b]! || byTime(a, b));
}

function keyOf(table: CaseTable, order: OrderName): Uint32Array | undefined {
  // A list without rows may have no columns.
  if (table.rows === 0) return undefined;
  const { severity, priority, rule, user } = table.texts;
  switch (order) {
    case 'time':
    case 'newest':
      return undefined;
    case 'severity': {
      if (severity === undefined) return ranks(table.texts.result!, RESULTS);
      const worst = ranks(severity, SEVERITIES);
      const next = ranks(priority!, PRIORITIES);
      return worst.map((rank, row) => rank * PRIORITIES.length + next[row]!);
    }
    case 'rule':
      return rule && ranks(rule, rule.values.toSorted());
    case 'user':
      return ranks(user!, user!.values.toSorted());
  }
}

/** The place of each row's text among all in their order. */
function ranks({ values, at }: TextData, order: readonly string[]): Uint32Array {
  const places = new Map(order.map((text, place) => [text, place]));
  const ofValue = values.map((text) => places.get(text) ?? order.length);
  return at.map((index) => ofValue[index]!);
}

/** The rows of an order that match. */
export function rowsInOrder(order: Uint32Array, matches: Uint8Array, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let next = 0;
  for (const row of order) if (matches[row] === 1) rows[next++] = row;
  return rows;
}
