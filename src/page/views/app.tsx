// Room page/views: what the page of a case file draws. Log text is only ever the text of an element.
// Door: app.tsx, and print-list.tsx for paper.
// Neighbours: state.ts of the page says what is shown, page/data what that is.

import type { ComponentChild } from 'preact';
import type { CaseInfo } from '../../outputs/case/case-data.ts';
import { VIEWS, type CaseViewName, type ViewName } from '../data/case-view.ts';
import { number, plural } from '../data/wording.ts';
import { caseInfo, goTo, live, said, view } from '../state.ts';
import { ActivityView } from './activity-view.tsx';
import { FeedView } from './feed-view.tsx';
import { InputView } from './input-view.tsx';
import { ItemsView } from './items-view.tsx';
import { RulesView } from './rules-view.tsx';

const PAGES: Readonly<Record<CaseViewName, { title: string; draw: () => ComponentChild }>> = {
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
const LAYOUTS: Readonly<Record<CaseViewName, 'full' | 'text'>> = {
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
  const extra = live.value;
  if (info === undefined && extra === undefined) return null;
  const now = shownView();
  const page = extra?.views.find(({ name }) => name === now);
  const pages: readonly { readonly name: ViewName; readonly title: string }[] = [
    ...(extra?.views ?? []),
    ...VIEWS.map((name) => ({ name, title: PAGES[name].title })),
  ];
  return (
    <>
      <header class="top">
        <h1>Kubernetes audit findings</h1>
        {info !== undefined && <Amounts info={info} />}
        <nav aria-label="Pages">
          {pages.map(({ name, title }) => (
            <button
              type="button"
              key={name}
              aria-current={now === name ? 'page' : undefined}
              onClick={() => goTo(name)}
            >
              {title}
            </button>
          ))}
        </nav>
      </header>
      {page === undefined ? (
        <CasePage name={now as CaseViewName} info={info} />
      ) : (
        <main class={`${now} live`}>{page.draw()}</main>
      )}
      <p class="unseen" role="status">
        {said.value}
      </p>
    </>
  );
}

/** The page that an address asks for; findings for one that only a server has. */
function shownView(): ViewName {
  const { view: name } = view.value;
  const isCase = VIEWS.some((each) => each === name);
  return isCase || live.value?.views.some((each) => each.name === name) === true
    ? name
    : 'findings';
}

function Amounts({
  info: { findings, events, first, last, timezone },
}: {
  readonly info: CaseInfo;
}): ComponentChild {
  return (
    <p>
      <strong>
        {number(findings)} {plural(findings, 'finding')}
      </strong>{' '}
      in {number(events)} {plural(events, 'event')}
      {first !== '' && `, ${first} to ${last} ${timezone}`}
    </p>
  );
}

function CasePage({
  name,
  info,
}: {
  readonly name: CaseViewName;
  readonly info: CaseInfo | undefined;
}): ComponentChild {
  return (
    <main class={`${name} ${LAYOUTS[name]}`}>
      {info === undefined ? (
        live.value?.waiting()
      ) : (
        <>
          {info.warnings.map((text) => (
            <p class="warning" key={text}>
              {text}
            </p>
          ))}
          {PAGES[name].draw()}
        </>
      )}
    </main>
  );
}
