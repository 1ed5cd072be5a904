import type { Finding } from '../../engine/finding.ts';
import type { SourceProblem } from '../../io/sources.ts';
import { isPartName } from '../../rules/rule.ts';
import { KnownError } from '../../util/errors.ts';
import type { Amounts, LeftOut, Recorder } from '../recorded.ts';
import { PARTIAL_FORMAT, type PartialHead } from './partial.ts';
import { printRecord } from './record-codec.ts';

/** How much a partial result may hold of what follows events, not findings. */
export interface PartialBounds {
  /** Findings that nobody sees: parts of correlations, and what controllers made. About a kilobyte each. */
  readonly candidates: number;
  /** Events whose copies are looked for in other parts: eleven bytes each. */
  readonly hashes: number;
}

export const PARTIAL_BOUNDS: PartialBounds = { candidates: 1_000_000, hashes: 2_000_000 };

/** Characters of a line, so that whoever reads it back has a bound. An event has 64 MiB at most, by default. */
export const MAX_LINE = 256 * 1024 * 1024;

/** Writes a partial result line by line, as a scan hands it over. Memory does not grow with it. */
export class PartialWriter implements Recorder {
  readonly #write: (text: string) => void;
  readonly #bounds: PartialBounds;
  #lines = 0;
  #candidates = 0;
  #hashes = 0;
  #left = { candidates: 0, hashes: 0 };

  /**
   * @param write takes text of the file
   * @param before what the parts left out that this one is made of
   */
  constructor(
    head: PartialHead,
    problems: readonly SourceProblem[],
    write: (text: string) => void,
    before: LeftOut = { candidates: 0, hashes: 0 },
    bounds: PartialBounds = PARTIAL_BOUNDS,
  ) {
    this.#write = write;
    this.#bounds = bounds;
    this.#left = { ...before };
    this.#line({ k8s_audit_partial: { format: PARTIAL_FORMAT, ...head } });
    for (const { path, reason, detail } of problems) {
      this.#line({ problem: { path, reason, detail } });
    }
  }

  /** What did not fit. */
  get leftOut(): LeftOut {
    return this.#left;
  }

  input(name: string): void {
    this.#line({ input: name });
  }

  event(time: bigint, findings: readonly Finding[]): void {
    const kept = findings.filter(({ rule }) => {
      if (!isPartName(rule)) return true;
      if (this.#candidates < this.#bounds.candidates) {
        this.#candidates++;
        return true;
      }
      this.#left.candidates++;
      return false;
    });
    // The event counts, whatever is kept of it.
    this.#line({ event: { time, findings: kept } });
  }

  amounts(amounts: Amounts): void {
    const noted = amounts.noted.flatMap((hashes) => {
      const room = Math.max(0, this.#bounds.hashes - this.#hashes);
      const kept = hashes.subarray(0, 2 * room);
      this.#hashes += kept.length / 2;
      this.#left.hashes += (hashes.length - kept.length) / 2;
      return kept.length === 0 ? [] : [kept];
    });
    this.#line({ amounts: { ...amounts, noted } });
  }

  /** A file without this line was cut. */
  end(): void {
    this.#line({ end: { lines: this.#lines, ...this.#left } });
  }

  #line(record: unknown): void {
    const text = printRecord(record);
    if (text.length > MAX_LINE) {
      throw new KnownError('input', `an event is too long for a partial result (--max-event-size)`);
    }
    this.#lines++;
    this.#write(`${text}\n`);
  }
}
