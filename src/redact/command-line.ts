/** Command lines, read as the programs read them. */
import { isSensitive } from './secret-names.ts';
import { programRows, type Program } from './programs.ts';
import type { Mark } from './marks.ts';
import { isKept } from './secret-values.ts';

/** One word of a command line. */
export interface Word {
  readonly text: string;
  /** Marks a part of the word. */
  readonly mark: Mark;
}

/** A row of a program that was named, and what was read since. */
interface Running {
  readonly row: Program;
  /** False until one of the words before was read. */
  ready: boolean;
  /** Words without a dash since then. */
  position: number;
}

/** Programs that run at a time at most: `sudo env sshpass ssh mysql` is a chain of them. */
const MAX_RUNNING = 24;
const SEPARATOR = /^(?:[;&|]{1,2}|\n)$/;

/** Marks credentials in a command line. Shell operators are words of their own. */
export function markCommand(words: readonly Word[], mark?: { readonly only: 'programs' }): void {
  let running: Running[] = [];
  let start = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (SEPARATOR.test(word.text)) {
      endCommand(words, start, i, running);
      running = [];
      start = i + 1;
      continue;
    }
    const next = words[i + 1];
    if (mark === undefined) {
      if (!running.some(({ row }) => isGlued(row, word.text))) markFlag(word, next);
      markHeader(word);
    }
    for (const each of running) markByRow(each, word, next);
    const rows = programRows(programName(word.text));
    if (rows === undefined || running.length > MAX_RUNNING) continue;
    // A value may be spelled like a program: those before stay.
    const known = new Set(running.map(({ row }) => row));
    for (const row of rows) {
      if (known.has(row)) continue;
      running.push({ row, ready: row.after === undefined, position: 0 });
    }
  }
  endCommand(words, start, words.length, running);
}

/** `/usr/bin/mysql` is `mysql`. */
function programName(word: string): string {
  return word.length > 256
    ? ''
    : word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('=')) + 1).replace(/\.exe$/, '');
}

/** What needs the whole command: last words, and pipes. */
function endCommand(
  words: readonly Word[],
  start: number,
  end: number,
  running: readonly Running[],
): void {
  for (const { row, ready } of running) {
    if (!ready) continue;
    const last = words[end - 1];
    if (row.words?.includes(-1) === true && last !== undefined && end - start > 2) hide(last, 0);
  }
  if (running.some(({ row, ready }) => ready && row.stdin === true)) {
    markPiped(words, start, end, running);
  }
}

/** `echo root:SECRET | chpasswd`, `chpasswd <<< root:SECRET`. */
function markPiped(
  words: readonly Word[],
  start: number,
  end: number,
  running: readonly Running[],
): void {
  for (let i = start; i + 1 < end; i++) {
    if (words[i]!.text === '<<<') hideGiven(words[i + 1]!);
  }
  if (words[start - 1]?.text !== '|') return;
  let from = start - 1;
  while (from > 0 && !SEPARATOR.test(words[from - 1]!.text)) from--;
  const programs = words.slice(from, start - 1);
  const pair = running.some(({ row }) => row.stdin === true && row.after === undefined);
  if (!programs.some(({ text }) => /^(?:.*\/)?(?:echo|printf)$/.test(text))) return;
  let echoed = false;
  for (const word of programs) {
    if (echoed && !/^-[a-zA-Z]{1,3}$/.test(word.text)) {
      if (pair) hideGiven(word);
      else hide(word, 0);
    }
    if (/^(?:.*\/)?(?:echo|printf)$/.test(word.text)) echoed = true;
  }
}

/** `-pSECRET`, whose end is no name of a flag. */
function isGlued({ glued = [] }: Program, text: string): boolean {
  return glued.some((flag) => text.length > flag.length && text.startsWith(flag));
}

/** `--password SECRET`, whatever the program. */
function markFlag({ text }: Word, next: Word | undefined): void {
  if (next === undefined || next.text.startsWith('-')) return;
  if (isFlag(text) && isSensitive(text)) hide(next, 0);
}

