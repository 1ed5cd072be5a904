import { signal } from '@preact/signals';
import type { Change, KnownEntry } from '../../outputs/card/tried-change.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { textOf, type CaseTable } from '../data/case-table.ts';
import { newest } from '../newest.ts';
import { goTo, view } from '../state.ts';
import { loadSwitches, pending, setPending, switches } from './change-state.ts';
import { post, problemText } from './server.ts';

/** The baseline that findings go into. */
export const baseline = signal<{ readonly file: string; readonly isNew: boolean } | undefined>(
  undefined,
);
export const acceptProblem = signal('');
/** True until it is known by what a baseline knows findings. */
export const isLooking = signal(false);

/** A finding as the page shows it. */
interface ShownFinding {
  readonly rule: string;
  readonly id: string;
  readonly file: string;
  readonly line: string;
}

/** The finding of a rule in a row of the list. */
export function shownFinding(table: CaseTable, row: number, rule: string): ShownFinding {
  const [id, file, line] = [
    textOf(table, 'id', row),
    textOf(table, 'file', row),
    textOf(table, 'line', row),
  ];
  return { rule, id, file, line };
}

const reading = newest();

/** Reads which baseline findings would go into. */
export async function loadBaseline(): Promise<void> {
  const isNewest = reading();
  acceptProblem.value = '';
  try {
    const found = await post<{ file: string; isNew: boolean }>('/change/baseline', {});
    if (isNewest()) baseline.value = found;
  } catch (error) {
    if (isNewest()) fail(error);
  }
}

/** Puts a change among those that are tried, and goes to what it does. */
export function tryChange(change: Change): void {
  if (switches.peek() === undefined) void loadSwitches();
  const key = JSON.stringify(change);
  const others = pending.peek().filter((each) => JSON.stringify(each) !== key);
  setPending([...others, change]);
  goTo('changes');
}

/** Accepts findings exactly as they are: the log is asked by what a baseline knows them. */
export async function tryKnown(
  findings: readonly ShownFinding[],
  accepted: { readonly reason: string; readonly expires: string | undefined },
): Promise<void> {
  if (isLooking.peek()) return;
  const { view: page, shown } = view.peek();
  acceptProblem.value = '';
  isLooking.value = true;
  try {
    const { entries } = await post<{ entries: KnownEntry[] }>('/change/findings', { findings });
    const now = view.peek();
    // Who went elsewhere did not want it any more.
    if (now.view === page && now.shown === shown)
      tryChange({ kind: 'known', entries, ...accepted });
  } catch (error) {
    fail(error);
  } finally {
    isLooking.value = false;
  }
}

function fail(error: unknown): void {
  acceptProblem.value = escapePage(problemText(error));
}
