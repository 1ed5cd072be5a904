// Room page/views: what the page of a case file draws. Log text is only ever the text of an element.
// Door: app.tsx, and print-list.tsx for paper.
// Neighbours: state.ts of the page says what is shown, page/data what that is.

import type { ComponentChild } from 'preact';
import { VIEWS, type ViewName } from '../data/case-view.ts';
import { number, plural } from '../data/wording.ts';
import { caseInfo, goTo, said, view } from '../state.ts';
import { ActivityView } from './activity-view.tsx';
import { FeedView } from './feed-view.tsx';
import { InputView } from './input-view.tsx';
import { ItemsView } from './items-view.tsx';
import { RulesView } from './rules-view.tsx';

const PAGES: Readonly<Record<ViewName, { title: string; draw: () => ComponentChild }>> = {
  incidents: { title: 'Incidents', draw: () => <ItemsView key="incidents" name="incidents" /> },
  findings: { title: 'Findings', draw: () => <FeedView key="findings" /> },
  activity: { title: 'Activity', draw: () => <ActivityView key="activity" /> },
  identities: {
    title: 'Identities',
    draw: () => <ItemsView key="identities" name="identities" />,
  },
  objects: { title: 'Objects', draw: () => <ItemsView key="objects" name="objects" /> },
  sessions: { title: 'Sessions', draw: () => <ItemsView key="sessions" name="sessions" /> },
  rules: { title: 'Rules', draw: () => <RulesView /> },
  input: { title: 'Input', draw: () => <InputView /> },
};

/** Pages with a list fill the window; others are text. */
const LAYOUTS: Readonly<Record<ViewName, 'full' | 'text'>> = {
  incidents: 'full',
  findings: 'full',
  activity: 'full',
  identities: 'full',
  objects: 'full',
  sessions: 'full',
  rules: 'text',
  input: 'text',
};

/** The whole page. */
export function App(): ComponentChild {
  const info = caseInfo.value;
  if (info === undefined) return null;
  const now = view.value.view;
  const { findings, events, first, last, timezone } = info;
  return (
    <>
      <header class="top">
        <h1>Kubernetes audit findings</h1>
        <p>
          <strong>
            {number(findings)} {plural(findings, 'finding')}
          </strong>{' '}
          in {number(events)} {plural(events, 'event')}
          {first !== '' && `, ${first} to ${last} ${timezone}`}
        </p>
        <nav aria-label="Pages">
          {VIEWS.map((name) => (
            <button
              type="button"
              key={name}
              aria-current={now === name ? 'page' : undefined}
              onClick={() => goTo(name)}
            >
              {PAGES[name].title}
            </button>
          ))}
        </nav>
      </header>
      <main class={`${now} ${LAYOUTS[now]}`}>
        {info.warnings.map((text) => (
          <p class="warning" key={text}>
            {text}
          </p>
        ))}
        {PAGES[now].draw()}
      </main>
      <p class="unseen" role="status">
        {said.value}
      </p>
    </>
  );
}
