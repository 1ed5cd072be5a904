import type { Finding } from '../engine/finding.ts';
import type { ScanSummary } from '../engine/summary.ts';
import { EventGroups } from './card/event-groups.ts';
import { compareFindings, type FindingOrder } from './card/order.ts';
import { foldKey, isRemoval } from './feed-keys.ts';
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
  /** Names of other objects, the first few. */
  readonly alsoOn: string[];
}

/** Nanoseconds between two removals of one command; what comes later is another. */
const REMOVAL_PAUSE = 60_000_000_000n;
/** Names of further objects that are shown. */
const MOST_NAMES = 3;

/** Groups, folds, orders and limits findings on their way to a writer, in bounded memory. */
export class Feed implements OutputWriter {
  readonly #writer: OutputWriter;
  readonly #options: FeedOptions;
  readonly #given: number | undefined;
  readonly #groups = new EventGroups();
  #rows = new Map<string, FeedRow>();
  /** Keys of the latest rows of removals, where one came after a pause. */
  readonly #removals = new Map<string, string>();
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
    const notes: string[] = [...(this.#writer.notes?.() ?? [])];
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
      this.#write(rowOf(finding));
      return;
    }
    const key = fold ? this.#keyOf(finding) : String(this.#number++);
    const row = this.#rows.get(key);
    if (row !== undefined) {
      row.count++;
      addName(row, finding);
      this.#writer.unshown?.(finding);
      if (finding.time < row.first) row.first = finding.time;
      if (finding.time > row.last) row.last = finding.time;
      return;
    }
    if (this.#rows.size >= this.#capacity) this.#overflow();
    this.#rows.set(key, rowOf(finding));
  }

  /** The key of the row that a finding belongs to. Removals that lie far apart are of different commands. */
  #keyOf(finding: Finding): string {
    const key = foldKey(finding);
    if (!isRemoval(finding)) return key;
    const latest = this.#removals.get(key) ?? key;
    const row = this.#rows.get(latest);
    if (row === undefined || isSameRemoval(row, finding)) return latest;
    if (this.#removals.size >= this.#capacity) this.#removals.clear();
    const next = `${key}#${this.#number++}`;
    this.#removals.set(key, next);
    return next;
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
      if (isHidden) {
        this.#hide(row);
      } else {
        this.#dropped += row.count;
        this.#writer.unshown?.(row.finding);
      }
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
    this.#writer.unshown?.(finding);
  }

  #write(row: FeedRow): void {
    const { finding, count, first, last } = row;
    const { limit } = this.#options;
    if (limit !== undefined && this.#written >= limit && !this.#isLive) {
      this.#hide(row);
      return;
    }
    this.#written++;
    const { alsoOn } = row;
    const names = alsoOn.length > 0 ? { alsoOn } : {};
    const repeated = count > 1 ? { count, first, last, ...names } : undefined;
    this.#writer.finding(repeated === undefined ? finding : { ...finding, repeated });
  }
}

function rowOf(finding: Finding): FeedRow {
  return { finding, count: 1, first: finding.time, last: finding.time, alsoOn: [] };
}

/** False when so much time lies between that it is another command. */
function isSameRemoval({ first, last }: FeedRow, { time }: Finding): boolean {
  return time >= first - REMOVAL_PAUSE && time <= last + REMOVAL_PAUSE;
}

function addName({ finding, alsoOn }: FeedRow, { subject: { name } }: Finding): void {
  if (name === undefined || name === finding.subject.name) return;
  if (alsoOn.length < MOST_NAMES && !alsoOn.includes(name)) alsoOn.push(name);
}
