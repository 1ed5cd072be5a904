// Room page/live: the page of `k8s-audit ui`: that of a case file, with data of the server that gave it out, and with what a
// file cannot do.
// Door: none; the build bundles live-page.tsx into one script, and base.css, page.css and live.css into one style.
// Neighbours: cli/ui answers; the page around it draws. Log text is only ever the text of an element.
// Inside: query-view.tsx asks the log (live-state.ts, condition-input.tsx, answer-table.tsx), switches-view.tsx and
// editor-view.tsx change rules (change-state.ts, changes-panel.tsx), accept-form.tsx and accept-shown.tsx accept findings, tests-view.tsx shows
// how tests of rules went, server.ts sends questions.

import { effect as whenever, signal } from '@preact/signals';
import { render, type ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { documentSource } from '../case-source.ts';
import { LIVE_VIEWS } from '../data/case-view.ts';
import { handleKey } from '../keyboard.ts';
import { printAll } from '../print-all.tsx';
import { showCase } from '../show-case.ts';
import { caseInfo, followAddress, go, live, view } from '../state.ts';
import { App } from '../views/app.tsx';
import { AcceptForm } from './accept-form.tsx';
import { AcceptShown } from './accept-shown.tsx';
import { pending, writes } from './change-state.ts';
import { isTextUnwritten } from './editor-state.ts';
import { EditorView } from './editor-view.tsx';
import { forgetAnswers, loadFields } from './live-state.ts';
import { QueryView } from './query-view.tsx';
import { problemText } from './server.ts';
import { SwitchesView } from './switches-view.tsx';
import { TestMaker } from './tests-view.tsx';

const caseProblem = signal('');
/** What was written when the case was read; undefined when it was not. */
let readAt: number | undefined;
/** Ends the reading of a case that rules have changed since. */
let reading: AbortController | undefined;

/** Reads the case file when somebody goes to one of its pages, and again when rules were changed. */
function readCaseWhenAsked(): void {
  whenever(() => {
    const isLive = LIVE_VIEWS.some((name) => name === view.value.view);
    const now = writes.value;
    if (isLive || readAt === now) return;
    readAt = now;
    caseInfo.value = undefined;
    caseProblem.value = '';
    reading?.abort();
    reading = new AbortController();
    const { signal: stop } = reading;
    readCase(stop).catch((error: unknown) => {
      if (!stop.aborted) fail(error);
    });
  });
}

async function readCase(stop: AbortSignal): Promise<void> {
  const response = await fetch('/case', { signal: stop });
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim());
  // Nothing in it runs: it is a document that nobody shows. Its style is not wanted, and not allowed here.
  const own = text.replaceAll(/<style>[^<]*<\/style>/g, '');
  const report = new DOMParser().parseFromString(own, 'text/html');
  const readRest = await showCase(documentSource(report), fail, stop);
  await readRest();
}

function fail(error: unknown): void {
  caseProblem.value = escapePage(problemText(error));
  readAt = undefined;
}

function Waiting(): ComponentChild {
  return caseProblem.value === '' ? (
    <p class="dim">Reading the log …</p>
  ) : (
    <pre role="alert" tabIndex={0}>
      {caseProblem.value}
    </pre>
  );
}

const root = document.getElementById('app');
if (root !== null) {
  live.value = {
    views: [
      { name: 'query', title: 'Query', draw: () => <QueryView /> },
      { name: 'changes', title: 'Policies', draw: () => <SwitchesView /> },
      { name: 'editor', title: 'Editor', draw: () => <EditorView /> },
    ],
    waiting: () => <Waiting />,
    findingUse: (table, row) => (
      <>
        <AcceptForm key={row} table={table} row={row} />
        <TestMaker table={table} row={row} />
      </>
    ),
    shownUse: (table, rows) => <AcceptShown table={table} rows={rows} />,
  };
  if (location.hash.length <= 1) go({ view: 'query' });
  render(<App />, root);
  followAddress();
  addEventListener('keydown', handleKey);
  printAll(root);
  readCaseWhenAsked();
  // Findings are others when rules were changed.
  whenever(() => {
    if (writes.value > 0) forgetAnswers();
  });
  // What is not written is gone with the page: the browser asks first.
  addEventListener('beforeunload', (event) => {
    if (pending.value.length > 0 || isTextUnwritten()) event.preventDefault();
  });
  void loadFields();
}
