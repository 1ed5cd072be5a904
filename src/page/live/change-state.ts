import { signal } from '@preact/signals';
import type { Change, WatchedEffect } from '../../outputs/card/tried-change.ts';
import { escapePage } from '../../outputs/encode/escape.ts';
import { newest } from '../newest.ts';
import { post, problemText } from './server.ts';

/** What the changes make of files. */
export interface Difference {
  readonly files: readonly { readonly name: string; readonly diff: string }[];
  readonly stamp: string;
}

export interface PolicySwitch {
  readonly name: string;
  readonly on: boolean;
  readonly severity: string;
  readonly description: string;
  readonly rules: number;
}

export interface RuleSwitch {
  readonly name: string;
  readonly on: boolean;
  readonly priority: string;
  readonly description: string;
  readonly own: boolean;
  readonly policies: readonly string[];
}

/** Milliseconds after the last change until its effect is asked for. */
const PAUSE = 150;

/** Changes that are not written yet. */
export const pending = signal<readonly Change[]>([]);
export const effect = signal<WatchedEffect | undefined>(undefined);
export const isCounting = signal(false);
/** The difference that is shown, to be written or not. */
export const difference = signal<Difference | undefined>(undefined);
export const changeProblem = signal('');
/** True until the server has written what was shown: switches stay as they are meanwhile. */
export const isWriting = signal(false);
/** What was written last, in words and as changes. */
export const written = signal('');
export const lastWritten = signal<readonly Change[]>([]);
export const switches = signal<
  { readonly policies: readonly PolicySwitch[]; readonly rules: readonly RuleSwitch[] } | undefined
>(undefined);
/** Counts what was written, so that what depends on it is read again. */
export const writes = signal(0);

const reading = newest();

/** Reads policies and rules, and counts the findings of each. */
export async function loadSwitches(): Promise<void> {
  const isNewest = reading();
  try {
    const found = await post<typeof switches.value>('/change/switches', {});
    if (!isNewest()) return;
    switches.value = found;
    count();
  } catch (error) {
    if (isNewest()) fail(error);
  }
}

/** Takes other changes in the place of those before, and asks what they do. */
export function setPending(changes: readonly Change[]): void {
  pending.value = changes;
  difference.value = undefined;
  written.value = '';
  count();
}

/** Switches a policy or a rule; back again to what it was is no change. */
export function toggle(kind: 'policy' | 'rule', name: string, on: boolean, was: boolean): void {
  const others = pending.value.filter((each) => each.kind !== kind || each.name !== name);
  setPending(on === was ? others : [...others, { kind, name, on }]);
}

type RulesChange = Change & { readonly kind: 'rules' };

/** The change of a file that is edited. */
export function rulesChange(file: string, changes: readonly Change[]): RulesChange | undefined {
  return changes.find((each): each is RulesChange => each.kind === 'rules' && each.file === file);
}

/** Puts the text of a file among the changes, or takes it out. */
export function setRulesChange(file: string, text: string | undefined): void {
  const before = rulesChange(file, pending.peek());
  if (before?.text === text) return;
  const others = pending.peek().filter((each) => each !== before);
  setPending(text === undefined ? others : [...others, { kind: 'rules', file, text }]);
}

/** What a policy or a rule would be with the changes. */
export function isOn(kind: 'policy' | 'rule', name: string, was: boolean): boolean {
  for (const each of pending.value) {
    if (each.kind === kind && each.name === name) return each.on;
  }
  return was;
}

let timer: ReturnType<typeof setTimeout> | undefined;
let asked: AbortController | undefined;

/** Asks what the changes do, a moment after the last one. */
function count(): void {
  clearTimeout(timer);
  asked?.abort();
  changeProblem.value = '';
  isCounting.value = true;
  const own = new AbortController();
  asked = own;
  timer = setTimeout(() => void read(own.signal), PAUSE);
}

async function read(stop: AbortSignal): Promise<void> {
  const watch = (switches.value?.rules ?? []).map(({ name }) => name);
  try {
    const found = await post<WatchedEffect>(
      '/change/effect',
      { changes: pending.value, watch },
      stop,
    );
    if (!stop.aborted) effect.value = found;
  } catch (error) {
    if (!stop.aborted) {
      effect.value = undefined;
      fail(error);
    }
  } finally {
    if (!stop.aborted) isCounting.value = false;
  }
}

/** Asks what would be written. */
export async function showDifference(): Promise<void> {
  changeProblem.value = '';
  const changes = pending.value;
  try {
    const found = await post<Difference>('/change/diff', { changes });
    if (pending.value === changes) difference.value = found;
  } catch (error) {
    if (pending.value === changes) fail(error);
  }
}

/** Writes what is shown. Changes that come meanwhile are left for the next time. */
export async function writeDifference(): Promise<void> {
  const shown = difference.value;
  if (shown === undefined || isWriting.value) return;
  const changes = pending.value;
  changeProblem.value = '';
  isWriting.value = true;
  try {
    const { stamp } = shown;
    const done = await post<{ written: string[] }>('/change/write', { changes, stamp });
    lastWritten.value = changes;
    switches.value = switchedBy(changes);
    setPending(pending.value.filter((each) => !changes.includes(each)));
    written.value = `${done.written.join(', ')} written`;
    writes.value++;
  } catch (error) {
    difference.value = undefined;
    return fail(error);
  } finally {
    isWriting.value = false;
  }
  await loadSwitches();
}

/** Policies and rules as they are once changes are written. */
function switchedBy(changes: readonly Change[]): typeof switches.value {
  const all = switches.peek();
  const after = <T extends { name: string; on: boolean }>(
    kind: Change['kind'],
    list: readonly T[],
  ): T[] =>
    list.map((one) => {
      const change = changes.find(
        (each) => each.kind === kind && 'on' in each && each.name === one.name,
      );
      return change !== undefined && 'on' in change ? { ...one, on: change.on } : one;
    });
  return all && { policies: after('policy', all.policies), rules: after('rule', all.rules) };
}

function fail(error: unknown): void {
  changeProblem.value = problemText(error)
    .split('\n')
    .map((line) => escapePage(line))
    .join('\n');
}
