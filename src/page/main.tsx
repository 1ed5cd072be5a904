// Room page: what an HTML report runs in a browser: it reads the data that the report holds, and shows it.
// Door: none; the build bundles main.tsx into one script and page.css into one style, which reports hold whole.
// Neighbours: outputs/case packs the data and says what it looks like; of Node it knows nothing.
// Inside: read-data.ts reads data, state.ts is what is shown now, data/ answers questions, views/ draws.

import { render } from 'preact';
import { handleKey } from './keyboard.ts';
import { loadCase } from './read-data.ts';
import { caseInfo, complete, followAddress, table } from './state.ts';
import { App } from './views/app.tsx';
import { PrintList } from './views/print-list.tsx';

/** Milliseconds until what is not in the list is read. */
const AFTER = 50;

/** Takes the place of the part of the page that needs no JavaScript. */
async function start(root: HTMLElement): Promise<void> {
  const data = await loadCase();
  caseInfo.value = data.info;
  table.value = data.table;
  const summary = document.getElementById('summary');
  summary?.remove();
  const [own] = document.styleSheets;
  if (own !== undefined) own.disabled = true;
  render(<App />, root);
  followAddress();
  addEventListener('keydown', handleKey);
  printAll(root);
  // The list is seen first.
  await new Promise((resolve) => setTimeout(resolve, AFTER));
  await data.details();
  complete.value = true;
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
  start(root).catch((error: unknown) => {
    // The summary stays where the data cannot be read.
    const text = document.createElement('p');
    text.textContent = `The findings in this page could not be read: ${String(error)}`;
    root.append(text);
  });
}
