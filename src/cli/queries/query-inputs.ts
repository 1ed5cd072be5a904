import { PROBLEM_REASONS } from '../../events/problems.ts';
import { expandSources } from '../../io/sources.ts';
import { KnownError } from '../../util/errors.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { loadLibrary } from '../library/policies-input.ts';
import { fieldSettingsOf } from '../run/settings-plan.ts';
import { warner } from '../terminal/listing.ts';

/**
 * Looks at what questions will be about: what is wrong with inputs, rules and policies is told at the start, and not to
 * whoever asks.
 *
 * @returns how many inputs there are now
 * @throws KnownError for a path that leads nowhere, wrong rules or policies
 */
export async function inputsOf(invocation: InvocationOf<'mcp'>): Promise<number> {
  const { sources, problems } = expandSources(invocation.args);
  const [missing] = problems;
  if (missing !== undefined) {
    throw new KnownError('input', `${missing.path}: ${PROBLEM_REASONS[missing.reason].text}`);
  }
  await loadLibrary(invocation, fieldSettingsOf(invocation), warner(invocation));
  return sources.length;
}
