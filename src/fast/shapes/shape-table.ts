// Room fast/shapes: what wrapped lines are like, for the scanner, which so finds the events in them by itself.
// `shape-code` is a shape as the scanner reads it, `lessons` says when to learn one.
// Door: `lessons.ts`.
// Neighbours: `events/shapes` learns shapes; `wasm` compares lines with them (assembly/shapes.ts).

import type { WrapperContext } from '../../events/decoded.ts';
import type { LineShape } from '../../events/shapes/line-shape.ts';
import { MAX, MEMORY, SHAPE, STATUS } from '../wasm/layout.gen.ts';
import type { Scanner } from '../wasm/wasm-scanner.ts';
import { shapeCode } from './shape-code.ts';

/** The shapes that the scanner knows. When there is no room for another one, all are forgotten. */
export class ShapeTable {
  readonly #scanner: Scanner;
  /** Numbers of the states of the decoder that shapes are bound to. */
  readonly #states = new Map<string, number>();
  /** Numbers of the streams of which a shape has a part. */
  readonly #streams = new Map<string, number>();
  /** By number in RECORD.context, from 1. */
  #contexts: WrapperContext[] = [];
  readonly #known = new Set<string>();
  #used = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** The context with the number that a record has; undefined for that of a plain line. */
  context(number: number): WrapperContext | undefined {
    return this.#contexts[number - 1];
  }

  /** How many lines fitted a shape so far. */
  get hits(): number {
    return this.#scanner.word(STATUS.shapeHits);
  }

  /** Says in which state the decoder is: only shapes of this state hold. */
  enter(state: string): void {
    this.#scanner.setWord(STATUS.shapeState, this.#states.get(state) ?? 0);
  }

  /**
   * Adds a shape for a state of the decoder. No record may be waiting: it may have the number of another context.
 One that is
   * too large is left out.
   */
  add(shape: LineShape, state: string): void {
    const code = shapeCode(shape);
    if (code === undefined) return;
    const { context, piece } = shape;
    const key = `${state}\n${JSON.stringify([context, piece])}\n${code.toString('latin1')}`;
    if (this.#known.has(key)) return;
    if (this.#contexts.length === MAX.shapes || this.#used + code.length > MAX.shapeBytes) {
      this.#forget();
    }
    this.#known.add(key);
    this.#contexts.push(context);
    code.writeUInt32LE(numberOf(state, this.#states), SHAPE.state);
    if (piece !== undefined) {
      code.writeUInt32LE(numberOf(piece.stream, this.#streams), SHAPE.stream);
      this.#scanner.setWord(STATUS.streamCount, this.#streams.size);
    }
    code.writeUInt32LE(this.#contexts.length, SHAPE.context);
    const at = MEMORY.shapes + this.#used;
    code.copy(this.#scanner.bytes, at);
    this.#used += code.length;
    const count = this.#scanner.word(STATUS.shapeCount);
    this.#scanner.setWord(MEMORY.shapeList + 4 * count, at);
    this.#scanner.setWord(STATUS.shapeCount, count + 1);
  }

  #forget(): void {
    this.#states.clear();
    this.#streams.clear();
    this.#known.clear();
    this.#contexts = [];
    this.#used = 0;
    this.#scanner.setWord(STATUS.shapeCount, 0);
    this.#scanner.setWord(STATUS.streamCount, 0);
  }
}

/** The number of a name, from 1. */
function numberOf(name: string, numbers: Map<string, number>): number {
  const number = numbers.get(name) ?? numbers.size + 1;
  numbers.set(name, number);
  return number;
}
