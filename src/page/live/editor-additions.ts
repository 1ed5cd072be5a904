import { change, fail, file, isOpen, typedIn } from './editor-state.ts';
import { post } from './server.ts';

/** Adds a bundled rule, or a change of a rule, behind what is there in the file that is open. */
export async function addRule(name: string, form: 'copy' | 'override'): Promise<void> {
  if (!isOpen.peek()) return;
  const into = file.peek();
  try {
    const found = await post<{ copy: string; override: string }>('/change/rule', { name });
    const start = typedIn(into)!.trimEnd();
    change(into, `${start}${start === '' ? '' : '\n\n'}${found[form]}`);
  } catch (error) {
    fail(error);
  }
}
