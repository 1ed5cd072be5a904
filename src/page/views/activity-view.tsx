import type { ComponentChild } from 'preact';
import type { ItemViewName } from '../data/case-lists.ts';
import { number, plural } from '../data/wording.ts';
import { caseInfo } from '../state.ts';
import { FeedView } from './feed-view.tsx';

/** Requests in order of time, and what of them is only counted. */
export function ActivityView(): ComponentChild {
  const { activity } = caseInfo.value!;
  if (activity === undefined) return <Absent what="requests" />;
  const { requests, listed, noise } = activity;
  const routine = noise.reduce((sum, { count }) => sum + count, 0);
  const rest = requests - routine - listed;
  return (
    <>
      {routine + rest > 0 && (
        <p class="dim note">
          {number(requests)} {plural(requests, 'request')}.
          {routine > 0 &&
            ` Counted only, since a cluster makes them all day: ${noise
              .map(({ value, count }) => `${number(count)} ${value}`)
              .join(', ')}.`}
          {rest > 0 &&
            ` Left out, since the page is full: ${number(rest)}; requests of users with findings come first, then refused ones, then writes.`}
        </p>
      )}
      <FeedView />
    </>
  );
}

/** What is said of a log that has none. */
const NONE: Readonly<Record<ItemViewName | 'requests', string>> = {
  incidents: 'No findings of this log belong together.',
  identities: 'No user of this log has findings.',
  objects: 'No finding of this log names an object.',
  sessions: 'Nobody opened a session in this log.',
  requests: 'This log has no requests.',
};

/** Why a page is empty. */
export function Absent({ what }: { readonly what: ItemViewName | 'requests' }): ComponentChild {
  const { absent } = caseInfo.value!;
  return <p class="empty">{absent === '' ? NONE[what] : `This page has no ${what}: ${absent}.`}</p>;
}
