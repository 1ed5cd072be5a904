import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { priorityRank } from '../rules/priority.ts';
import { foldKey, type FindingOrder } from './feed-keys.ts';
import type { OutputWriter } from './writer.ts';

/** Different findings held back to be folded, or to be put in order. */
const MAX_FOLDED = 2000;
const MAX_SORTED = 20_000;

export interface FeedOptions {
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

/** Folds, orders and limits findings on their way to a writer, in bounded memory. */
export class Feed implements OutputWriter {
  readonly #writer: OutputWriter;
  readonly #options: FeedOptions;
  readonly #capacity: number;
  #rows = new Map<string, FeedRow>();
  #number = 0;
  #written = 0;
  #hidden = 0;
  #dropped = 0;
  #runs = false;

  constructor(writer: OutputWriter, options: FeedOptions, capacity?: number) {
    this.#writer = writer;
    this.#options = options;
    this.#capacity = capacity ?? (options.sort === undefined ? MAX_FOLDED : MAX_SORTED);
  }

  /** Findings that `limit` left out, folded ones counted one by one. */
  get hidden(): number {
    return this.#hidden;
  }

  start(): void {
    this.#writer.start?.();
  }

  finding(finding: Finding): void {
    const { fold, sort, limit } = this.#options;
    if (!fold && sort === undefined) {
      if (limit === undefined) this.#writer.finding(finding);
      else this.#write({ finding, count: 1, first: finding.time, last: finding.time });
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

  /** Writes held findings when live input pauses, unless an order was asked for, which needs all of them. */
  flush(): void {
    if (this.#options.sort === undefined) this.#writeAll();
    this.#writer.flush?.();
  }

  /** Writes what is held back. @returns remarks for the summary, where a bound was hit */
  drain(): string[] {
    this.#writeAll();
    const notes: string[] = [];
    const { sort } = this.#options;
    if (this.#runs) {
      notes.push(
        sort === undefined
          ? `repeated findings are folded in runs of ${this.#capacity} different ones`
          : `findings are put in order in runs of ${this.#capacity}`,
      );
    }
    if (this.#dropped > 0) {
      notes.push(
        `${this.#dropped} findings not shown: --sort ${sort} holds ${this.#capacity} different ones`,
      );
    }
    return notes;
  }

  end(summary: ScanSummary): void {
    this.#writeAll();
    this.#writer.end(summary);
  }

  #overflow(): void {
    const { sort } = this.#options;
    if (sort === undefined) {
      this.#runs = true;
      this.#writeAll();
      return;
    }
    const ordered = [...this.#rows].toSorted(([, a], [, b]) => compareRows(sort, a, b));
    const half = Math.max(1, Math.floor(ordered.length / 2));
    if (sort === 'time') {
      this.#runs = true;
      for (const [key, row] of ordered.slice(0, half)) {
        this.#rows.delete(key);
        this.#write(row);
      }
      return;
    }
    for (const [key, { count }] of ordered.slice(half)) {
      this.#rows.delete(key);
      this.#dropped += count;
    }
  }

  #writeAll(): void {
    const rows = [...this.#rows.values()];
    const { sort } = this.#options;
    this.#rows = new Map();
    const ordered = sort === undefined ? rows : rows.toSorted((a, b) => compareRows(sort, a, b));
    for (const row of ordered) this.#write(row);
  }

  #write({ finding, count, first, last }: FeedRow): void {
    const { limit } = this.#options;
    if (limit !== undefined && this.#written >= limit) {
      this.#hidden += count;
      return;
    }
    this.#written++;
    const repeated = count > 1 ? { count, first, last } : undefined;
    this.#writer.finding(repeated === undefined ? finding : { ...finding, repeated });
  }
}

function compareRows(order: FindingOrder, a: FeedRow, b: FeedRow): number {
  const byTime = a.first < b.first ? -1 : Number(a.first > b.first);
  switch (order) {
    case 'time':
      return byTime;
    case 'priority':
      return priorityRank(a.finding.priority) - priorityRank(b.finding.priority) || byTime;
    case 'count':
      return b.count - a.count || byTime;
  }
}
