import type { ComponentChild } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SEVERITIES, type Severity } from '../../policies/severity.ts';
import {
  FIELDS,
  GROUPS,
  ORDERS,
  withoutTerm,
  type GroupName,
  type OrderName,
  type Term,
} from '../data/case-view.ts';
import { number } from '../data/wording.ts';
import { complete, go, matches, showAll, table, view } from '../state.ts';

/** Milliseconds after the last key until a search starts. */
const PAUSE = 120;

/** Search, severities, order, groups, and what was chosen by value. */
export function FilterBar(): ComponentChild {
  const { severities, is, not, order, group, from, to, search } = view.value;
  const found = matches.value;
  const all = table.value?.rows ?? 0;
  const isFiltered =
    search !== '' ||
    is.length + not.length + severities.length > 0 ||
    from !== undefined ||
    to !== undefined;
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField />
      <div class="severities" role="group" aria-label="Severities">
        {SEVERITIES.map((severity) => (
          <SeverityButton
            key={severity}
            severity={severity}
            count={found?.severities[severity] ?? 0}
          />
        ))}
      </div>
      <label>
        Order{' '}
        <select
          value={order}
          onChange={(event) => go({ order: event.currentTarget.value as OrderName })}
        >
          {Object.entries(ORDERS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        Group by{' '}
        <select
          value={group ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget;
            go({ group: value === '' ? undefined : (value as GroupName) });
          }}
        >
          <option value="">nothing</option>
          {GROUPS.map((name) => (
            <option key={name} value={name}>
              {FIELDS[name]}
            </option>
          ))}
        </select>
      </label>
      {isFiltered && (
        <button type="button" onClick={showAll}>
          Show all
        </button>
      )}
      <output class="count">
        {number(found?.count ?? 0)} of {number(all)} events
        {!complete.value && ' (reading messages …)'}
      </output>
      {is.length + not.length > 0 && (
        <ul class="terms" aria-label="Chosen values">
          {is.map((term) => (
            <TermChip key={`is ${term.field} ${term.value}`} words="is" term={term} />
          ))}
          {not.map((term) => (
            <TermChip key={`not ${term.field} ${term.value}`} words="is not" term={term} />
          ))}
        </ul>
      )}
    </form>
  );
}

function SearchField(): ComponentChild {
  const { search } = view.value;
  const [text, setText] = useState(search);
  const timer = useRef<number | undefined>(undefined);
  // An address that somebody goes to brings its own words.
  useEffect(() => setText(search), [search]);
  return (
    <input
      type="search"
      id="search"
      placeholder="Search ( / )"
      aria-label="Search findings"
      value={text}
      onInput={(event) => {
        const { value } = event.currentTarget;
        setText(value);
        clearTimeout(timer.current);
        timer.current = window.setTimeout(() => go({ search: value }), PAUSE);
      }}
    />
  );
}

function SeverityButton({
  severity,
  count,
}: {
  readonly severity: Severity;
  readonly count: number;
}): ComponentChild {
  const { severities } = view.value;
  const isOn = severities.includes(severity);
  const next = isOn ? severities.filter((each) => each !== severity) : [...severities, severity];
  return (
    <button
      type="button"
      class={`severity s-${severity}`}
      aria-pressed={isOn}
      onClick={() => go({ severities: SEVERITIES.filter((each) => next.includes(each)) })}
    >
      {severity} <b>{number(count)}</b>
    </button>
  );
}

function TermChip({
  words,
  term,
}: {
  readonly words: string;
  readonly term: Term;
}): ComponentChild {
  const name = `${FIELDS[term.field]} ${words} ${term.value === '' ? 'none' : term.value}`;
  return (
    <li>
      <button
        type="button"
        aria-label={`Remove: ${name}`}
        onClick={() => {
          view.value = withoutTerm(view.value, term);
        }}
      >
        <span>{name}</span> ×
      </button>
    </li>
  );
}
