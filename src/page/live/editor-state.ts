import { computed, effect as whenever, signal } from '@preact/signals';
import type { Change } from '../../outputs/card/tried-change.ts';
import type { TestsRun, TextDiagnostic } from '../../outputs/card/checked-text.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { newest } from '../newest.ts';
import {
  isWriting,
  lastWritten,
  loadSwitches,
  pending,
  rulesChange,
  setRulesChange,
  switches,
} from './change-state.ts';
import { post, problemText } from './server.ts';
import { forgetTests, showChecked } from './tests-state.ts';

/** A rules file that was opened. */
interface Draft {
  /** What the file says. */
  readonly saved: string;
  readonly text: string;
  /** What was typed last is not among the changes yet, since it is not checked. */
  readonly isUntried: boolean;
}

/** Milliseconds after the last key until a text is checked. */
const PAUSE = 300;

/** A file that can be edited: rules, or tests of them. */
export interface EditedFile {
  readonly file: string;
  readonly isNew: boolean;
  /** The rules that it tests; null for rules. */
  readonly of: string | null;
}
export const files = signal<readonly EditedFile[]>([]);
/** The file whose text is shown; empty before one is open. */
export const file = signal('');
/** The file that takes its place as soon as its text is here; empty when there is none. */
export const opening = signal('');
export const text = signal('');
export const diagnostics = signal<readonly TextDiagnostic[]>([]);
/** Rules that the text defines or changes. */
export const rules = signal<readonly string[]>([]);
export const editorProblem = signal('');
/** True while what is shown about the text is about an older one. */
export const isChecking = signal(false);
/** Whether text can be taken: what is typed before belongs to no file. */
export const isOpen = computed(() => file.value !== '' && opening.value === '');
/** Whether the open file holds tests. */
export const hasTests = computed(() =>
  files.value.some((each) => each.file === file.value && each.of !== null),
);
/** Whether the text differs from the file, and is not among the changes. */
export const isLeftOut = computed(() => {
  const changed = rulesChange(file.value, pending.value);
  return !isSame(text.value, changed?.text ?? saved.value);
});
/** What the open file says. */
const saved = signal('');

/** Files that were opened: what was typed stays when another one is looked at. */
const drafts = new Map<string, Draft>();
/** Checks that are not answered, by file. */
const checks = new Map<string, AbortController>();
/** The check that waits until nothing more is typed. */
let waiting: { readonly of: string; readonly timer: ReturnType<typeof setTimeout> } | undefined;
const listing = newest();
const reading = newest();

/** Reads which files there are, and what the open one says now; opens the first when none is open. */
export async function loadFiles(): Promise<void> {
  const isNewest = listing();
  try {
    if (switches.peek() === undefined) await loadSwitches();
    const found = await post<typeof files.value>('/change/rules-files', {});
    if (!isNewest()) return;
    files.value = found;
    const names = found.map((each) => each.file);
    const wanted = opening.peek() === '' ? file.peek() : opening.peek();
    await openFile(names.includes(wanted) ? wanted : (names[0] ?? ''));
  } catch (error) {
    if (!isNewest()) return;
    opening.value = '';
    fail(error);
  }
}

/** Opens a file, or reads what the open one says now. What was typed in any of them stays. */
export async function openFile(name: string): Promise<void> {
  if (name === '') return;
  const isNewest = reading();
  if (name !== file.peek()) checkNow();
  opening.value = name === file.peek() ? '' : name;
  try {
    const found = await post<{ text: string }>('/change/rules-text', { file: name });
    if (!isNewest()) return;
    show(name, found.text);
    await check(name);
  } catch (error) {
    if (!isNewest()) return;
    opening.value = '';
    fail(error);
  }
}

/** Shows a file: what it says, or what was typed instead. */
function show(name: string, now: string): void {
  const known = drafts.get(name);
  const isTyped =
    known !== undefined &&
    (known.isUntried || known.text !== known.saved || rulesChange(name, pending.peek()));
  drafts.set(
    name,
    isTyped ? { ...known, saved: now } : { saved: now, text: now, isUntried: false },
  );
  if (name !== file.peek()) {
    diagnostics.value = [];
    rules.value = [];
    forgetTests();
  }
  file.value = name;
  opening.value = '';
  editorProblem.value = '';
  saved.value = now;
  text.value = drafts.get(name)!.text;
}

