import type { ComponentChild } from 'preact';
import type { CaseCount, CaseIdentity, CaseSighting } from '../../outputs/case-sections.ts';
import { number, plural } from '../data/wording.ts';
import { openFeed } from '../cross-links.ts';
import { caseInfo, go } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Badge, Fact } from '../parts/shown-parts.tsx';

/** What one user did. */
export function IdentityDetail({ identity }: { readonly identity: CaseIdentity }): ComponentChild {
  const { name, severity, requests, first, last, bars, results, sessions, more } = identity;
  return (
    <DetailBox name="Identity">
      <h2>
        <Badge severity={severity} /> {name}
      </h2>
      <p class="related">
        <button type="button" onClick={() => openFeed('findings', 'user', name)}>
          Its findings
        </button>
        <button type="button" onClick={() => openFeed('activity', 'user', name)}>
          Its requests
        </button>
        {sessions > 0 && (
          <button
            type="button"
            onClick={() => go({ view: 'sessions', item: undefined, search: name })}
          >
            {number(sessions)} {plural(sessions, 'session')}
          </button>
        )}
      </p>
      <Bars counts={bars} />
      <dl>
        <Fact name="Requests">
          {number(requests)}:{' '}
          {results.map(({ value, count }) => `${number(count)} ${value}`).join(', ')}
        </Fact>
        <Fact name="Time">{first !== '' && `${first} to ${last} ${caseInfo.value!.timezone}`}</Fact>
        <Fact name="Groups">
          {cut(
            identity.groups.map(({ value }) => value),
            more.groups,
          )}
        </Fact>
        <Fact name="Acting as">{listed(identity.actedAs, more.actedAs)}</Fact>
        <Fact name="Namespaces">{listed(identity.namespaces, more.namespaces)}</Fact>
        <Fact name="Allowed by">{listed(identity.grants, more.grants)}</Fact>
      </dl>
      {identity.findings.length > 0 && (
        <>
          <h3>Findings</h3>
          <ul class="plain">
            {identity.findings.map((each) => (
              <li key={each.value}>
                <Badge severity={each.severity} /> {number(each.count)} {each.value}{' '}
                <span class="dim">{each.first}</span>
              </li>
            ))}
          </ul>
          <More count={more.findings} />
        </>
      )}
      <Sightings title="Addresses" seen={identity.addresses} more={more.addresses} />
      <Sightings title="Clients" seen={identity.clients} more={more.clients} />
      <Sightings title="Credentials" seen={identity.credentials} more={more.credentials} />
      {identity.actions.length > 0 && (
        <>
          <h3>Actions</h3>
          <table>
            <thead>
              <tr>
                <th scope="col">Requests</th>
                <th scope="col">Resource</th>
                <th scope="col">Verbs</th>
              </tr>
            </thead>
            <tbody>
              {identity.actions.map(({ resource, count, verbs }) => (
                <tr key={resource}>
                  <td class="number">{number(count)}</td>
                  <td>{resource}</td>
                  <td>
                    {verbs
                      .map((verb) =>
                        verb.count === count ? verb.value : `${verb.value} ${number(verb.count)}`,
                      )
                      .join(', ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <More count={more.actions} />
        </>
      )}
      <CountList title="Denied" counts={identity.denied} more={more.denied} />
      <CountList title="Failed" counts={identity.failed} more={more.failed} />
      <CountList title="Secrets read" counts={identity.secrets} more={more.secrets} />
      {identity.isPartial && <p class="dim">Too many different values: counts are lower bounds.</p>}
    </DetailBox>
  );
}

function listed(counts: readonly CaseCount[], more: number): string {
  return cut(
    counts.map(({ value, count }) => `${value} (${number(count)})`),
    more,
  );
}

function cut(texts: readonly string[], more: number): string {
  return [...texts, ...(more > 0 ? [`and ${number(more)} more`] : [])].join(', ');
}

/** Says that a list is cut. */
function More({ count }: { readonly count: number }): ComponentChild {
  return count > 0 && <p class="dim">{number(count)} more, not in this page.</p>;
}

function Sightings({
  title,
  seen,
  more,
}: {
  readonly title: string;
  readonly seen: readonly CaseSighting[];
  readonly more: number;
}): ComponentChild {
  if (seen.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="plain">
        {seen.map(({ value, count, first, last }) => (
          <li key={value}>
            {number(count)} {value}{' '}
            <span class="dim">
              {first !== '' && (first === last ? first : `${first} to ${last}`)}
            </span>
          </li>
        ))}
      </ul>
      <More count={more} />
    </>
  );
}

function CountList({
  title,
  counts,
  more,
}: {
  readonly title: string;
  readonly counts: readonly CaseCount[];
  readonly more: number;
}): ComponentChild {
  if (counts.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="plain">
        {counts.map(({ value, count }) => (
          <li key={value}>
            {number(count)} {value}
          </li>
        ))}
      </ul>
      <More count={more} />
    </>
  );
}

const HEIGHT = 30;

/** Requests over time. */
function Bars({ counts }: { readonly counts: readonly number[] }): ComponentChild {
  const highest = Math.max(1, ...counts);
  if (counts.length < 2) return null;
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Requests over time, at most ${number(highest)} in a bar`}
    >
      {counts.map((count, index) => {
        const height = (count / highest) * HEIGHT;
        return (
          count > 0 && (
            <rect key={index} x={index} y={HEIGHT - height} width={0.8} height={height} />
          )
        );
      })}
    </svg>
  );
}
