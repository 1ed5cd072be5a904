import type { Checkpoint } from '../../io/follow/checkpoint.ts';
import type { Source } from '../../io/sources.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { FORMATS } from '../../outputs/index.ts';
import type { OutputTarget } from '../flags/output-target.ts';
import { refuseInput } from './reports.ts';

/** Formats of which each finding is written as it comes, also by a scan that ends. */
const STEADY = new Set(['text', 'ndjson', 'csv']);

/** The checkpoint an invocation names, if any. @throws KnownError when it is none, or is an input */
export async function checkpointOf(
  { settings }: InvocationOf<'scan'>,
  targets: readonly OutputTarget[],
  inputs: readonly Source[],
): Promise<Checkpoint | undefined> {
  const { checkpoint, follow, sort, groupBy, writeBaseline } = settings;
  if (checkpoint === undefined) return undefined;
  refuseInput(checkpoint, inputs);
  const isSteady =
    sort === undefined &&
    groupBy === undefined &&
    writeBaseline === undefined &&
    // Tables are held back for their layout, unless a run follows.
    targets.every(({ file, format }) =>
      follow ? FORMATS[format].grows === true : file === '-' && STEADY.has(format),
    );
  const module = await import('../../io/follow/checkpoint.ts');
  return new module.Checkpoint(checkpoint, isSteady);
}
