import type { ComponentChild } from 'preact';
import { batch, computed, effect, signal } from '@preact/signals';
import type { CaseInfo } from '../outputs/case/case-data.ts';
import type { CaseTable } from './data/case-table.ts';
import {
  addressOf,
  ALL,
  viewAt,
  type CaseView,
  type LiveViewName,
  type ViewName,
  orderOf,
} from './data/case-view.ts';
import { choicesOf, chosenBy } from './data/choices.ts';
import { itemView, NO_SECTIONS, type Sections } from './data/case-lists.ts';
import { groupRows } from './data/grouping.ts';
import { histogram } from './data/histogram.ts';
import { matchRows } from './data/matching.ts';
import { orderRows, rowsInOrder } from './data/ordering.ts';
import { offsetAt, timeText } from './data/wording.ts';
import type { LoadedCase } from './read-data.ts';

/** What the page holds; set once it is read. */
export const caseInfo = signal<CaseInfo | undefined>(undefined);
/** The findings. */
export const table = signal<CaseTable | undefined>(undefined);
/** The requests; read when somebody goes to their page. */
export const requests = signal<CaseTable | undefined>(undefined);
export const sections = signal<Sections>(NO_SECTIONS);
/** Reads the request of a finding. */
export const readEvent = signal<LoadedCase['event']>(() => Promise.resolve(''));
/** True when messages, fields and what else is beside the list of findings is there; the same for requests. */
export const findingsComplete = signal(false);
export const requestsComplete = signal(false);
/** What the user chose. */
export const view = signal<CaseView>(viewAt(location.hash.slice(1)));
/** A page that a server adds to those of a case file. */
export interface LiveView {
  readonly name: LiveViewName;
  readonly title: string;
  readonly draw: () => ComponentChild;
}
/**
 * What a server adds: pages, what stands in the place of those whose data it has not sent yet, and what a finding, or all that
 * the list shows, may be used for.
 */
export const live = signal<
  | {
      readonly views: readonly LiveView[];
      readonly waiting: () => ComponentChild;
      readonly findingUse: (table: CaseTable, row: number) => ComponentChild;
      readonly shownUse: (table: CaseTable, rows: Uint32Array) => ComponentChild;
    }
  | undefined
>(undefined);
/** What was typed into the field of a page's search, and is not searched for yet. */
export const typed = signal<{ readonly text: string; readonly page: ViewName } | undefined>(
  undefined,
);
/** What a screen reader is told. */
export const said = signal('');

const viewName = computed(() => view.value.view);
const isActivity = computed(() => viewName.value === 'activity');
/** The findings or the requests: what the page that is shown lists, filters and counts. */
export const feed = computed(() => (isActivity.value ? requests.value : table.value));
export const complete = computed(() =>
  isActivity.value ? requestsComplete.value : findingsComplete.value,
);

/** Changes when other rows match. */
const filterKey = computed(() => {
  const { search, is, not, severities, results, from, to } = view.value;
  return JSON.stringify([search, is, not, severities, results, from, to]);
});
const orderKey = computed(() => orderOf(view.value));

export const matches = computed(() => {
  void filterKey.value;
  void complete.value;
  return feed.value === undefined ? undefined : matchRows(feed.value, view.peek());
});

const ordered = computed(() =>
  feed.value === undefined ? new Uint32Array() : orderRows(feed.value, orderKey.value),
);

/** The rows of the list. */
export const rows = computed(() =>
  matches.value === undefined
    ? new Uint32Array()
    : rowsInOrder(ordered.value, matches.value.rows, matches.value.count),
);

export const bars = computed(() => {
  const found = matches.value;
  if (feed.value === undefined || found === undefined) return undefined;
  const { from, to } = view.peek();
  return histogram(feed.value, found.rows, from, to);
});

const groupKey = computed(() => view.value.group);

export const groups = computed(() => {
  const by = groupKey.value;
  const found = matches.value;
  if (by === undefined || feed.value === undefined || found === undefined) return undefined;
  return { by, all: groupRows(feed.value, found.rows, by) };
});

const shownKey = computed(() => view.value.shown);

