import { SummaryBuilder, type ScanSummary } from '../../engine/summary.ts';

/**
 * What a summary tells of each input, while several are read by turns: problems are told in the order of the inputs,
 * however much of each was read at a time.
 */
export class InputParts {
  readonly #parts = new Map<number, SummaryBuilder>();

  /** @param order place of the input among all */
  of(order: number): SummaryBuilder {
    let part = this.#parts.get(order);
    if (part === undefined) {
      part = new SummaryBuilder();
      this.#parts.set(order, part);
    }
    return part;
  }

  /** The parts in the order of the inputs. */
  *[Symbol.iterator](): Generator<ScanSummary> {
    const parts = [...this.#parts].toSorted(([a], [b]) => a - b);
    for (const [, part] of parts) yield part.build(0);
  }
}

/** What a user is told of events that were out of order; undefined without any. */
export function lateNote(events: number): string | undefined {
  return events === 0
    ? undefined
    : `${events} ${events === 1 ? 'event was not in the order of its time within its' : 'events were not in the order of their times within their'} input`;
}
