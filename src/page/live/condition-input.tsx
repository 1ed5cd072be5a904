import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { completions, type Completion } from './complete-condition.ts';
import { answerTo, fields, question } from './live-state.ts';
import { textAt } from './question-columns.ts';

/** Fields whose values the log can be asked for, and how activity counts them. */
const COUNTED: Readonly<Record<string, string>> = {
  'ka.user.name': 'user',
  'ka.target.namespace': 'namespace',
  'ka.target.resource': 'resource',
  'ka.verb': 'verb',
  'ka.useragent': 'user-agent',
  'ka.response.code': 'code',
};
/** Values that are asked for, the most frequent ones: as many rows as an answer may have. */
const MOST_VALUES = 200;
/** Values by field: asked for once. */
const known = new Map<string, Promise<readonly string[]>>();

function valuesOf(field: string): Promise<readonly string[]> {
  const by = Object.hasOwn(COUNTED, field) ? COUNTED[field] : undefined;
  if (by === undefined) return Promise.resolve([]);
  let found = known.get(field);
  if (found === undefined) {
    const key = by.replaceAll('-', '_');
    found = answerTo('activity', { by, noise: true, limit: MOST_VALUES })
      .then(({ rows }) => rows.map((row) => textAt(row, [key])))
      .catch(() => []);
    known.set(field, found);
  }
  return found;
}

/** The condition, with fields and values to choose from below it. */
export function ConditionInput(): ComponentChild {
  const offered = useSignal<readonly Completion[]>([]);
  const complete = async (text: string): Promise<void> => {
    const found = await completions(text, fields.value, valuesOf);
    if (question.value.where === text) offered.value = found;
  };
  const write = (where: string): void => {
    question.value = { ...question.value, where };
    void complete(where);
  };
  return (
    <div class="condition">
      <label>
        Condition
        <input
          id="where"
          value={question.value.where}
          placeholder="ka.verb = delete and ka.target.namespace = shop"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => write(event.currentTarget.value)}
          onFocus={(event) => void complete(event.currentTarget.value)}
        />
      </label>
      {offered.value.length > 0 && (
        <ul aria-label="Completions">
          {offered.value.map(({ label, text, about }) => (
            <li key={label}>
              <button
                type="button"
                onClick={() => {
                  write(text);
                  document.getElementById('where')?.focus();
                }}
              >
                <b>{escapePage(label)}</b> {about}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
