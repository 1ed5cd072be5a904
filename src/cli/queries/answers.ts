import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { expandSources } from '../../io/sources.ts';
import type { JsonValue } from '../../json/value.ts';
import { KnownError } from '../../util/errors.ts';
import type { RowWindow } from './row-keeper.ts';
import { runQuery, type Answer, type Asking, type Query } from './query.ts';
import type { Page } from './page-json.ts';
import { shownText } from './shown-row.ts';

/** Which page is asked for. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  /** Rows at most. */
  readonly rows: number;
  /** Characters of JSON at most, of which a single row may have more. */
  readonly characters: number;
}

interface Kept {
  readonly answer: Answer;
  readonly from: number;
  readonly size: number;
  readonly at: number;
}

/** Rows of one run of a command that are kept for the pages behind the first. */
const WINDOW = { rows: 2000, characters: 4 * 1024 * 1024 };
/** Characters of all answers that are remembered; two bytes each at most. */
const REMEMBERED = 16 * 1024 * 1024;
/** Milliseconds for which an answer holds, since times such as `2h` are counted from now. */
const FRESH = 60_000;
/** Questions that wait for their turn. */
const MOST_WAITING = 64;
const CURSOR = /^(\d{1,12})\.([0-9a-f]{16})\.([0-9a-f]{16})$/;

/**
 * Answers queries on the inputs of a run, one at a time, so that memory holds one scan. What a scan found is
 * remembered for the pages that follow, as long as the inputs stay as they are.
 */
export class Answers {
  #base: Asking;
  readonly #paths: readonly string[];
  readonly #known = new Map<string, Kept>();
  #size = 0;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param paths the inputs that the queries read: answers hold as long as these do not change */
  constructor(base: Asking, paths: readonly string[]) {
    this.#base = base;
    this.#paths = paths;
  }

  /**
   * A page of the rows that answer a query.
   *
   * @throws KnownError as the command does; when too many questions wait; for a cursor of another query; when the signal ends it
   */
  async page(query: Query, request: PageRequest, signal: AbortSignal): Promise<Page> {
    return this.inTurn(() => this.#page(query, request, signal));
  }

  /** Does something when all that was asked before is answered. @throws KnownError when too many questions wait */
  async inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= MOST_WAITING) {
      throw new KnownError('usage', `${MOST_WAITING} questions wait already`, 'ask again later');
    }
    this.#waiting++;
    const done = this.#last.then(act);
    this.#last = done.catch(() => undefined).then(() => this.#waiting--);
    return done;
  }

  /** From now on the questions are asked by another run: what was remembered is forgotten. */
  use(base: Asking): void {
    this.#base = base;
    this.#known.clear();
    this.#size = 0;
  }

  /** Characters that are remembered. */
  get remembered(): number {
    return this.#size;
  }

  async #page(query: Query, request: PageRequest, signal: AbortSignal): Promise<Page> {
    const asked = hash([
      query.command,
      query.args,
      [...query.options].map(([k, v]) => [k, v.texts]),
    ]);
    const stamp = stampOf(this.#paths);
    const cursor = readCursor(request.cursor, asked);
    const from = cursor?.from ?? 0;
    const key = `${asked}.${stamp}`;
    const { answer, from: first } = await this.#answer(
      key,
      query,
      from,
      cursor === undefined,
      signal,
    );
    const rows: string[] = [];
    let characters = 0;
    for (const row of answer.rows.slice(from - first, from - first + request.rows)) {
      const text = shownText(JSON.parse(row) as JsonValue);
      characters += text.length;
      if (rows.length > 0 && characters > request.characters) break;
      rows.push(text);
    }
    const end = from + rows.length;
    const notes = cursor === undefined ? answer.notes : cursor.stamp === stamp ? [] : [CHANGED];
    return {
      rows,
      from,
      total: answer.total,
      next: end < answer.total && rows.length > 0 ? `${end}.${asked}.${stamp}` : undefined,
      notes,
      isComplete: answer.isComplete,
    };
  }

  async #answer(
    key: string,
    query: Query,
    from: number,
    mustBeFresh: boolean,
    signal: AbortSignal,
  ): Promise<Kept> {
    const now = this.#base.terminal.now();
    const known = this.#known.get(key);
    if (known !== undefined && holds(known, from) && !(mustBeFresh && now - known.at > FRESH)) {
      this.#known.delete(key);
      this.#known.set(key, known);
      return known;
    }
    refuseStopped(signal);
    const window: RowWindow = { from, ...WINDOW };
    const answer = await runQuery(this.#base, query, window, signal);
    refuseStopped(signal);
    const size = [...answer.rows, ...answer.notes].reduce((sum, text) => sum + text.length, 0);
    const kept: Kept = { answer, from, size, at: now };
    // What could not be read now may be read later.
    if (answer.isComplete) this.#remember(key, kept);
    return kept;
  }

  #remember(key: string, kept: Kept): void {
    this.#size += kept.size - (this.#known.get(key)?.size ?? 0);
    this.#known.delete(key);
    this.#known.set(key, kept);
    for (const [oldest, { size }] of this.#known) {
      if (this.#size <= REMEMBERED) break;
      this.#known.delete(oldest);
      this.#size -= size;
    }
  }
}

const CHANGED =
  'the log has changed since the page before this one: rows may be missing or told twice';

/** Whether the rows from a place on are among those kept, or there are none. */
function holds({ answer, from: first }: Kept, from: number): boolean {
  if (from >= answer.total) return true;
  return from >= first && from < first + answer.rows.length;
}

function readCursor(
  text: string | undefined,
  asked: string,
): { readonly from: number; readonly stamp: string } | undefined {
  if (text === undefined) return undefined;
  const [, from, query, stamp = ''] = CURSOR.exec(text) ?? [];
  if (from === undefined) throw new KnownError('usage', 'the cursor is none that was given out');
  if (query !== asked) {
    throw new KnownError(
      'usage',
      'the cursor belongs to another question',
      'ask with the same arguments as for the page before',
    );
  }
  return { from: Number(from), stamp };
}

function refuseStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new KnownError('usage', 'cancelled');
}

/** What tells inputs that changed from those that did not. */
export function stampOf(paths: readonly string[]): string {
  return hash(
    expandSources(paths).sources.map(({ name, path, size }) => [
      name,
      size ?? 0,
      path === undefined ? 0 : (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0),
    ]),
  );
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
