import type { Checkpoint } from '../../io/follow/checkpoint.ts';
import type { Source } from '../../io/sources.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { FORMATS } from '../../outputs/index.ts';
import type { OutputTarget } from '../flags/output-target.ts';
import { refuseInput } from './reports.ts';

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
    targets.every(
      ({ file, format }) => FORMATS[format].grows === true && (file === '-' || follow),
    );
  const module = await import('../../io/follow/checkpoint.ts');
  return new module.Checkpoint(checkpoint, isSteady);
}
