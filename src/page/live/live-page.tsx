// Room page/live: the page of `k8s-audit ui`: it asks the server that gave it out, and shows what that answers.
// Door: none; the build bundles live-page.tsx into one script and base.css with live.css into one style, which the server hands out.
// Neighbours: cli/ui answers. Log text is only ever the text of an element.
// Inside: live-state.ts is what is asked and answered, condition-input.tsx completes conditions, answer-table.tsx draws rows.

import { render, type ComponentChild } from 'preact';
import { AnswerTable } from './answer-table.tsx';
import { ConditionInput } from './condition-input.tsx';
import {
  ask,
  follow,
  isBusy,
  isFollowing,
  loadFields,
  notes,
  problem,
  question,
  status,
} from './live-state.ts';
import { QUESTIONS } from './question-columns.ts';

const SEVERITIES = ['', 'low', 'medium', 'high'];

function Live(): ComponentChild {
  const { tool, severity, since } = question.value;
  const change = (part: Partial<typeof question.value>): void => {
    question.value = { ...question.value, ...part };
  };
  return (
    <>
      <header>
        <h1>k8s-audit</h1>
        <a href="/case" target="_blank" rel="noopener">
          Case file
        </a>
      </header>
      <main>
        <form
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
        </form>
        {problem.value !== '' && <p role="alert">{problem.value}</p>}
        <p role="status">{status.value}</p>
        {notes.value.length > 0 && (
          <details>
            <summary>Notes</summary>
            <pre>{notes.value.join('\n')}</pre>
          </details>
        )}
        <AnswerTable />
      </main>
    </>
  );
}

const root = document.getElementById('live');
if (root !== null) {
  render(<Live />, root);
  void loadFields();
  void ask();
}
