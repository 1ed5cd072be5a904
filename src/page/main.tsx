// Room page: what an HTML report runs in a browser: it reads the data that the report holds, and shows it.
// Door: none; the build bundles main.tsx into one script and base.css with page.css into one style, which reports hold whole.
// Neighbours: outputs/case packs the data and says what it looks like; of Node it knows nothing.
// Inside: case-source.ts says where data come from (what is served has a source of its own), read-data.ts reads them,
// state.ts is what is shown now, cross-links.ts leads from one page to others, data/ answers questions, parts/ and views/ draw.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { embeddedSource } from './case-source.ts';
import type { CaseTable } from './data/case-table.ts';
import { searchedColumns } from './data/matching.ts';
import { handleKey } from './keyboard.ts';
import { loadCase, type LoadedCase } from './read-data.ts';
import {
  caseInfo,
  findingsComplete,
  followAddress,
  readEvent,
  requests,
  requestsComplete,
  sections,
  table,
  view,
} from './state.ts';
import { App } from './views/app.tsx';
import { PrintList } from './views/print-list.tsx';

/** Milliseconds until what is not in the list is read. */
const AFTER = 50;

/** Takes the place of the part of the page that needs no JavaScript. */
async function start(root: HTMLElement): Promise<void> {
  const data = await loadCase(embeddedSource());
  caseInfo.value = data.info;
  table.value = data.table;
  readEvent.value = data.event;
  const summary = document.getElementById('summary');
  summary?.remove();
  const [own] = document.styleSheets;
  if (own !== undefined) own.disabled = true;
  render(<App />, root);
  followAddress();
  addEventListener('keydown', handleKey);
  printAll(root);
  // The list is seen first.
  await pause(AFTER);
  sections.value = await data.sections();
  await data.details();
  findingsComplete.value = true;
  readRequests(data);
  await prepare(data.table);
}

/** Requests are many, and not everybody looks at them: they are read when somebody does. */
function readRequests(data: LoadedCase): void {
  let isAsked = false;
  const read = async (): Promise<void> => {
    const all = await data.requests();
    requests.value = all;
    await pause(AFTER);
    await data.requestDetails(all);
    requestsComplete.value = true;
    await prepare(all);
  };
  effect(() => {
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

/** Printed are the findings that are shown, with their messages: the list on screen draws only those in sight. */
function printAll(root: HTMLElement): void {
  const paper = document.createElement('div');
  paper.className = 'paper';
  root.after(paper);
  addEventListener('beforeprint', () => render(<PrintList />, paper));
  addEventListener('afterprint', () => render(null, paper));
}

const root = document.getElementById('app');
if (root !== null) {
  start(root).catch(fail);
}

/** The summary stays where the data cannot be read. */
function fail(error: unknown): void {
  const text = document.createElement('p');
  text.className = 'warning';
  text.textContent = `The findings in this page could not be read: ${String(error)}`;
  root?.append(text);
}
