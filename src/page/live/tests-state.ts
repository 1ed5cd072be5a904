import { signal } from '@preact/signals';
import { escapePage } from '../../outputs/encode/escape.ts';
import type { TestsRun } from '../../outputs/card/checked-text.ts';
import { newest } from '../newest.ts';
import { pending } from './change-state.ts';
import { post, problemText } from './server.ts';

/** The tests of the open file, with its text; undefined before they were run, and where they cannot be. */
export const tests = signal<TestsRun | undefined>(undefined);
export const isTesting = signal(false);
export const testsProblem = signal('');
const running = newest();

/** Forgets how tests went: the text is another one. */
export function forgetTests(): void {
  running();
  tests.value = undefined;
  testsProblem.value = '';
  isTesting.value = false;
}

/**
 * Shows the tests of a text that was checked: those that were run with it, or runs them where nothing is wrong.
 *
 * @param own how they went, of a file of tests
 */
export function showChecked(file: string, text: string, isWrong: boolean, own?: TestsRun): void {
  forgetTests();
  if (own !== undefined) tests.value = own;
  else if (!isWrong) void runTests(file, text);
}

/** Runs the tests of a rules file with its text, and with all changes that are not written. */
export async function runTests(file: string, text: string): Promise<void> {
  forgetTests();
  const isNewest = running();
  isTesting.value = true;
  try {
    const changes = pending.peek();
    const found = await post<TestsRun>('/change/tests', { file, text, changes });
    if (isNewest()) tests.value = found;
  } catch (error) {
    if (isNewest()) testsProblem.value = escapePage(problemText(error));
  } finally {
    if (isNewest()) isTesting.value = false;
  }
}
