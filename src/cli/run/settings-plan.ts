import { findFormat, inputFormats } from '../../events/wrappers/formats.ts';
import type { Sources } from '../../io/sources.ts';
import type { ReadPlan } from '../../scan/read-plan.ts';
import { KnownError } from '../../util/errors.ts';
import { didYouMean } from '../../util/suggest.ts';
import type { Invocation } from '../flags/command.ts';

/** What the settings say about reading. @throws KnownError when they contradict each other */
export function readPlan(
  { settings }: Pick<Invocation, 'settings'>,
  { sources, problems }: Sources,
): ReadPlan {
  const { follow, sort, inputFormat } = settings;
  if (inputFormat !== undefined && findFormat(inputFormat) === undefined) {
    const names = inputFormats().map(({ name }) => name);
    throw new KnownError(
      'usage',
      `--input-format '${inputFormat}' is not known`,
      didYouMean(inputFormat, names) ?? 'k8s-audit inputs lists them',
    );
  }
  if (follow && sources.some(({ path }) => path === undefined)) {
    throw new KnownError('usage', '--follow reads files; standard input is read to its end anyway');
  }
  return {
    sources,
    sourceProblems: problems,
    since: settings.since,
    until: settings.until,
    maxEventSize: settings.maxEventSize,
    cluster: settings.cluster,
    inputFormat: settings.inputFormat,
    // Looking for duplicates costs memory; one log has none.
    duplicates: settings.dedupe ? 'drop' : sources.length > 1 ? 'count' : 'keep',
    byTime: sort === 'time' && !follow,
    follow,
  };
}
