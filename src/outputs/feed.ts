import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { EventGroups } from './card/event-groups.ts';
import { compareFindings, type FindingOrder } from './card/order.ts';
import { foldKey } from './feed-keys.ts';
import { number } from './summary-text.ts';
import type { OutputWriter } from './writer.ts';

/** Different findings held back to be folded, or to be put in order. */
const MAX_FOLDED = 2000;
const MAX_SORTED = 20_000;

export interface FeedOptions {
  /** The findings of one event share a row: the worst one stands for it. */
  readonly byEvent?: boolean;
  /** Repeated findings share a row. */
  readonly fold: boolean;
  /** Findings are passed on in input order when undefined. */
  readonly sort: FindingOrder | undefined;
  /** Most rows that are passed on. */
  readonly limit: number | undefined;
}

interface FeedRow {
  readonly finding: Finding;
  count: number;
  first: bigint;
  last: bigint;
}

/** Groups, folds, orders and limits findings on their way to a writer, in bounded memory. */
export class Feed implements OutputWriter {
  readonly #writer: OutputWriter;
  readonly #options: FeedOptions;
  readonly #given: number | undefined;
  readonly #groups = new EventGroups();
  #rows = new Map<string, FeedRow>();
  #number = 0;
  #written = 0;
  #hidden = 0;
  #hiddenRows = 0;
  #dropped = 0;
  #runs = false;
  #isLive = false;

  /** @param capacity rows that are held; a bound of its own for folding and for ordering when not given */
  constructor(writer: OutputWriter, options: FeedOptions, capacity?: number) {
    this.#writer = writer;
    this.#options = options;
    this.#given = capacity;
  }

  /** Findings that `limit` left out, folded ones counted one by one. */
  get hidden(): number {
    return this.#hidden;
  }

  /** True while findings are held back that {@link goLive} would write. */
  get holds(): boolean {
    return this.#rows.size > 0 || this.#groups.holds;
  }

  start(): void {
    this.#writer.start?.();
  }

  finding(finding: Finding): void {
    if (this.#options.byEvent !== true) {
      this.#take(finding);
      return;
    }
    const event = this.#groups.add(finding);
    if (event !== undefined) this.#take(event);
  }

  /** From now on findings are passed on as they come, each in a row: an input that goes on has no end to wait for. */
  goLive(): void {
    this.#endEvent();
    this.#isLive = true;
    this.#writeAll();
    this.#writer.flush?.();
  }

  /** Writes held findings when live input pauses, unless an order was asked for, which needs all of them. */
  flush(): void {
    this.#endEvent();
    if (this.#isLive || this.#options.sort === undefined) this.#writeAll();
    this.#writer.flush?.();
  }

  /** Writes what is held back. @returns remarks for the summary, where a bound was hit */
  drain(): string[] {
    this.#endEvent();
    this.#writeAll();
    const notes: string[] = [];
    const { sort } = this.#options;
    const capacity = number(this.#capacity);
    if (this.#runs) {
      notes.push(
        sort === undefined
          ? `repeated findings are folded in runs of ${capacity} different ones`
          : `findings are put in order in runs of ${capacity}`,
      );
    }
    if (this.#dropped > 0) {
      notes.push(
        `${number(this.#dropped)} findings not shown: --sort ${sort} holds ${capacity} different ones`,
      );
    }
    return notes;
  }

  end(summary: ScanSummary): void {
    this.#endEvent();
    this.#writeAll();
    this.#writer.end(summary, this.#hiddenRows);
  }

  get #capacity(): number {
    return this.#given ?? (this.#options.sort === undefined ? MAX_FOLDED : MAX_SORTED);
  }

  #endEvent(): void {
    const event = this.#groups.end();
    if (event !== undefined) this.#take(event);
  }

  #take(finding: Finding): void {
    const { fold, sort } = this.#options;
    if (this.#isLive || (!fold && sort === undefined)) {
      this.#write({ finding, count: 1, first: finding.time, last: finding.time });
      return;
    }
    const key = fold ? foldKey(finding) : String(this.#number++);
    const row = this.#rows.get(key);
    if (row !== undefined) {
      row.count++;
      if (finding.time < row.first) row.first = finding.time;
      if (finding.time > row.last) row.last = finding.time;
      return;
    }
    if (this.#rows.size >= this.#capacity) this.#overflow();
    this.#rows.set(key, { finding, count: 1, first: finding.time, last: finding.time });
  }

  #overflow(): void {
    const { sort, limit } = this.#options;
    if (sort === undefined) {
      this.#runs = true;
      this.#writeAll();
      return;
    }
    const ordered = [...this.#rows].toSorted(([, a], [, b]) => compareFindings(sort, a, b));
    const half = Math.max(1, Math.floor(ordered.length / 2));
    if (sort === 'time') {
      this.#runs = true;
      for (const [key, row] of ordered.slice(0, half)) {
        this.#rows.delete(key);
        this.#write(row);
      }
      return;
    }
    // Of an order that no longer changes, what is behind the limit would not be shown anyway.
    const isHidden = sort !== 'count' && limit !== undefined && limit <= half;
    for (const [key, row] of ordered.slice(half)) {
      this.#rows.delete(key);
      if (isHidden) this.#hide(row);
      else this.#dropped += row.count;
    }
  }

  #writeAll(): void {
    const rows = [...this.#rows.values()];
    const sort = this.#isLive ? 'time' : this.#options.sort;
    this.#rows = new Map();
    const ordered =
      sort === undefined ? rows : rows.toSorted((a, b) => compareFindings(sort, a, b));
    for (const row of ordered) this.#write(row);
  }

  #hide({ finding, count }: FeedRow): void {
    this.#hidden += count * (1 + (finding.others?.length ?? 0));
    this.#hiddenRows += count;
  }

  #write(row: FeedRow): void {
    const { finding, count, first, last } = row;
    const { limit } = this.#options;
    if (limit !== undefined && this.#written >= limit && !this.#isLive) {
      this.#hide(row);
      return;
    }
    this.#written++;
    const repeated = count > 1 ? { count, first, last } : undefined;
    this.#writer.finding(repeated === undefined ? finding : { ...finding, repeated });
  }
}
