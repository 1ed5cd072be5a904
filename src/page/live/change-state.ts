import { signal } from '@preact/signals';
import { escapePage } from '../../outputs/encode/escape.ts';
import { post, problemText } from './server.ts';

/** Something that a user wants to be otherwise, as the server takes it. */
export type Change =
  | { readonly kind: 'policy' | 'rule'; readonly name: string; readonly on: boolean }
  | {
      readonly kind: 'accept';
      readonly rule: string;
      readonly condition: string;
      readonly reason: string;
      readonly expires: string;
    }
  | { readonly kind: 'rules'; readonly file: string; readonly text: string };

interface Compared {
  readonly time: string;
  readonly rule: string;
  readonly user: string;
  readonly auditId: string;
  readonly place: string;
}

/** What the changes make of the findings of the log. */
export interface Effect {
  readonly before: number;
  readonly after: number;
  readonly fewer: number;
  readonly more: number;
  readonly rules: readonly {
    readonly rule: string;
    readonly before: number;
    readonly after: number;
  }[];
  readonly gone: readonly Compared[];
  readonly come: readonly Compared[];
  readonly watched: readonly { readonly rule: string; readonly findings: number }[];
  readonly grown: boolean;
}

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
export const effect = signal<Effect | undefined>(undefined);
export const isCounting = signal(false);
/** The difference that is shown, to be written or not. */
export const difference = signal<Difference | undefined>(undefined);
export const changeProblem = signal('');
/** What was written last. */
export const written = signal('');
export const switches = signal<
  { readonly policies: readonly PolicySwitch[]; readonly rules: readonly RuleSwitch[] } | undefined
>(undefined);
/** Counts what was written, so that what depends on it is read anew. */
export const writes = signal(0);

/** Reads policies and rules, and counts the findings of each. */
export async function loadSwitches(): Promise<void> {
  try {
    switches.value = await post('/change/switches', {});
    count();
  } catch (error) {
    fail(error);
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
    const found = await post<Effect>('/change/effect', { changes: pending.value, watch }, stop);
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
    fail(error);
  }
}

/** Writes what is shown. */
export async function writeDifference(): Promise<void> {
  const shown = difference.value;
  if (shown === undefined) return;
  changeProblem.value = '';
  try {
    const done = await post<{ written: string[] }>('/change/write', {
      changes: pending.value,
      stamp: shown.stamp,
    });
    setPending([]);
    written.value = `${done.written.join(', ')} written`;
    writes.value++;
    await loadSwitches();
  } catch (error) {
    difference.value = undefined;
    fail(error);
  }
}

function fail(error: unknown): void {
  changeProblem.value = problemText(error)
    .split('\n')
    .map((line) => escapePage(line))
    .join('\n');
}
