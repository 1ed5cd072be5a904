import { signal } from '@preact/signals';
import { escapePage } from '../../outputs/encode/escape.ts';
import { goTo, view } from '../state.ts';
import { begin, change, typedIn, typedTexts } from './editor-state.ts';
import { post, problemText } from './server.ts';

/** True until a test is made. */
export const isMaking = signal(false);
/** Why no test was made. */
export const makingProblem = signal('');

/**
 * Adds a test to the tests of a rule, that it fires on an event, and goes to them.
 *
 * @param event JSON
 */
export async function addTest(rule: string, event: string): Promise<void> {
  if (isMaking.peek()) return;
  isMaking.value = true;
  makingProblem.value = '';
  const { view: page, shown } = view.peek();
  try {
    const found = await post<{ file: string; before: string; text: string }>('/change/test-of', {
      rule,
      event,
      changes: typedTexts(),
    });
    const now = view.peek();
    // Who went elsewhere did not want it any more.
    if (now.view !== page || now.shown !== shown) return;
    if ((typedIn(found.file) ?? found.before) !== found.before) {
      throw new Error('the tests have changed meanwhile: try again');
    }
    begin(found.file, found.before);
    change(found.file, found.text);
    goTo('editor');
  } catch (error) {
    makingProblem.value = escapePage(problemText(error));
  } finally {
    isMaking.value = false;
  }
}
