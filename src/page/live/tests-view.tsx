import type { ComponentChild } from 'preact';
import { escapePage } from '../../outputs/encode/escape.ts';
import { textOf, type CaseTable } from '../data/case-table.ts';
import { number } from '../data/wording.ts';
import { readEvent } from '../state.ts';
import { file, files, hasTests, openFile, text as typed } from './editor-state.ts';
import { addTest, isMaking, makingProblem } from './make-test.ts';
import { isTesting, runTests, tests, testsProblem } from './tests-state.ts';

/** How the tests of the open file went. */
export function TestsView({
  goToLine,
}: {
  readonly goToLine: (file: string, line: number) => void;
}): ComponentChild {
  const run = tests.value;
  const others = files.value.filter(
    (each) => each.of === file.value || run?.files.includes(each.file),
  );
  return (
    <section class="tests" aria-label="Tests">
      <h2>Tests</h2>
      <p role="status">{isTesting.value ? 'running …' : run !== undefined && resultText(run)}</p>
      {testsProblem.value !== '' && <pre role="alert">{testsProblem.value}</pre>}
      {!hasTests.value &&
        run?.problems.map((problem) => (
          <pre key={problem} role="alert" tabIndex={0}>
            {lines(problem)}
          </pre>
        ))}
      <ul class="plain">
        {run?.failures.map((failure, index) => (
          <li key={index} class="diagnostic error">
            <button type="button" onClick={() => goToLine(failure.file, failure.line)}>
              {failure.file === file.value ? '' : `${escapePage(failure.file)}, `}line{' '}
              {failure.line}
            </button>
            <pre tabIndex={0}>
              {lines([`failed: ${failure.name}`, ...failure.wrong].join('\n  '))}
            </pre>
          </li>
        ))}
      </ul>
      <p class="buttons">
        {!hasTests.value && (
          <button
            type="button"
            disabled={isTesting.value || file.value === ''}
            onClick={() => void runTests(file.value, typed.value)}
          >
            Run tests
          </button>
        )}
        {!hasTests.value &&
          others.map((each) => (
            <button key={each.file} type="button" onClick={() => void openFile(each.file)}>
              {each.isNew ? 'Begin' : 'Open'} {escapePage(each.file)}
            </button>
          ))}
      </p>
    </section>
  );
}

function resultText({
  passed,
  failed,
  files: run,
  problems,
}: NonNullable<typeof tests.value>): string {
  if (problems.length > 0) return 'The tests are wrong: none was run.';
  if (run.length === 0) return 'These rules have no tests.';
  const all =
    failed === 0
      ? `${number(passed)} passed`
      : `${number(failed)} failed, ${number(passed)} passed`;
  return `${all}: ${run.map((name) => escapePage(name)).join(', ')}`;
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapePage(line))
    .join('\n');
}

/** Makes a test of the event of a finding. */
export function TestMaker({
  table,
  row,
}: {
  readonly table: CaseTable;
  readonly row: number;
}): ComponentChild {
  const make = async (): Promise<void> => {
    const event = await readEvent
      .peek()(row)
      .catch(() => '');
    if (event === '') {
      makingProblem.value = 'the event is not in this page: it is too large';
      return;
    }
    await addTest(textOf(table, 'rule', row), event);
  };
  return (
    <p class="buttons">
      <button
        type="button"
        disabled={isMaking.value}
        title="A test that the rule fires on this event, its credentials replaced"
        onClick={() => void make()}
      >
        Make a rule test of this event
      </button>
      {makingProblem.value !== '' && <span role="alert">{makingProblem.value}</span>}
    </p>
  );
}
