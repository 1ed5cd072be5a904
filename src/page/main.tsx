// Room page: what an HTML report runs in a browser: it reads the data that the report holds, and shows it.
// Door: none; the build bundles main.tsx into one script and base.css with page.css into one style, which reports hold whole.
// Neighbours: outputs/case packs the data and says what it looks like; of Node it knows nothing. page/live is the same page
// with data that a server has.
// Inside: case-source.ts says where data come from (what is served has a source of its own), read-data.ts and show-case.ts
// read them, state.ts is what is shown now, cross-links.ts leads from one page to others, data/ answers questions, parts/ and
// views/ draw.

import { render } from 'preact';
import { documentSource } from './case-source.ts';
import { handleKey } from './keyboard.ts';
import { printAll } from './print-all.tsx';
import { showCase } from './show-case.ts';
import { followAddress } from './state.ts';
import { App } from './views/app.tsx';

/** Takes the place of the part of the page that needs no JavaScript. */
async function start(root: HTMLElement): Promise<void> {
  const readRest = await showCase(documentSource(document), fail);
  const summary = document.getElementById('summary');
  summary?.remove();
  const [own] = document.styleSheets;
  if (own !== undefined) own.disabled = true;
  render(<App />, root);
  followAddress();
  addEventListener('keydown', handleKey);
  printAll(root);
  await readRest();
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