/** `/password:SECRET`, as programs of Windows have it. */
const WINDOWS = /^\/(?:p|pw|pass|password):/i;
const HEADER = /^([A-Za-z][\w-]{2,60}):\s{0,4}/;

/** `Authorization: Custom SECRET` as one word. */
function markHeader(word: Word): void {
  const windows = WINDOWS.exec(word.text);
  if (windows !== null) hide(word, windows[0].length);
  const match = HEADER.exec(word.text);
  if (match !== null && isSensitive(match[1]!)) hide(word, match[0].length);
}

function isFlag(text: string): boolean {
  return text.length <= 80 && /^--?[A-Za-z][\w.-]*$/.test(text);
}

function markByRow(running: Running, word: Word, next: Word | undefined): void {
  const { row } = running;
  const { text } = word;
  if (
    row.after?.some(
      (each) =>
        each === text ||
        (each.startsWith(':') && text.endsWith(each)) ||
        (each === '-b' && /^-[a-zA-Z]*b[a-zA-Z]*$/.test(text)),
    ) === true
  ) {
    running.ready = true;
    running.position = 0;
    return;
  }
  if (!running.ready) return;
  if (text.startsWith('-') || text.startsWith('/p:')) {
    markRowFlag(row, word, next);
    return;
  }
  running.position++;
  if (row.words?.includes(running.position) === true) {
    if (row.separator === undefined) hide(word, 0);
    else hideBehind(word, row.separator);
  }
  const equals = text.indexOf('=');
  if (row.members === true && equals > 0) hide(word, equals + 1);
}

function markRowFlag(row: Program, word: Word, next: Word | undefined): void {
  const { text } = word;
  const equals = text.indexOf('=');
  const flag = equals === -1 ? text : text.slice(0, equals);
  const value = equals === -1 ? next : word;
  const from = equals === -1 ? 0 : equals + 1;
  const { separator = ':' } = row;
  if (value !== undefined && (from > 0 || !value.text.startsWith('-'))) {
    if (row.flags?.includes(flag) === true) hide(value, from);
    if (row.pairs?.includes(flag) === true) hideBehind(value, separator, from);
    if (row.assigns?.includes(flag) === true) hideBehind(value, '=', from);
  }
  // `curl -sSu user:password`: a value with its separator tells that it belongs to the last letter.
  const last = `-${text.at(-1)}`;
  if (
    row.separator !== undefined &&
    row.glued?.includes(last) === true &&
    /^-\w{2,8}$/.test(text)
  ) {
    if (next !== undefined) hideBehind(next, separator);
    return;
  }
  for (const glued of row.glued ?? []) {
    // Clusters such as `-itp` are left alone: no program here takes its password so.
    if (!text.startsWith(glued)) continue;
    const given = text === glued ? next : word;
    const start = text === glued ? 0 : glued.length + (text[glued.length] === '=' ? 1 : 0);
    if (given === undefined || (start === 0 && given.text.startsWith('-'))) continue;
    if (row.separator === undefined) hide(given, start);
    else hideBehind(given, row.separator, start);
  }
}

/** Hides what a program reads: `user:password`, or all. */
function hideGiven(word: Word): void {
  if (word.text.includes(':')) hideBehind(word, ':');
  else hide(word, 0);
}

/** Hides a word from an index on. */
function hide(word: Word, from: number): void {
  if (!isKept(word.text.slice(from))) word.mark(from, word.text.length);
}

/** Hides what stands behind a separator; a word without it holds no credential. */
function hideBehind(word: Word, separator: string, from = 0): void {
  const at = word.text.indexOf(separator, from);
  if (at === -1) return;
  if (separator === ':' && /^(?:env|file|fd|https?)$/.test(word.text.slice(from, at))) return;
  const end =
    separator === '/' && word.text.includes('@') ? word.text.lastIndexOf('@') : word.text.length;
  if (end > at && !isKept(word.text.slice(at + 1, end))) word.mark(at + 1, end);
}
