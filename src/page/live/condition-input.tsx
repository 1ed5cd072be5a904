import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { escapePage } from '../../outputs/encode/escape.ts';
import { newest } from '../newest.ts';
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
      .catch(() => {
        // Asked anew the next time.
        known.delete(field);
        return [];
      });
    known.set(field, found);
  }
  return found;
}

/** The condition, with fields and values to choose from below it. */
export function ConditionInput(): ComponentChild {
  const offered = useSignal<readonly Completion[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const { current: asking } = useRef(newest());
  const complete = async (): Promise<void> => {
    const text = input.current?.value ?? '';
    const caret = input.current?.selectionStart ?? text.length;
    const isNewest = asking();
    const found = await completions(text, caret, fields.value, valuesOf);
    // The place may be another one by then, and with it what fits.
    if (isNewest() && question.value.where === text) offered.value = found;
  };
  // Somebody may be writing before the names of fields are there.
  const names = fields.value;
  useEffect(() => {
    if (document.activeElement === input.current) void complete();
  }, [names]);
  const write = (where: string): void => {
    question.value = { ...question.value, where };
    // They hold the text as it was: choosing one would undo what was typed.
    offered.value = [];
    void complete();
  };
  const choose = ({ text, caret }: Completion): void => {
    const field = input.current!;
    // The caret goes where writing continues, before the page is drawn again.
    field.value = text;
    field.focus();
    field.setSelectionRange(caret, caret);
    write(text);
  };
  return (
    <div class="condition">
      <label>
        Condition
        <input
          id="where"
          ref={input}
          value={question.value.where}
          placeholder="ka.verb = delete and ka.target.namespace = shop"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => write(event.currentTarget.value)}
          onFocus={() => void complete()}
          onClick={() => void complete()}
          onKeyUp={({ key }) => {
            if (MOVES.has(key)) void complete();
          }}
        />
      </label>
      {offered.value.length > 0 && (
        <ul aria-label="Completions">
          {offered.value.map((each) => (
            <li key={each.label}>
              <button type="button" onClick={() => choose(each)}>
                <b>{escapePage(each.label)}</b> {each.about}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Keys that move the caret. */
const MOVES: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);