/** Files say what was written before somebody reads them anew. */
whenever(() => {
  for (const each of lastWritten.value) {
    const draft = each.kind === 'rules' ? drafts.get(each.file) : undefined;
    if (each.kind !== 'rules' || draft === undefined) continue;
    drafts.set(each.file, { ...draft, saved: each.text });
    if (each.file === file.peek()) saved.value = each.text;
  }
});

/** Takes what was typed; it is checked when nothing more comes. */
export function write(next: string): void {
  if (!isOpen.peek()) return;
  change(file.peek(), next);
}

/** Tries a text that was taken out of the changes once more. */
export function tryAgain(): void {
  write(text.peek());
  checkNow();
}

/** The text of a file that was opened. */
export function typedIn(name: string): string | undefined {
  return drafts.get(name)?.text;
}

/** Whether some text is in no file and among no changes. */
export function isTextUnwritten(): boolean {
  return [...drafts.values()].some((draft) => !isSame(draft.text, draft.saved));
}

/** The texts of all files that were opened, as changes. */
export function typedTexts(): Change[] {
  return [...drafts].map(([name, draft]) => ({ kind: 'rules', file: name, text: draft.text }));
}

/** Has a file opened that somebody else read, as soon as the editor is looked at. */
export function begin(name: string, now: string): void {
  if (!drafts.has(name)) drafts.set(name, { saved: now, text: now, isUntried: false });
  opening.value = name === file.peek() ? '' : name;
}

/** Gives a file that was opened another text; one that is not shown is checked at once. */
export function change(name: string, next: string): void {
  if (waiting !== undefined && waiting.of !== name) checkNow();
  drafts.set(name, { ...drafts.get(name)!, text: next, isUntried: true });
  // An answer would be about an older text.
  checks.get(name)?.abort();
  checks.delete(name);
  clearTimeout(waiting?.timer);
  waiting = { of: name, timer: setTimeout(checkNow, PAUSE) };
  // Nobody types there any more.
  if (name !== file.peek()) return checkNow();
  text.value = next;
  isChecking.value = true;
}

/** Checks what waits to be checked. */
function checkNow(): void {
  if (waiting === undefined) return;
  const { of, timer } = waiting;
  clearTimeout(timer);
  waiting = undefined;
  void check(of);
}

/** Checks a file's text; one without errors is tried on the log. */
async function check(name: string): Promise<void> {
  // It is checked a moment later.
  if (waiting?.of === name) return;
  checks.get(name)?.abort();
  const own = new AbortController();
  checks.set(name, own);
  const { text: checked } = drafts.get(name)!;
  if (name === file.peek()) isChecking.value = true;
  try {
    const found = await post<{ diagnostics: TextDiagnostic[]; rules: string[]; tests?: TestsRun }>(
      '/change/check',
      { file: name, text: checked, changes: pending.peek() },
      own.signal,
    );
    if (own.signal.aborted) return;
    const isWrong = found.diagnostics.some(({ severity }) => severity === 'error');
    if (name === file.peek()) {
      diagnostics.value = found.diagnostics;
      rules.value = found.rules;
      editorProblem.value = '';
      showChecked(name, checked, isWrong, found.tests);
    }
    const draft = drafts.get(name)!;
    if (!draft.isUntried) return;
    drafts.set(name, { ...draft, isUntried: false });
    // What is being written is not what the file says yet.
    const isSaved = checked === draft.saved && !isWriting.peek();
    setRulesChange(name, isWrong || isSaved ? undefined : checked);
  } catch (error) {
    if (!own.signal.aborted) fail(error);
  } finally {
    if (checks.get(name) === own) {
      checks.delete(name);
      if (name === file.peek()) isChecking.value = false;
    }
  }
}

/** Files end with the end of a line. */
function isSame(one: string, other: string): boolean {
  const whole = (each: string): string => (each === '' || each.endsWith('\n') ? each : `${each}\n`);
  return whole(one) === whole(other);
}

/** Shows an error above the editor. */
export function fail(error: unknown): void {
  editorProblem.value = escapePage(problemText(error));
}
