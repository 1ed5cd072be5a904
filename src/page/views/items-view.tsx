import type { ComponentChild } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Choice } from '../data/choices.ts';
import type { ItemViewName } from '../data/case-lists.ts';
import { choosesItems } from '../data/item-filter.ts';
import { number } from '../data/wording.ts';
import { caseInfo, choices, chosen, go, sections, showAll, shownTime, view } from '../state.ts';
import { Absent } from './activity-view.tsx';
import { SearchField, Terms } from './filter-bar.tsx';
import { IdentityDetail } from './identity-detail.tsx';
import { IncidentDetail } from './incident-detail.tsx';
import { ObjectDetail } from './object-detail.tsx';
import { SessionDetail } from './session-detail.tsx';
import { Badge } from '../parts/shown-parts.tsx';

/** Entries that are drawn before somebody asks for more. */
const FIRST = 200;

/** A list of incidents, identities, objects or sessions, with one of them beside it. */
export function ItemsView({ name }: { readonly name: ItemViewName }): ComponentChild {
  const [most, setMost] = useState(FIRST);
  const all = choices.value;
  const list = chosen.value;
  const { item, search, is, not, from, to } = view.value;
  const isTimed = from !== undefined || to !== undefined;
  const at = list.findIndex(({ key }) => key === item);
  // What is open is drawn, wherever in the list it is.
  const drawn = list.slice(0, Math.max(most, at + 1));
  const detail = item === undefined ? null : itemDetail(name, item);
  if (all.length === 0) return <Absent what={name} />;
  return (
    <>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchField />
        {(search !== '' || is.length + not.length > 0 || isTimed) && (
          <button type="button" onClick={showAll}>
            Show all
          </button>
        )}
        <output class="count">
          {number(list.length)} of {number(all.length)} {name}
        </output>
        <Terms
          applies={(field) => choosesItems(name, field)}
          idle="It chooses nothing on this page"
        />
        {isTimed && (
          <button
            type="button"
            aria-label="Remove: time"
            onClick={() => go({ from: undefined, to: undefined })}
          >
            {[
              from !== undefined && `from ${shownTime(from)}`,
              to !== undefined && `to ${shownTime(to)}`,
            ]
              .filter((text) => text !== false)
              .join(' ')}{' '}
            ×
          </button>
        )}
      </form>
      <Remarks name={name} />
      <div class={detail === null ? 'items' : 'items with-detail'}>
        <div class="choices">
          {list.length === 0 && <p class="empty">Nothing matches.</p>}
          <ol aria-label={name}>
            {drawn.map((choice, index) => (
              <li key={choice.key}>
                <ChoiceButton
                  choice={choice}
                  isShown={choice.key === item}
                  isStop={at < 0 ? index === 0 : index === at}
                />
              </li>
            ))}
          </ol>
          {drawn.length < list.length && (
            <button type="button" onClick={() => setMost(most + FIRST)}>
              {number(list.length - drawn.length)} more
            </button>
          )}
        </div>
        {detail}
      </div>
    </>
  );
}

function ChoiceButton({
  choice: { key, severity, title, lines },
  isShown,
  isStop,
}: {
  readonly choice: Choice;
  readonly isShown: boolean;
  readonly isStop: boolean;
}): ComponentChild {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isShown) button.current?.scrollIntoView({ block: 'nearest' });
  }, [isShown]);
  return (
    <button
      type="button"
      ref={button}
      class="choice"
      aria-current={isShown ? 'true' : undefined}
      tabIndex={isStop ? 0 : -1}
      onClick={() => go({ item: key })}
    >
      <span class="title">
        {severity !== undefined && <Badge severity={severity} />} {title}
      </span>
      {lines
        .filter((line) => line !== '')
        .map((line) => (
          <span class="line" key={line}>
            {line}
          </span>
        ))}
    </button>
  );
}

/** Everything about an entry; null when there is none of this key. */
export function itemDetail(name: ItemViewName, key: string): ComponentChild {
  const all = sections.value;
  switch (name) {
    case 'incidents': {
      const incident = all.incidents.find(({ id }) => id === key);
      return incident === undefined ? null : <IncidentDetail key={key} incident={incident} />;
    }
    case 'identities': {
      const identity = all.identities.find((each) => each.name === key);
      return identity === undefined ? null : <IdentityDetail key={key} identity={identity} />;
    }
    case 'objects': {
      const object = all.objects.find((each) => each.name === key);
      return object === undefined ? null : <ObjectDetail key={key} object={object} />;
    }
    case 'sessions': {
      const session = /^\d{1,9}$/.test(key) ? all.sessions[Number(key)] : undefined;
      return session === undefined ? null : <SessionDetail key={key} session={session} />;
    }
  }
}

/** What is not in the list. */
function Remarks({ name }: { readonly name: ItemViewName }): ComponentChild {
  const { incidentNotes, activity } = caseInfo.value!;
  const more = (count: number, what: string): string[] =>
    count > 0 ? [`${number(count)} more ${what} are not in this page.`] : [];
  const notes = {
    incidents: incidentNotes.map((text) => `${text}.`),
    identities: [
      'Users of findings, the worst first.',
      ...more(activity?.moreIdentities ?? 0, 'users with findings, none worse,'),
    ],
    objects: [
      'Objects that findings name, the worst first.',
      ...more(activity?.moreObjects ?? 0, 'objects of findings, none worse,'),
    ],
    sessions: more(activity?.moreSessions ?? 0, 'sessions'),
  }[name];
  return notes.length === 0 ? null : <p class="dim note">{notes.join(' ')}</p>;
}
