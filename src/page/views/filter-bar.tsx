import type { ComponentChild } from 'preact';
import {
  FIELDS,
  GROUPS,
  ORDERS,
  orderOf,
  withoutTerm,
  type FieldName,
  type GroupName,
  type OrderName,
  type Term,
} from '../data/case-view.ts';
import type { Severity } from '../../policies/severity.ts';
import { gradesOf, type Result } from '../data/grades.ts';
import { appliesTo } from '../data/matching.ts';
import { number } from '../data/wording.ts';
import { complete, feed, go, matches, showAll, typed, typeSearch, view } from '../state.ts';

/** Search, severities, order, groups, and what was chosen by value. */
export function FilterBar(): ComponentChild {
  const { severities, results, is, not, group, from, to, search } = view.value;
  const found = matches.value;
  const all = feed.value!;
  const { column, names, title } = gradesOf(all);
  const isFindings = column === 'severity';
  const isFiltered =
    search !== '' ||
    is.length + not.length + (isFindings ? severities : results).length > 0 ||
    from !== undefined ||
    to !== undefined;
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <SearchField />
      <div class="severities" role="group" aria-label={title}>
        {names
          .filter((grade) => isFindings || (all.texts.result?.values.includes(grade) ?? false))
          .map((grade) => (
            <GradeButton
              key={grade}
              grade={grade}
              column={column}
              names={names}
              count={found?.grades[grade] ?? 0}
            />
          ))}
      </div>
      <label>
        Order{' '}
        <select
          value={orderOf(view.value)}
          onChange={(event) => go({ order: event.currentTarget.value as OrderName })}
        >
          {Object.entries(ORDERS)
            .filter(([name]) => isFindings || name !== 'rule')
            .map(([name, words]) => (
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
          {GROUPS.filter((name) => appliesTo(all, name)).map((name) => (
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
        {number(found?.count ?? 0)} of {number(all.rows)} {isFindings ? 'rows' : 'requests'}
        {!complete.value && ' (reading …)'}
      </output>
      <Terms
        applies={(field) => appliesTo(all, field)}
        idle="Requests have none: it chooses findings only"
      />
    </form>
  );
}

/** Words that must all be found. */
export function SearchField(): ComponentChild {
  return (
    <input
      type="search"
      id="search"
      placeholder="Search ( / )"
      aria-label="Search"
      value={typed.value?.text ?? view.value.search}
      onInput={(event) => typeSearch(event.currentTarget.value)}
    />
  );
}

function GradeButton({
  grade,
  column,
  names,
  count,
}: {
  readonly grade: string;
  readonly column: 'severity' | 'result';
  readonly names: readonly string[];
  readonly count: number;
}): ComponentChild {
  const { severities, results } = view.value;
  const on: readonly string[] = column === 'severity' ? severities : results;
  const isOn = on.includes(grade);
  const choose = (): void => {
    const next = names.filter((each) => (each === grade ? !isOn : on.includes(each)));
    if (column === 'severity') go({ severities: next as Severity[] });
    else go({ results: next as Result[] });
  };
  return (
    <button type="button" class={`severity s-${grade}`} aria-pressed={isOn} onClick={choose}>
      {grade} <b>{number(count)}</b>
    </button>
  );
}

/** The values that were chosen; each can be let go. */
export function Terms({
  applies,
  idle,
}: {
  readonly applies: (field: FieldName) => boolean;
  /** Why a term does nothing here. */
  readonly idle: string;
}): ComponentChild {
  const { is, not } = view.value;
  if (is.length + not.length === 0) return null;
  const chip = (words: string, term: Term): ComponentChild => {
    const name = `${FIELDS[term.field]} ${words} ${term.value === '' ? 'none' : term.value}`;
    const isActive = applies(term.field);
    return (
      <li key={`${words} ${term.field} ${term.value}`}>
        <button
          type="button"
          aria-label={`Remove: ${name}`}
          title={isActive ? undefined : idle}
          onClick={() => {
            view.value = withoutTerm(view.value, term);
          }}
        >
          <span class={isActive ? undefined : 'idle'}>{name}</span> ×
        </button>
      </li>
    );
  };
  return (
    <ul class="terms" aria-label="Chosen values">
      {is.map((term) => chip('is', term))}
      {not.map((term) => chip('is not', term))}
    </ul>
  );
}
