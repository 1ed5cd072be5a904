import { signal } from '@preact/signals';
import { number } from '../data/wording.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { post, problemText } from './server.ts';
import type { Row } from './question-columns.ts';

/** Rows that the page holds at most; those before are let go while it follows. */
const MOST_ROWS = 1000;
/** Milliseconds between two drawings of findings that come in. */
const DRAWING = 100;
/** Rows of a page of answers. */
const ROWS = 100;

/** What the form says. */
export const question = signal({ tool: 'findings', where: '', severity: '', since: '' });
/** What was asked last, as the server takes it. */
const asked = signal<{ readonly tool: string; readonly arguments: Record<string, unknown> }>({
  tool: 'findings',
  arguments: {},
});
export const shownTool = signal('findings');
export const rows = signal<readonly Row[]>([]);
export const next = signal<string | undefined>(undefined);
export const status = signal('');
/** What the command line would say beside the rows. */
export const notes = signal<readonly string[]>([]);
export const problem = signal('');
export const isBusy = signal(false);
export const isFollowing = signal(false);
export const fields = signal<readonly { readonly name: string; readonly description: string }[]>(
  [],
);

interface Answer {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly next_cursor?: string;
  readonly notes?: readonly string[];
  readonly incomplete?: boolean;
}

/** What is followed: the events, and what shows those that are not shown yet. */
let followed: { readonly source: EventSource; readonly draw: () => void } | undefined;

function argumentsOf(): Record<string, string> {
  const { tool, where, severity, since } = question.value;
  return {
    ...(where.trim() !== '' && { where }),
    ...(since.trim() !== '' && { since }),
    ...(severity !== '' && tool === 'findings' && { min_severity: severity }),
  };
}

/** Sends a question. @throws Error with what the server says is wrong */
export function answerTo(
  tool: string,
  given: Record<string, unknown>,
  stop: AbortSignal | null = null,
): Promise<Answer> {
  return post('/ask', { tool, arguments: given }, stop);
}

/** Ends the question that is not answered yet: the server need not read on. */
let unanswered: AbortController | undefined;

let isAsked = false;

/** Whether something was asked of the log, with the settings as they are. */
export function hasAsked(): boolean {
  return isAsked;
}

/** The next one who looks asks anew. */
export function forgetAnswers(): void {
  isAsked = false;
}

/** Asks what the form says. */
export async function ask(): Promise<void> {
  isAsked = true;
  stopFollowing();
  asked.value = { tool: question.value.tool, arguments: { ...argumentsOf(), limit: ROWS } };
  rows.value = [];
  notes.value = [];
  next.value = undefined;
  await load();
}

/** Asks for the rows behind those that are there. */
export async function load(cursor?: string): Promise<void> {
  const asking = asked.value;
  const { tool, arguments: given } = asking;
  unanswered?.abort();
  unanswered = new AbortController();
  const stop = unanswered.signal;
  isBusy.value = true;
  status.value = 'reading the log…';
  problem.value = '';
  try {
    const answer = await answerTo(tool, cursor === undefined ? given : { ...given, cursor }, stop);
    if (stop.aborted) return;
    shownTool.value = tool;
    rows.value = [...rows.value, ...answer.rows];
    next.value = answer.next_cursor;
    status.value =
      answer.total === 0
        ? 'Nothing was found. The notes say what was looked at.'
        : `${number(rows.value.length)} of ${number(answer.total)} rows`;
    notes.value = [...notes.value, ...(answer.notes ?? []).map((note) => escapePage(note))];
    if (answer.incomplete === true) problem.value = 'some input could not be read: see the notes';
  } catch (error) {
    if (!stop.aborted) fail(error);
  } finally {
    if (!stop.aborted) isBusy.value = false;
  }
}

/** Starts or stops to show findings as they come. */
export function follow(): void {
  if (isFollowing.value) return stopFollowing();
  // An answer that is still to come is let go.
  isAsked = true;
  unanswered?.abort();
  isBusy.value = false;
  isFollowing.value = true;
  problem.value = '';
  shownTool.value = 'findings';
  rows.value = [];
  notes.value = [];
  next.value = undefined;
  status.value = 'following: 0 findings';
  const source = new EventSource(`/follow?${new URLSearchParams(argumentsOf()).toString()}`);
  // Drawn together: a log may begin with thousands of them.
  let count = 0;
  let come: Row[] = [];
  let drawing: ReturnType<typeof setTimeout> | undefined;
  const draw = (): void => {
    clearTimeout(drawing);
    drawing = undefined;
    // The newest first.
    rows.value = [...come.toReversed(), ...rows.value].slice(0, MOST_ROWS);
    come = [];
    const shown = count > MOST_ROWS ? `, the last ${MOST_ROWS} shown` : '';
    status.value = `following: ${count} findings${shown}`;
  };
  followed = { source, draw };
  source.addEventListener('message', ({ data }) => {
    count++;
    come.push(JSON.parse(String(data)) as Row);
    if (come.length > MOST_ROWS) come.shift();
    drawing ??= setTimeout(draw, DRAWING);
  });
  source.addEventListener('note', ({ data }: MessageEvent<string>) => {
    notes.value = [...notes.value, escapePage(String(JSON.parse(data)))];
  });
  source.addEventListener('problem', ({ data }: MessageEvent<string>) => {
    stopFollowing();
    fail(new Error(String(JSON.parse(data))));
  });
  source.addEventListener('error', () => {
    // A browser would try again, and begin at the start of the log.
    stopFollowing();
    fail(new Error('following has ended'));
  });
}

function stopFollowing(): void {
  if (followed === undefined) return;
  followed.source.close();
  // Those that came are shown now, not among the rows of the next question.
  followed.draw();
  followed = undefined;
  isFollowing.value = false;
  status.value = status.value.replace('following', 'followed');
}

function fail(error: unknown): void {
  status.value = '';
  problem.value = escapePage(problemText(error));
}

/** Loads the names of fields for completion; without them nothing is completed. */
export async function loadFields(): Promise<void> {
  try {
    const response = await fetch('/fields');
    if (response.ok) fields.value = (await response.json()) as typeof fields.value;
  } catch {
    // The next question says that the server is gone.
  }
}
