import { appendFileSync } from 'node:fs';
import type { ScanSummary } from '../../engine/summary.ts';
import { errorText } from '../../io/error-text.ts';
import { FORMATS } from '../../outputs/index.ts';
import type { Invocation } from '../flags/command.ts';
import type { OutputTarget } from '../flags/output-target.ts';
import { warner } from '../terminal/listing.ts';

/**
 * Writes the number of findings, and of those of high severity, to the file that GitHub Actions takes the outputs of
 * a step from, when one of the reports is for GitHub. Numbers only: nothing of a log gets there.
 */
export function writeStepOutputs(
  invocation: Invocation<'quiet'>,
  targets: readonly OutputTarget[],
  { findings, bySeverity = [] }: ScanSummary,
): void {
  const file = invocation.terminal.env['GITHUB_OUTPUT'] ?? '';
  const isForGithub = targets.some(({ format }) => FORMATS[format].stepSummary !== undefined);
  if (file === '' || !isForGithub) return;
  const high = bySeverity.find(({ severity }) => severity === 'high')?.count ?? 0;
  try {
    appendFileSync(file, `findings=${findings}\nhigh=${high}\n`);
  } catch (error) {
    warner(invocation)(`warning: cannot write ${file}: ${errorText(error)}`);
  }
}
