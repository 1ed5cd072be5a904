import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TextDiagnostic } from '../../outputs/card/checked-text.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { number, plural } from '../data/wording.ts';
import { effect, isCounting, pending, switches, writes } from './change-state.ts';
import { ChangesPanel } from './changes-panel.tsx';
import {
  diagnostics,
  editorProblem,
  file,
  files,
  hasTests,
  isChecking,
  isLeftOut,
  isOpen,
  loadFiles,
  openFile,
  opening,
  rules,
  text,
  tryAgain,
  write,
} from './editor-state.ts';
import { addRule } from './editor-additions.ts';
import { TestsView } from './tests-view.tsx';

/** A rules file of the user: its text, what is wrong with it, and what it finds. */
export function EditorView(): ComponentChild {
  const area = useRef<HTMLTextAreaElement>(null);
  // Anew when files were written.
  const count = writes.value;
  const wanted = useSignal<{ readonly file: string; readonly line: number } | undefined>(undefined);
  const goToLine = (name: string, line: number): void => {
    wanted.value = { file: name, line };
    if (name !== file.value || !isOpen.value) void openFile(name);
  };
  const isThere = isOpen.value && wanted.value?.file === file.value;
  useEffect(() => {
    if (!isThere) return;
    select(area.current, { line: wanted.value!.line, column: 1 });
    wanted.value = undefined;
  }, [isThere]);
  useEffect(() => void loadFiles(), [count]);
  return (
    <>
      <ChangesPanel />
      <div class="editor-bar">
        <label>
          File
          <select
            value={opening.value || file.value}
            onChange={(event) => void openFile(event.currentTarget.value)}
          >
            {files.value.map(({ file: name, isNew, of }) => (
              <option key={name} value={name}>
                {escapePage(name)}
                {kindText(isNew, of !== null)}
              </option>
            ))}
          </select>
        </label>
        {!hasTests.value && <StartFrom />}
      </div>
      {editorProblem.value !== '' && (
        <pre role="alert" tabIndex={0}>
          {editorProblem.value}
        </pre>
      )}
      <label class="editor">
        <span>
          {hasTests.value ? 'Tests' : 'Rules'}{' '}
          <span role="status">{isOpen.value ? '' : waitingText()}</span>
        </span>
        <textarea
          ref={area}
          rows={18}
          spellcheck={false}
          autocomplete="off"
          aria-describedby="checked"
          readOnly={!isOpen.value}
          aria-invalid={diagnostics.value.some(({ severity }) => severity === 'error')}
          value={text.value}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      <Checked goTo={(each) => select(area.current, each)} />
      <TestsView goToLine={goToLine} />
    </>
  );
}

function kindText(isNew: boolean, isTests: boolean): string {
  if (isTests) return isNew ? ' (new tests)' : ' (tests)';
  return isNew ? ' (new)' : '';
}

/** Why nothing can be typed. */
function waitingText(): string {
  if (opening.value !== '')
    return `${escapePage(opening.value)} is being read: type when it is here`;
  return editorProblem.value === '' ? 'reading which files there are …' : '';
}

/** What a rule of the user may begin with. */
function StartFrom(): ComponentChild {
  const name = useSignal('');
  const all = switches.value?.rules ?? [];
  const chosen = all.find((rule) => rule.name === name.value);
  return (
    <>
      <label>
        Begin with
        <select
          value={name.value}
          onChange={(event) => {
            name.value = event.currentTarget.value;
          }}
        >
          <option value="">a rule …</option>
          {all.map((rule) => (
            <option key={rule.name} value={rule.name}>
              {escapePage(rule.name)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={chosen === undefined || chosen.own || !isOpen.value}
        onClick={() => void addRule(name.value, 'copy')}
      >
        Copy
      </button>
      <button
        type="button"
        disabled={chosen === undefined || !isOpen.value}
        onClick={() => void addRule(name.value, 'override')}
      >
        Change a part
      </button>
    </>
  );
}

function Checked({ goTo }: { readonly goTo: (each: TextDiagnostic) => void }): ComponentChild {
  const found = new Map(effect.value?.watched.map(({ rule, findings }) => [rule, findings]));
  const changed = new Map(effect.value?.rules.map((each) => [each.rule, each]));
  const isTried = pending.value.some((each) => each.kind === 'rules');
  return (
    <section id="checked" aria-live="polite" aria-label="What the check says">
      {isChecking.value ? (
        <p class="dim">checking …</p>
      ) : (
        diagnostics.value.map((each, index) => (
          <div key={index} class={`diagnostic ${each.severity}`}>
            {each.line > 0 && (
              <button type="button" onClick={() => goTo(each)}>
                Line {each.line}, column {each.column}
              </button>
            )}
            <pre tabIndex={0}>
              {each.text
                .split('\n')
                .map((line) => escapePage(line))
                .join('\n')}
            </pre>
          </div>
        ))
      )}
      {!isChecking.value && diagnostics.value.length === 0 && text.value.trim() !== '' && (
        <p class="dim">
          {hasTests.value ? 'The tests can be run.' : 'The rules are right.'}{' '}
          {isLeftOut.value && (
            <>
              It is not among the changes, since you took it back.{' '}
              <button type="button" onClick={tryAgain}>
                Try it again
              </button>
            </>
          )}
        </p>
      )}
      {!isCounting.value && (
        <ul class="plain">
          {rules.value.map((rule) => {
            const after = changed.get(rule)?.after ?? found.get(rule);
            if (after === undefined) return null;
            const more = after - (changed.get(rule)?.before ?? after);
            return (
              <li key={rule}>
                <b>{escapePage(rule)}</b>: {number(after)} {plural(after, 'finding')} on this log
                {isTried && more > 0 && `, ${number(more)} new`}
                {isTried && more < 0 && `, ${number(-more)} fewer`}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

/** Puts the caret where a diagnostic points. Columns count characters, places in a field code units. */
function select(
  area: HTMLTextAreaElement | null,
  { line, column }: Pick<TextDiagnostic, 'line' | 'column'>,
): void {
  if (area === null) return;
  const lines = area.value.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const at = Array.from(lines[line - 1] ?? '')
    .slice(0, column - 1)
    .join('').length;
  area.focus();
  area.setSelectionRange(before + at, before + at);
}
