import { readFileSync, statSync } from 'node:fs';
import { Baseline, type BaselineEntry } from '../../baseline/baseline.ts';
import { BaselineCollector } from '../../baseline/collect.ts';
import { parseBaseline } from '../../baseline/read-baseline.ts';
import type { Finding } from '../../engine/finding.ts';
import { errorText } from '../../io/error-text.ts';
import type { Source } from '../../io/sources.ts';
import { writeWhole } from '../../io/write/whole-file.ts';
import { writePlace } from '../../io/write/write-place.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';
import { refuseInput } from './reports.ts';

/** A baseline is read whole; longer reports are better turned into one with --write-baseline. */
const MAX_BYTES = 256 * 1024 * 1024;
const STALE_SHOWN = 3;

/** The two files that tell known findings from new ones. */
export interface KnownFindingFiles {
  /** File to read, if any. */
  readonly baseline: string | undefined;
  /** File to write, if any. */
  readonly writeBaseline: string | undefined;
  readonly showSecrets: boolean;
}

/** Tells known findings from new ones during a run, and keeps what it found for the next. */
export interface KnownFindings {
  /** Takes every finding, in order; true when it is known. */
  check(finding: Finding): boolean;
  /** Remarks for the summary. `complete` tells that the whole input was read. */
  notes(complete: boolean): string[];
  /** Writes the new baseline, if one is wanted. */
  save(complete: boolean): SavedBaseline | undefined;
}

/** What became of a new baseline, in words. */
type SavedBaseline =
  | { readonly note: string; readonly failure?: undefined }
  | { readonly failure: string; readonly note?: undefined };

/**
 * Reads the baseline and makes sure that the new one can be written, before any input is read.
 *
 * @throws KnownError
 */
export function knownFindings(
  { baseline: from, writeBaseline: to, showSecrets }: KnownFindingFiles,
  inputs: readonly Source[],
): KnownFindings {
  const baseline = new Baseline(from === undefined ? [] : readBaseline(from));
  const collector = to === undefined ? undefined : new BaselineCollector(showSecrets);
  if (to !== undefined) {
    refuseInput(to, inputs);
    try {
      writePlace(to);
    } catch (error) {
      throw new KnownError('input', cannotWrite(to, error));
    }
  }
  return {
    check(finding) {
      collector?.add(finding);
      return baseline.has(finding);
    },
    notes: (complete) => [
      ...knownNote(baseline),
      ...(complete ? staleNote(baseline, baseline.stale()) : []),
    ],
    save(complete) {
      if (to === undefined || collector === undefined) return undefined;
      const { size, left } = collector;
      if (!complete) {
        return { failure: `baseline ${to} is not written: the input was not read to its end` };
      }
      if (left > 0) {
        const more = `there are ${number(left)} more findings than the ${number(size)} it may hold`;
        return { failure: `baseline ${to} is not written: ${more}` };
      }
      try {
        writeWhole(to, collector.text(), { private: true });
      } catch (error) {
        return { failure: cannotWrite(to, error) };
      }
      return { note: `${number(size)} known ${plural(size, 'finding')} written to ${to}` };
    },
  };
}

function readBaseline(file: string): BaselineEntry[] {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) {
      throw new KnownError(
        'input',
        `baseline ${file} is larger than ${MAX_BYTES / 1024 / 1024} MiB`,
        '--write-baseline makes a small one',
      );
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof KnownError) throw error;
    throw new KnownError('input', `cannot read baseline ${file}: ${errorText(error)}`);
  }
  return parseBaseline(file, text);
}

function cannotWrite(file: string, error: unknown): string {
  return `cannot write baseline ${file}: ${errorText(error)}`;
}

function knownNote({ known }: Baseline): string[] {
  if (known === 0) return [];
  return [`${number(known)} known ${plural(known, 'finding')} (--baseline) not shown`];
}

function staleNote({ size }: Baseline, stale: readonly BaselineEntry[]): string[] {
  if (stale.length === 0) return [];
  const shown = stale
    .slice(0, STALE_SHOWN)
    .map(({ rule, subject }) => (subject === undefined ? rule : `${rule}: ${subject}`));
  const more = stale.length > STALE_SHOWN ? '; …' : '';
  const noun = size === 1 ? 'entry' : 'entries';
  const count = `${number(stale.length)} of ${number(size)} baseline ${noun}`;
  return [`${count} did not occur (${shown.join('; ')}${more})`];
}
