import { existsSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { Checkpoint } from '../../io/follow/checkpoint.ts';
import { isSameFile } from '../../io/output.ts';
import { errorText } from '../../io/error-text.ts';
import type { RunLock } from '../../io/write/run-lock.ts';
import type { Source, Sources } from '../../io/sources.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { FORMATS } from '../../outputs/index.ts';
import type { OutputTarget } from '../flags/output-target.ts';
import { KnownError } from '../../util/errors.ts';
import type { FirstSeenFile } from '../past/first-seen-file.ts';
import { refuseInput } from './reports.ts';

/** Formats of which each finding is written as it comes, also by a scan that ends. */
const STEADY = new Set(['text', 'ndjson', 'csv']);

/**
 * Keeps other runs from the checkpoint that an invocation names: both would read the same, and alerts that wait for the
 * next run would be sent by both, or by none.
 *
 * @returns what is to be released at the end; undefined without a checkpoint
 * @throws KnownError when another run has it, or it is an input
 */
export async function lockCheckpoint(
  { settings }: InvocationOf<'scan'>,
  inputs: readonly Source[],
): Promise<RunLock | undefined> {
  const { checkpoint } = settings;
  if (checkpoint === undefined) return undefined;
  refuseInput(checkpoint, inputs);
  const { RunLock } = await import('../../io/write/run-lock.ts');
  const name = `checkpoint ${checkpoint}`;
  try {
    // A run that stood still learns of it when it writes.
    return RunLock.take({ path: `${checkpoint}.lock`, name, own: 'checkpoint' }, () => undefined);
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('input', `cannot write ${name}: ${errorText(error)}`);
  }
}

/** The checkpoint an invocation names, if any. @throws KnownError when it is none */
export async function checkpointOf(
  { settings }: InvocationOf<'scan'>,
  targets: readonly OutputTarget[],
  lock: RunLock | undefined,
): Promise<Checkpoint | undefined> {
  const { checkpoint, follow, sort, groupBy, writeBaseline } = settings;
  if (checkpoint === undefined) return undefined;
  const isSteady =
    sort === undefined &&
    groupBy === undefined &&
    writeBaseline === undefined &&
    // Tables are held back for their layout, unless a run follows.
    targets.every(({ file, format }) =>
      follow ? FORMATS[format].grows === true : file === '-' && STEADY.has(format),
    );
  const module = await import('../../io/follow/checkpoint.ts');
  return new module.Checkpoint(checkpoint, isSteady, lock);
}

/** Where alerts wait that cannot be sent: what a checkpoint calls read is not found again by the next run. */
export function alertFolder(checkpoint: string | undefined): string | undefined {
  return checkpoint === undefined ? undefined : `${checkpoint}.alerts`;
}

/** Inputs without the alerts that wait beside a checkpoint, which a search of its directory finds. */
export function withoutAlerts({ sources, problems }: Sources, checkpoint?: string): Sources {
  const folder = alertFolder(checkpoint);
  if (folder === undefined) return { sources, problems };
  const inside = `${resolve(folder)}${sep}`;
  const isOwn = ({ path }: Source): boolean =>
    path !== undefined && resolve(path).startsWith(inside);
  return { sources: sources.filter((source) => !isOwn(source)), problems };
}

/** The state that an invocation names, if any. @throws KnownError when it is none, or is an input */
export async function firstSeenOf(
  { settings, terminal }: InvocationOf<'scan'>,
  inputs: readonly Source[],
): Promise<FirstSeenFile | undefined> {
  const { state, learn, ruleMatching } = settings;
  const path = state ?? learn;
  if (path === undefined) return undefined;
  if (state !== undefined && learn !== undefined) {
    throw new KnownError(
      'usage',
      '--state and --learn contradict each other',
      'learn first, with a scan of its own',
    );
  }
  if (ruleMatching === 'first') {
    throw new KnownError(
      'usage',
      '--rule-matching first leaves correlations out, which --state and --learn are about',
    );
  }
  refuseInput(path, inputs);
  const module = await import('../past/first-seen-file.ts');
  return new module.FirstSeenFile(path, learn !== undefined, () => terminal.now());
}

/**
 * Files that a run writes must differ: the one that is written last would take the place of the other.
 *
 * @throws KnownError for two that are one
 */
export function refuseSharedPlaces(
  { settings }: InvocationOf<'scan'>,
  targets: readonly OutputTarget[],
): void {
  const { checkpoint, state, learn, writeBaseline, partial } = settings;
  const kept: readonly (readonly [string, string | undefined])[] = [
    ['--checkpoint', checkpoint],
    ['--state', state],
    ['--learn', learn],
    ['--write-baseline', writeBaseline],
    ['--partial', partial],
  ];
  const places = targets.map(({ file }): [string, string] => ['-o', file]);
  for (const [option, file] of kept) {
    if (file === undefined || file === '-') continue;
    const other = places.find(([, place]) => place !== '-' && isOnePlace(place, file));
    if (other !== undefined) {
      throw new KnownError(
        'usage',
        `${other[0]} and ${option} name the same file ${file}: one would overwrite the other`,
      );
    }
    places.push([option, file]);
  }
}

function isOnePlace(one: string, other: string): boolean {
  if (isSameFile(one, other)) return true;
  return resolve(one) === resolve(other) && !existsSync(one);
}
