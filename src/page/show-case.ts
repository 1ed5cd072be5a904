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
 * @returns reads the rest
 * @throws when the data are damaged
 */
export async function showCase(
  source: CaseSource,
  fail: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const data = await loadCase(source);
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
    sections.value = await data.sections();
    await data.details();
    findingsComplete.value = true;
    readRequests(data, fail);
    await prepare(data.table);
  };
}

/** Requests are many, and not everybody looks at them: they are read when somebody does. */
function readRequests(data: LoadedCase, fail: (error: unknown) => void): void {
  let isAsked = false;
  const read = async (): Promise<void> => {
    const all = await data.requests();
    requests.value = all;
    await pause(AFTER);
    await data.requestDetails(all);
    requestsComplete.value = true;
    await prepare(all);
  };
  stopWaiting = effect(() => {
    if (isAsked || view.value.view !== 'activity') return;
    isAsked = true;
    read().catch(fail);
  });
}

/** Makes columns ready to be searched, a few milliseconds at a time. */
async function prepare(all: CaseTable): Promise<void> {
  for (const step of searchedColumns(all)) {
    await pause(0);
    step();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
