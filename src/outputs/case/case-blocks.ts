import { deflateRawSync } from 'node:zlib';
import { RANKS } from '../card/order.ts';
import {
  EVENT_TEXTS,
  ROW_NUMBERS,
  type NumberName,
  type PackedColumns,
  type TextName,
} from './case-data.ts';
import { numberColumn, textColumn } from './columns.ts';

/** Rows of a block, and characters of it at which it is packed before it is full. */
const BLOCK_ROWS = 2000;
const BLOCK_CHARACTERS = 4_000_000;

/** What a page holds at most: events with findings, bytes of what is told of them, bytes of their requests. */
export interface CaseBounds {
  readonly rows: number;
  readonly bytes: number;
  readonly eventBytes: number;
}

export const CASE_BOUNDS: CaseBounds = { rows: 150_000, bytes: 64_000_000, eventBytes: 48_000_000 };

/** Rows of one rank, as base64 of their packed columns. */
export interface PackedBlock {
  readonly rows: number;
  readonly text: string;
  readonly details: string;
  /** Empty when there was no room. */
  events: string;
}

/** The texts of a row, by where they stand. */
export interface BlockColumns<T extends TextName, D extends TextName> {
  readonly texts: readonly T[];
  readonly details: readonly D[];
}

/** What is told of a row. */
export interface BlockRow<T extends TextName, D extends TextName> {
  readonly texts: Readonly<Record<T, string>>;
  readonly numbers: Readonly<Record<Exclude<NumberName, 'order'>, number>>;
  readonly details: Readonly<Record<D, string>>;
}

interface OpenBlock<T extends TextName, D extends TextName> {
  readonly order: number[];
  readonly rows: BlockRow<T, D>[];
  readonly events: string[];
  characters: number;
}

/**
 * Keeps rows, packed in blocks of one rank each. Beyond a bound the latest block of the least severe rank goes, and
 * what is no more severe is only counted from then on: what is left out is never more severe than what is kept.
 * Requests go in the same way before anything else does. Memory: what the bounds say, and one open block a rank.
 */
export class CaseBlocks<T extends TextName, D extends TextName> {
  readonly #columns: BlockColumns<T, D>;
  readonly #bounds: CaseBounds;
  readonly #open = new Map<number, OpenBlock<T, D>>();
  readonly #packed: PackedBlock[][] = Array.from({ length: RANKS }, () => []);
  #order = 0;
  #rows = 0;
  #bytes = 0;
  #eventBytes = 0;
  #dropped = 0;
  /** Ranks from here on are only counted; their requests from the other one on are not kept. */
  #closed = RANKS;
  #closedEvents = RANKS;

  constructor(columns: BlockColumns<T, D>, bounds: CaseBounds) {
    this.#columns = columns;
    this.#bounds = bounds;
  }

  /** Rows that are only counted. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param make the row, and the text of its request: called when they are kept */
  add(rank: number, make: { row: () => BlockRow<T, D>; event: () => string }): void {
    const order = this.#order++;
    if (rank >= this.#closed) {
      this.#dropped++;
      return;
    }
    let block = this.#open.get(rank);
    if (block === undefined) {
      this.#open.set(rank, (block = { order: [], rows: [], events: [], characters: 0 }));
    }
    const row = make.row();
    const event = rank >= this.#closedEvents ? '' : make.event();
    block.order.push(order);
    block.rows.push(row);
    block.events.push(event);
    block.characters += event.length + lengthOf(row);
    if (block.rows.length >= BLOCK_ROWS || block.characters >= BLOCK_CHARACTERS) this.#pack(rank);
    if (++this.#rows > this.#bounds.rows) this.#evict();
  }

  /** Packs what is open. @returns all blocks, the most severe first */
  end(): PackedBlock[] {
    for (const rank of this.#open.keys()) this.#pack(rank);
    return this.#packed.flat();
  }

  #pack(rank: number): void {
    const { order, rows, events } = this.#open.get(rank)!;
    this.#open.delete(rank);
    const block: PackedBlock = {
      rows: rows.length,
      text: packed({
        rows: rows.length,
        texts: textColumns(this.#columns.texts, (name) => rows.map(({ texts }) => texts[name])),
        numbers: Object.fromEntries(
          ROW_NUMBERS.map((name) => [
            name,
            numberColumn(name === 'order' ? order : rows.map(({ numbers }) => numbers[name])),
          ]),
        ) as Record<NumberName, number[]>,
      }),
      details: packed({
        rows: rows.length,
        texts: textColumns(this.#columns.details, (name) =>
          rows.map(({ details }) => details[name]),
        ),
      }),
      events: events.every((event) => event === '')
        ? ''
        : packed({ rows: rows.length, texts: textColumns(EVENT_TEXTS, () => events) }),
    };
    this.#packed[rank]!.push(block);
    this.#bytes += block.text.length + block.details.length;
    this.#eventBytes += block.events.length;
    while (this.#eventBytes > this.#bounds.eventBytes) this.#evictEvents();
    while (this.#bytes > this.#bounds.bytes) this.#evict();
  }

  /** Lets the latest rows of the least severe rank go. */
  #evict(): void {
    const rank = Math.max(
      this.#packed.findLastIndex((blocks) => blocks.length > 0),
      ...this.#open.keys(),
    );
    const open = this.#open.get(rank);
    this.#closed = rank;
    if (open !== undefined) {
      this.#open.delete(rank);
      this.#left(open.rows.length);
      return;
    }
    const block = this.#packed[rank]!.pop()!;
    this.#bytes -= block.text.length + block.details.length;
    this.#eventBytes -= block.events.length;
    this.#left(block.rows);
  }

  #left(rows: number): void {
    this.#rows -= rows;
    this.#dropped += rows;
  }

  #evictEvents(): void {
    const rank = this.#packed.findLastIndex((blocks) => blocks.some(({ events }) => events !== ''));
    const block = this.#packed[rank]!.findLast(({ events }) => events !== '')!;
    this.#eventBytes -= block.events.length;
    block.events = '';
    this.#closedEvents = rank;
  }
}

function textColumns<N extends TextName>(
  names: readonly N[],
  texts: (name: N) => readonly string[],
): PackedColumns['texts'] {
  return Object.fromEntries(names.map((name) => [name, textColumn(texts(name))]));
}

function lengthOf({ texts, details }: BlockRow<never, never>): number {
  let length = 0;
  for (const text of Object.values<string>(texts)) length += text.length;
  for (const text of Object.values<string>(details)) length += text.length;
  return length;
}

/** A value as JSON, compressed, in base64. */
export function packed(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString('base64');
}
