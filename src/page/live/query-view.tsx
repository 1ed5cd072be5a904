import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import { AnswerTable } from './answer-table.tsx';
import { ConditionInput } from './condition-input.tsx';
import {
  ask,
  follow,
  hasAsked,
  isBusy,
  isFollowing,
  notes,
  problem,
  question,
  status,
} from './live-state.ts';
import { QUESTIONS } from './question-columns.ts';

const SEVERITIES = ['', 'low', 'medium', 'high'];

/** Questions to the whole log, and findings as they come. */
export function QueryView(): ComponentChild {
  useEffect(() => {
    if (!hasAsked()) void ask();
  }, []);
  const { tool, severity, since } = question.value;
  const change = (part: Partial<typeof question.value>): void => {
    question.value = { ...question.value, ...part };
  };
  return (
    <>
      <form
        class="query-form"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label>
          Show
          <select value={tool} onChange={(event) => change({ tool: event.currentTarget.value })}>
            {Object.entries(QUESTIONS).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <ConditionInput />
        <label>
          Since
          <input
            value={since}
            placeholder="2h, 2026-01-31"
            onInput={(event) => change({ since: event.currentTarget.value })}
          />
        </label>
        {tool === 'findings' && (
          <label>
            Severity
            <select
              value={severity}
              onChange={(event) => change({ severity: event.currentTarget.value })}
            >
              {SEVERITIES.map((name) => (
                <option key={name} value={name}>
                  {name === '' ? 'any' : name}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit" disabled={isBusy.value}>
          Ask
        </button>
        {tool === 'findings' && (
          <button type="button" aria-pressed={isFollowing.value} onClick={follow}>
            Follow
          </button>
        )}
        <a href="/case" target="_blank" rel="noopener">
          Case file
        </a>
      </form>
      {problem.value !== '' && (
        <pre role="alert" tabIndex={0}>
          {problem.value}
        </pre>
      )}
      <p role="status">{status.value}</p>
      {notes.value.length > 0 && (
        <details>
          <summary>Notes</summary>
          <pre tabIndex={0}>{notes.value.join('\n')}</pre>
        </details>
      )}
      <AnswerTable />
    </>
  );
}
