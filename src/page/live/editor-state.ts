import { signal } from '@preact/signals';
import { escapePage } from '../../outputs/encode/escape.ts';
import { loadSwitches, pending, setPending, switches } from './change-state.ts';
import { post, problemText } from './server.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Milliseconds after the last key until a text is checked. */
const PAUSE = 300;

export const files = signal<readonly { readonly file: string; readonly isNew: boolean }[]>([]);
export const file = signal('');
export const text = signal('');
export const diagnostics = signal<readonly Diagnostic[]>([]);
/** Rules that the text defines or changes. */
export const rules = signal<readonly string[]>([]);
export const editorProblem = signal('');
/** True while what is shown about the text is about an older one. */
export const isChecking = signal(false);
/** What the file says. */
let saved = '';

/** Reads which files there are, and the first of them. */
export async function loadFiles(): Promise<void> {
  try {
    if (switches.peek() === undefined) await loadSwitches();
    files.value = await post('/change/rules-files', {});
    const names = files.value.map((each) => each.file);
    const name = names.includes(file.value) ? file.value : (names[0] ?? '');
    // What is being written stays.
    if (name !== file.value || text.value === saved) await openFile(name);
  } catch (error) {
    fail(error);
  }
}

/** Opens a file. What was changed in another one stays among the changes. */
export async function openFile(name: string): Promise<void> {
  if (name === '') return;
  try {
    const found = await post<{ text: string }>('/change/rules-text', { file: name });
    saved = found.text;
    file.value = name;
    const changed = pending.peek().find((each) => each.kind === 'rules' && each.file === name);
    text.value = changed?.kind === 'rules' ? changed.text : saved;
    editorProblem.value = '';
    await check();
  } catch (error) {
    fail(error);
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;
let asked: AbortController | undefined;

/** Takes what was typed; it is checked when nothing more comes. */
export function write(next: string): void {
  text.value = next;
  isChecking.value = true;
  clearTimeout(timer);
  timer = setTimeout(() => void check(), PAUSE);
}

/** Adds a bundled rule, or a change of a rule, behind what is there. */
export async function addRule(name: string, form: 'copy' | 'override'): Promise<void> {
  try {
    const found = await post<{ copy: string; override: string }>('/change/rule', { name });
    const start = text.value.trimEnd();
    write(`${start}${start === '' ? '' : '\n\n'}${found[form]}`);
  } catch (error) {
    fail(error);
  }
}

/** Checks the text; one without errors is tried on the log. */
async function check(): Promise<void> {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  const checked = text.value;
  const name = file.value;
  isChecking.value = true;
  try {
    const found = await post<{ diagnostics: Diagnostic[]; rules: string[] }>(
      '/change/check',
      { file: name, text: checked },
      own.signal,
    );
    if (own.signal.aborted) return;
    diagnostics.value = found.diagnostics;
    rules.value = found.rules;
    editorProblem.value = '';
    const isWrong = found.diagnostics.some(({ severity }) => severity === 'error');
    attempt(name, isWrong || checked === saved ? undefined : checked);
  } catch (error) {
    if (!own.signal.aborted) fail(error);
  } finally {
    if (asked === own) isChecking.value = false;
  }
}

/** Puts the text among the changes, or takes it out. */
function attempt(name: string, changed: string | undefined): void {
  const before = pending.peek().find((each) => each.kind === 'rules' && each.file === name);
  if ((before?.kind === 'rules' ? before.text : undefined) === changed) return;
  const others = pending.peek().filter((each) => each !== before);
  setPending(
    changed === undefined ? others : [...others, { kind: 'rules', file: name, text: changed }],
  );
}

function fail(error: unknown): void {
  editorProblem.value = escapePage(problemText(error));
}
