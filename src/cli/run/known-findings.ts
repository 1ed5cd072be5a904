import { Baseline } from '../../baseline/baseline.ts';
import { BaselineCollector } from '../../baseline/collect.ts';
import type { BaselineEntry } from '../../baseline/entry.ts';
import type { Finding } from '../../engine/finding.ts';
import { errorText } from '../../io/error-text.ts';
import type { Source } from '../../io/sources.ts';
import { writeWhole } from '../../io/write/whole-file.ts';
import { writePlace } from '../../io/write/write-place.ts';
import { number, plural } from '../../outputs/summary-text.ts';
import { KnownError } from '../../util/errors.ts';
import type { FileTexts } from '../flags/command.ts';
import { readBaselineFile } from '../library/baseline-file.ts';
import { refuseInput } from './reports.ts';

const STALE_SHOWN = 3;

/** The two files that tell known findings from new ones. */
export interface KnownFindingFiles {
  /** File to read, if any. */
  readonly baseline: string | undefined;
  /** File to write, if any. */
  readonly writeBaseline: string | undefined;
  readonly showSecrets: boolean;
  /** Take the place of files that are read. */
  readonly texts?: FileTexts | undefined;
  /** Is told what a new baseline would hold. */
  readonly take?: ((text: string) => void) | undefined;
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
 * @param now milliseconds since the epoch; entries that expired by then know nothing
 * @throws KnownError
 */
export function knownFindings(
  { baseline: from, writeBaseline: to, showSecrets, texts, take }: KnownFindingFiles,
  inputs: readonly Source[],
  now: number,
  warn: (text: string) => void,
): KnownFindings {
  const entries = from === undefined ? [] : readBaselineFile(from, texts);
  const baseline = new Baseline(entries, BigInt(now) * 1_000_000n);
  if (baseline.old > 0) warn(`warning: ${oldNote(from!, baseline.old)}`);
  const collector =
    to === undefined && take === undefined ? undefined : new BaselineCollector(showSecrets);
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
      collector?.add(finding, baseline.entryOf(finding));
      return baseline.has(finding);
    },
    notes: (complete) => [
      ...knownNote(baseline),
      ...expiredNote(baseline.expired),
      ...(complete ? staleNote(baseline, baseline.stale()) : []),
    ],
    save(complete) {
      if (collector !== undefined) take?.(collector.text());
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

function cannotWrite(file: string, error: unknown): string {
  return `cannot write baseline ${file}: ${errorText(error)}`;
}

/** Entries without evidence know every command in a pod, every role of a binding. */
function oldNote(file: string, count: number): string {
  const entries = `${number(count)} ${count === 1 ? 'entry' : 'entries'}`;
  return (
    `baseline ${file}: ${entries} of an older version, which know a finding whatever its command, role or image; ` +
    `to tell these apart, write it anew: --baseline ${file} --write-baseline ${file}`
  );
}

function expiredNote(expired: readonly BaselineEntry[]): string[] {
  if (expired.length === 0) return [];
  const noun = expired.length === 1 ? 'entry has' : 'entries have';
  return [`${number(expired.length)} baseline ${noun} expired (${named(expired)})`];
}

function knownNote({ known }: Baseline): string[] {
  if (known === 0) return [];
  return [`${number(known)} known ${plural(known, 'finding')} (--baseline) not shown`];
}

function staleNote({ size }: Baseline, stale: readonly BaselineEntry[]): string[] {
  if (stale.length === 0) return [];
  const noun = size === 1 ? 'entry' : 'entries';
  const count = `${number(stale.length)} of ${number(size)} baseline ${noun}`;
  return [`${count} did not occur (${named(stale)})`];
}

/** The first few entries in words. */
function named(entries: readonly BaselineEntry[]): string {
  const shown = entries
    .slice(0, STALE_SHOWN)
    .map(({ rule, subject }) => (subject === undefined ? rule : `${rule}: ${subject}`));
  return shown.join('; ') + (entries.length > STALE_SHOWN ? '; …' : '');
}
