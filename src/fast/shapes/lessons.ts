import type { ShapeSource } from '../fast-options.ts';
import type { Scanner } from '../wasm/wasm-scanner.ts';
import { ShapeTable } from './shape-table.ts';

/** Lessons in a row that may help nothing before there are pauses. */
const PATIENCE = 16;
/** Most odd lines that are passed over before the next one is learned from, as a power of two. */
const LONGEST_PAUSE = 10;

/**
 * Learns shapes from odd lines. Where nothing comes of it (a line shows no shape, or no line fits those that were
 * learned), it tries less and less often: to learn a line costs what decoding it costs.
 */
export class Lessons {
  readonly #source: () => ShapeSource;
  readonly #table: ShapeTable;
  /** Lessons since a line fitted a shape. */
  #vain = 0;
  /** Odd lines that are still passed over. */
  #pause = 0;
  #hits = 0;
  /** True until the scanner knows the decoder's state. */
  #isStale = true;

  constructor(source: () => ShapeSource, scanner: Scanner) {
    this.#source = source;
    this.#table = new ShapeTable(scanner);
  }

  /** The context of a record; undefined for that of a plain line. */
  context(number: number): ReturnType<ShapeTable['context']> {
    return this.#table.context(number);
  }

  /** The decoder may be in another state: it took a line, or is another one. */
  changed(): void {
    this.#isStale = true;
  }

  /** Before lines are scanned: only shapes of the decoder's state hold. */
  enter(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#table.enter(this.#source().state());
  }

  /** Learns from the line that the decoder took last, if it is time. No record may be waiting. */
  learn(): void {
    this.changed();
    const source = this.#source();
    if (!source.hasExample) return;
    if (this.#pause > 0) {
      this.#pause--;
      return;
    }
    const { hits } = this.#table;
    this.#vain = hits > this.#hits ? 0 : this.#vain + 1;
    this.#hits = hits;
    if (this.#vain > PATIENCE) this.#pause = 2 ** Math.min(this.#vain - PATIENCE, LONGEST_PAUSE);
    for (const shape of source.shapes()) this.#table.add(shape, source.state());
  }
}
