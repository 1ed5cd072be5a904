import { PartialSet } from '../../../scan/partial/partial-set.ts';
import { KnownError } from '../../../util/errors.ts';
import type { ActionOf, InvocationOf } from '../../flags/command-options.ts';
import { refuseParts } from '../../partial/partial-file.ts';
import { packageVersion } from '../../version.ts';
import { runScan } from './scan.ts';

/** `k8s-audit merge`: what a scan of the whole would report, from the results of its parts. */
export const mergeCommand: ActionOf<'merge'> = async (invocation) => {
  const { args, settings } = invocation;
  if (args.includes('-')) {
    throw new KnownError('usage', 'a partial result is read twice: give its file, no pipe');
  }
  refuseParts(args, settings);
  const parts = new PartialSet(args, packageVersion());
  return runScan(asScan(invocation, parts), parts);
};

/** The same command as a scan of the inputs that the parts were made of. */
function asScan(invocation: InvocationOf<'merge'>, { sources }: PartialSet): InvocationOf<'scan'> {
  return {
    ...invocation,
    // Machines call their logs the same.
    args: [...new Set(sources.map(({ name }) => name))],
    settings: { ...READING, ...invocation.settings },
  };
}

/** What a scan is told of reading: nothing is read. */
const READING = {
  last: undefined,
  resourceRules: undefined,
  resourceMode: 'filter',
  excludeNamespace: [],
  inputFormat: undefined,
  dedupe: false,
  follow: false,
  notify: undefined,
  to: [],
  rotateWait: 0,
  checkpoint: undefined,
  engine: undefined,
  threads: 1,
  maxEventSize: 0,
} as const;
