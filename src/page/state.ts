import { computed, effect, signal } from '@preact/signals';
import type { CaseInfo } from '../outputs/case/case-data.ts';
import type { CaseTable } from './data/case-table.ts';
import { addressOf, ALL, viewAt, type CaseView } from './data/case-view.ts';
import { groupRows } from './data/grouping.ts';
import { histogram } from './data/histogram.ts';
import { matchRows } from './data/matching.ts';
import { orderRows, rowsInOrder } from './data/ordering.ts';

/** What the page holds; set once it is read. */
export const caseInfo = signal<CaseInfo | undefined>(undefined);
export const table = signal<CaseTable | undefined>(undefined);
/** True when messages, fields and what else is beside the list are there. */
export const complete = signal(false);
/** What the user chose. */
export const view = signal<CaseView>(viewAt(location.hash.slice(1)));
/** What a screen reader is told. */
export const said = signal('');

/** Changes when other rows match. */
const filterKey = computed(() => {
  const { search, is, not, severities, from, to } = view.value;
  return JSON.stringify([search, is, not, severities, from, to]);
});
const orderKey = computed(() => view.value.order);

export const matches = computed(() => {
  void filterKey.value;
  void complete.value;
  return table.value === undefined ? undefined : matchRows(table.value, view.peek());
});

const ordered = computed(() =>
  table.value === undefined ? new Uint32Array() : orderRows(table.value, orderKey.value),
);

/** The rows of the list. */
export const rows = computed(() =>
  matches.value === undefined
    ? new Uint32Array()
    : rowsInOrder(ordered.value, matches.value.rows, matches.value.count),
);

export const bars = computed(() => {
  const found = matches.value;
  if (table.value === undefined || found === undefined) return undefined;
  const { from, to } = view.peek();
  return histogram(table.value, found.rows, from, to);
});

const groupKey = computed(() => view.value.group);

export const groups = computed(() => {
  const by = groupKey.value;
  const found = matches.value;
  if (by === undefined || table.value === undefined || found === undefined) return undefined;
  return { by, all: groupRows(table.value, found.rows, by) };
});

const shownKey = computed(() => view.value.shown);

/** The row that is shown beside the list. */
export const shownRow = computed(() => {
  const place = shownKey.value;
  if (place === undefined || table.value === undefined) return undefined;
  const row = table.value.numbers.order.indexOf(place);
  return row < 0 ? undefined : row;
});

/** Changes what is shown. */
export function go(change: Partial<CaseView>): void {
  view.value = { ...view.value, ...change };
}

/** Leaves the page and what is shown beside the list, and lets all filters go. */
export function showAll(): void {
  view.value = { ...ALL, view: view.value.view, order: view.value.order };
}

/** Shows a row beside the list. */
export function showRow(row: number | undefined): void {
  const place = row === undefined ? undefined : table.peek()?.numbers.order[row];
  go({ shown: place });
}

/** Shows the next row of the list, or the one before. */
export function moveBy(step: number): void {
  const list = rows.peek();
  const now = shownRow.peek();
  const at = now === undefined ? -1 : list.indexOf(now);
  const next = at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + step));
  if (list.length > 0) showRow(list[next]);
}

/** Keeps the address of the page and what is shown the same. */
export function followAddress(): void {
  effect(() => {
    const address = addressOf(view.value);
    if (address !== location.hash.slice(1)) {
      history.replaceState(null, '', address === '' ? location.pathname : `#${address}`);
    }
  });
  addEventListener('hashchange', () => {
    view.value = viewAt(location.hash.slice(1));
  });
}
