import { effect } from '@preact/signals';
import type { CaseSource } from './case-source.ts';
import type { CaseTable } from './data/case-table.ts';
import { NO_SECTIONS } from './data/case-lists.ts';
import { searchedColumns } from './data/matching.ts';
import { loadCase, type LoadedCase } from './read-data.ts';
import {
  caseInfo,
  findingsComplete,
  readEvent,
  requests,
  requestsComplete,
  sections,
  table,
  view,
} from './state.ts';

/** Milliseconds until what is not in the list is read. */
const AFTER = 50;

/** Lets go of what waits for somebody to look at requests. */
let stopWaiting: (() => void) | undefined;

/**
 * Shows what a source has in the place of what was shown: the lists first, then the rest.
 *
 * @param fail told what goes wrong with what is read later
 * @param stop ends it where something else is to be shown: what is read after that is let go
 * @returns reads the rest
 * @throws when the data are damaged
 */
export async function showCase(
  source: CaseSource,
  fail: (error: unknown) => void,
  stop?: AbortSignal,
): Promise<() => Promise<void>> {
  const data = await loadCase(source);
  stop?.throwIfAborted();
  stopWaiting?.();
  sections.value = NO_SECTIONS;
  requests.value = undefined;
  requestsComplete.value = false;
  findingsComplete.value = false;
  table.value = data.table;
  readEvent.value = data.event;
  caseInfo.value = data.info;
  return async () => {
    // The list is seen first.
    await pause(AFTER);
    const lists = await data.sections();
    stop?.throwIfAborted();
    sections.value = lists;
    await data.details();
    stop?.throwIfAborted();
    findingsComplete.value = true;
    readRequests(data, fail, stop);
    await prepare(data.table, stop);
  };
}

/** Requests are many, and not everybody looks at them: they are read when somebody does. */
function readRequests(
  data: LoadedCase,
  fail: (error: unknown) => void,
  stop: AbortSignal | undefined,
): void {
  let isAsked = false;
  const read = async (): Promise<void> => {
    const all = await data.requests();
    stop?.throwIfAborted();
    requests.value = all;
    await pause(AFTER);
    await data.requestDetails(all);
    stop?.throwIfAborted();
    requestsComplete.value = true;
    await prepare(all, stop);
  };
  stopWaiting = effect(() => {
    if (isAsked || view.value.view !== 'activity') return;
    isAsked = true;
    read().catch((error: unknown) => {
      if (stop?.aborted !== true) fail(error);
    });
  });
}

/** Makes columns ready to be searched, a few milliseconds at a time. */
async function prepare(all: CaseTable, stop: AbortSignal | undefined): Promise<void> {
  for (const step of searchedColumns(all)) {
    await pause(0);
    if (stop?.aborted === true) return;
    step();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