/** The row that is shown beside the list. */
export const shownRow = computed(() => {
  const place = shownKey.value;
  if (place === undefined || feed.value === undefined) return undefined;
  const row = feed.value.numbers.order.indexOf(place);
  return row < 0 ? undefined : row;
});

const searchKey = computed(() => view.value.search);

/** The entries of a list of incidents, identities, objects or sessions. */
export const choices = computed(() => {
  const name = itemView(viewName.value);
  return name === undefined ? [] : choicesOf(name, sections.value);
});

/** A bound of time as the page shows times. */
export function shownTime(seconds: number | undefined): string | undefined {
  if (seconds === undefined || table.value === undefined) return undefined;
  return timeText(seconds, offsetAt(table.value, seconds));
}

/** Those that what was chosen and the search leave. */
export const chosen = computed(() => {
  const name = itemView(viewName.value);
  if (name === undefined) return [];
  void filterKey.value;
  const { is, not, from, to } = view.peek();
  const filter = { is, not, from: shownTime(from), to: shownTime(to) };
  return chosenBy(searchKey.value, filter, name, choices.value, sections.value);
});

/** Changes what is shown. */
export function go(change: Partial<CaseView>): void {
  view.value = { ...view.value, ...change };
}

/** Milliseconds after the last key until a search begins. */
const PAUSE = 20;
let searching: ReturnType<typeof setTimeout> | undefined;

/** Takes what was typed into the search; it is searched for when nothing more comes. */
export function typeSearch(text: string): void {
  typed.value = { text, page: view.peek().view };
  clearTimeout(searching);
  searching = setTimeout(searchNow, PAUSE);
}

/** Searches for what was typed, unless somebody went elsewhere. */
function searchNow(): void {
  clearTimeout(searching);
  batch(() => {
    const last = typed.peek();
    typed.value = undefined;
    if (last !== undefined && last.page === view.peek().view) go({ search: last.text });
  });
}

/** Goes to another page. Filters stay, what was shown beside the list does not. */
export function goTo(name: ViewName): void {
  if (name === view.peek().view) return;
  searchNow();
  // Words that were looked for in a list of things are seldom those that a feed is searched for.
  const search = itemView(name) === itemView(view.peek().view) ? view.peek().search : '';
  go({ view: name, shown: undefined, item: undefined, search });
}

/** Leaves the page and what is shown beside the list, and lets all filters go. */
export function showAll(): void {
  typed.value = undefined;
  view.value = { ...ALL, view: view.value.view, order: view.value.order };
}

/** Shows a row beside the list. */
export function showRow(row: number | undefined): void {
  const place = row === undefined ? undefined : feed.peek()?.numbers.order[row];
  go({ shown: place });
}

/** Closes what is beside the list. */
export function close(): void {
  go({ shown: undefined, item: undefined });
}

/** Shows the next entry of the list, or the one before. */
export function moveBy(step: number): void {
  const name = view.peek().view;
  if (itemView(name) !== undefined) {
    const keys = chosen.peek().map(({ key }) => key);
    const next = keys[nextPlace(keys.indexOf(view.peek().item ?? ''), step, keys.length)];
    if (next !== undefined) go({ item: next });
  } else if (name === 'findings' || name === 'activity') {
    const list = rows.peek();
    const now = shownRow.peek();
    const next = list[nextPlace(now === undefined ? -1 : list.indexOf(now), step, list.length)];
    if (next !== undefined) showRow(next);
  }
}

function nextPlace(now: number, step: number, length: number): number {
  return now < 0 ? 0 : Math.min(length - 1, Math.max(0, now + step));
}

/** Keeps the address of the page and what is shown the same. Going elsewhere can be taken back, choosing more cannot. */
export function followAddress(): void {
  let { view: name, item } = view.peek();
  effect(() => {
    const address = addressOf(view.value);
    const isElsewhere = view.value.view !== name || view.value.item !== item;
    ({ view: name, item } = view.value);
    if (address === location.hash.slice(1)) return;
    const url = address === '' ? location.pathname + location.search : `#${address}`;
    if (isElsewhere) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  });
  const follow = (): void => {
    const address = location.hash.slice(1);
    if (addressOf(view.peek()) === address) return;
    typed.value = undefined;
    view.value = viewAt(address);
  };
  addEventListener('hashchange', follow);
  addEventListener('popstate', follow);
}
