import { computed, effect as whenever, signal } from '@preact/signals';
import type { Change } from '../../outputs/card/tried-change.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { newest } from '../newest.ts';
import {
  isWriting,
  lastWritten,
  loadSwitches,
  pending,
  setPending,
  switches,
} from './change-state.ts';
import { post, problemText } from './server.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

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

export const files = signal<readonly { readonly file: string; readonly isNew: boolean }[]>([]);
/** The file whose text is shown; empty before one is open. */
export const file = signal('');
/** The file that takes its place as soon as its text is here; empty when there is none. */
export const opening = signal('');
export const text = signal('');
export const diagnostics = signal<readonly Diagnostic[]>([]);
/** Rules that the text defines or changes. */
export const rules = signal<readonly string[]>([]);
export const editorProblem = signal('');
/** True while what is shown about the text is about an older one. */
export const isChecking = signal(false);
/** Whether text can be taken: what is typed before belongs to no file. */
export const isOpen = computed(() => file.value !== '' && opening.value === '');
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
    if (isNewest()) fail(error);
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

/** Adds a bundled rule, or a change of a rule, behind what is there in the file that is open. */
export async function addRule(name: string, form: 'copy' | 'override'): Promise<void> {
  if (!isOpen.peek()) return;
  const into = file.peek();
  try {
    const found = await post<{ copy: string; override: string }>('/change/rule', { name });
    const start = drafts.get(into)!.text.trimEnd();
    change(into, `${start}${start === '' ? '' : '\n\n'}${found[form]}`);
    // Nobody types there any more.
    if (into !== file.peek()) checkNow();
  } catch (error) {
    fail(error);
  }
}

/** Tries a text that was taken out of the changes once more. */
export function tryAgain(): void {
  write(text.peek());
  checkNow();
}

function change(name: string, next: string): void {
  if (waiting !== undefined && waiting.of !== name) checkNow();
  drafts.set(name, { ...drafts.get(name)!, text: next, isUntried: true });
  // An answer would be about an older text.
  checks.get(name)?.abort();
  checks.delete(name);
  clearTimeout(waiting?.timer);
  waiting = { of: name, timer: setTimeout(checkNow, PAUSE) };
  if (name !== file.peek()) return;
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
    const found = await post<{ diagnostics: Diagnostic[]; rules: string[] }>(
      '/change/check',
      { file: name, text: checked },
      own.signal,
    );
    if (own.signal.aborted) return;
    if (name === file.peek()) {
      diagnostics.value = found.diagnostics;
      rules.value = found.rules;
      editorProblem.value = '';
    }
    const draft = drafts.get(name)!;
    if (!draft.isUntried) return;
    drafts.set(name, { ...draft, isUntried: false });
    // What is being written is not what the file says yet.
    const isSaved = checked === draft.saved && !isWriting.peek();
    const isWrong = found.diagnostics.some(({ severity }) => severity === 'error');
    attempt(name, isWrong || isSaved ? undefined : checked);
  } catch (error) {
    if (!own.signal.aborted) fail(error);
  } finally {
    if (checks.get(name) === own) {
      checks.delete(name);
      if (name === file.peek()) isChecking.value = false;
    }
  }
}

type RulesChange = Change & { readonly kind: 'rules' };

function rulesChange(name: string, changes: readonly Change[]): RulesChange | undefined {
  return changes.find((each): each is RulesChange => each.kind === 'rules' && each.file === name);
}

/** Files end with the end of a line. */
function isSame(one: string, other: string): boolean {
  const whole = (each: string): string => (each === '' || each.endsWith('\n') ? each : `${each}\n`);
  return whole(one) === whole(other);
}

/** Puts the text among the changes, or takes it out. */
function attempt(name: string, changed: string | undefined): void {
  const before = rulesChange(name, pending.peek());
  if (before?.text === changed) return;
  const others = pending.peek().filter((each) => each !== before);
  setPending(
    changed === undefined ? others : [...others, { kind: 'rules', file: name, text: changed }],
  );
}

function fail(error: unknown): void {
  editorProblem.value = escapePage(problemText(error));
}
