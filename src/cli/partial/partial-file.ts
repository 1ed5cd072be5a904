// Room cli/partial: what is kept of a scan so that `merge` can add it up with others.
// Door: partial-file.ts (the file of --partial), plan-digest.ts (what results depend on).
// Neighbours: scan/partial knows what is in the file; commands ask for it.

import type { Source } from '../../io/sources.ts';
import { fileOutput, type Output } from '../../io/output.ts';
import { leftOutNotes } from '../../scan/partial/partial.ts';
import type { LeftOut } from '../../scan/recorded.ts';
import {
  PARTIAL_BOUNDS,
  PartialWriter,
  type PartialBounds,
} from '../../scan/partial/partial-writer.ts';
import type { ScanPlan } from '../../scan/plan.ts';
import { KnownError } from '../../util/errors.ts';
import type { InvocationOf } from '../flags/command-options.ts';
import { refuseInput } from '../run/reports.ts';
import { packageVersion } from '../version.ts';
import { planDigest } from './plan-digest.ts';

/** The plan of a scan whose results are kept: with all that any report of them tells. */
export function recordedPlan(plan: ScanPlan): ScanPlan {
  const isAll = plan.matching === 'all';
  return {
    ...plan,
    engine: 'fast',
    duplicates: 'count',
    facts: true,
    wholeParts: true,
    consequences: isAll,
    countBlind: isAll,
    countOff: isAll,
  };
}

/** The file that takes the results of a scan for `merge` (`--partial`). */
export class PartialFile {
  readonly recorder: PartialWriter;
  readonly #path: string;
  readonly #output: Output;
  failure: string | undefined;

  constructor(
    path: string,
    plan: ScanPlan,
    before?: LeftOut,
    bounds: PartialBounds = PARTIAL_BOUNDS,
  ) {
    this.#path = path;
    // It holds what reports for others leave out.
    this.#output = fileOutput(path, { private: true });
    const head = { version: packageVersion(), digest: planDigest(plan), raw: plan.raw };
    const write = (text: string): void => this.#write(text);
    this.recorder = new PartialWriter(head, plan.sourceProblems, write, before, bounds);
  }

  /** What did not fit, for the summary. */
  notes(): string[] {
    return leftOutNotes(this.recorder.leftOut);
  }

  /** Puts the file in its place. @param isWhole false for a scan that was stopped: a part of a part adds up to nothing */
  async end(isWhole: boolean): Promise<void> {
    if (!isWhole) {
      this.failure = `partial result ${this.#path} is not written: the input was not read to its end`;
    }
    if (this.failure !== undefined) return;
    try {
      this.recorder.end();
      await this.#output.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #write(text: string): void {
    if (this.failure !== undefined) return;
    try {
      this.#output.write(text);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The findings are reported all the same. */
  #fail(error: unknown): void {
    if (!(error instanceof KnownError)) throw error;
    this.failure = error.message;
  }
}

/**
 * The partial result that an invocation asks for, if any.
 *
 * @param before what the parts left out that are scanned instead of inputs
 * @throws KnownError where the results of parts would not add up, or the file cannot be written
 */
export function partialFileOf(
  { settings }: InvocationOf<'scan'>,
  inputs: readonly Source[],
  plan: ScanPlan,
  before: LeftOut | undefined,
): PartialFile | undefined {
  const { partial } = settings;
  if (partial === undefined) return undefined;
  if (partial === '-') {
    throw new KnownError('usage', '--partial is a file: standard output has the findings');
  }
  const contrary = [
    ['--follow', settings.follow],
    ['--checkpoint', settings.checkpoint !== undefined],
    ['--dedupe', settings.dedupe],
    ['--sort time', plan.byTime === true],
    ['--engine reference', settings.engine === 'reference'],
    ['--resource-rules', plan.resources !== undefined],
  ].find(([, isGiven]) => isGiven === true);
  if (contrary !== undefined) {
    throw new KnownError(
      'usage',
      `--partial and ${String(contrary[0])} contradict each other: parts do not know of each other`,
    );
  }
  refuseInput(partial, inputs);
  return new PartialFile(partial, plan, before);
}

/** Parts are never overwritten by a report on them. @throws KnownError */
export function refuseParts(
  parts: readonly string[],
  { output, partial }: Pick<InvocationOf<'scan'>['settings'], 'output' | 'partial'>,
): void {
  const inputs = parts.map((path) => ({ name: path, path, size: undefined }));
  for (const { file } of output) refuseInput(file, inputs);
  if (partial !== undefined) refuseInput(partial, inputs);
}
