import type { ComponentChild } from 'preact';
import type { CaseChange, CaseObject } from '../../outputs/case-sections.ts';
import { shortUser } from '../../outputs/card/short-name.ts';
import { number, plural } from '../data/wording.ts';
import { findingOf, openFeed, openFinding } from '../cross-links.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Badge, IdentityLink } from '../parts/shown-parts.tsx';

/** Who changed an object, when, and what. */
export function ObjectDetail({ object }: { readonly object: CaseObject }): ComponentChild {
  const { name, severity, entries, moreEntries, reads, readers, routine } = object;
  return (
    <DetailBox name="Object">
      <h2>
        <Badge severity={severity} /> {name}
      </h2>
      <p class="related">
        <button type="button" onClick={() => openFeed('findings', 'object', name)}>
          Its findings
        </button>
        <button type="button" onClick={() => openFeed('activity', 'object', name)}>
          Its requests
        </button>
      </p>
      {reads > 0 && (
        <p class="dim">
          Read {number(reads)} {plural(reads, 'time')}, most by{' '}
          {readers.map(({ value, count }) => `${shortUser(value)} (${number(count)})`).join(', ')}.
        </p>
      )}
      {routine > 0 && (
        <p class="dim">
          {number(routine)} {plural(routine, 'write')} of its status left out.
        </p>
      )}
      {entries.length === 0 && <p class="dim">Nobody changed it.</p>}
      <ol class="steps plain">
        {entries.map((entry, index) => (
          <li key={`${index} ${entry.id}`}>
            <ChangeText entry={entry} />
          </li>
        ))}
      </ol>
      {moreEntries > 0 && (
        <p class="dim">
          {number(moreEntries)} later {plural(moreEntries, 'change')} not in this page.
        </p>
      )}
    </DetailBox>
  );
}

function ChangeText({ entry }: { readonly entry: CaseChange }): ComponentChild {
  const { time, user, as, verb, subresource, result, source, client, id, note } = entry;
  const finding = findingOf(id);
  return (
    <>
      <p>
        <time>{time}</time> <b>{shortUser(user)}</b>
        {as !== '' && ` as ${shortUser(as)}`} {verb} {subresource} {result}
        <span class="dim">
          {' '}
          {source} {client}
        </span>
        <IdentityLink name={user} />
        {finding !== undefined && (
          <>
            {' '}
            <button type="button" onClick={() => openFinding(finding)}>
              finding
            </button>
          </>
        )}
      </p>
      <p class="dim">{note}</p>
      {entry.changes.length > 0 && (
        <dl class="diff">
          {entry.changes.map(({ path, before, after }) => (
            <div key={path}>
              <dt>{path}</dt>
              {before !== null && (
                <dd class="before">
                  <span aria-label="before">−</span> {before}
                </dd>
              )}
              {after !== null && (
                <dd class="after">
                  <span aria-label="after">+</span> {after}
                </dd>
              )}
            </div>
          ))}
        </dl>
      )}
      {entry.moreChanges > 0 && <p class="dim">and more changes</p>}
    </>
  );
}
