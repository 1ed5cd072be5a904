import { Buffer } from 'node:buffer';
import type { LineShape, ShapePart } from '../../events/shapes/line-shape.ts';
import { BLOCK, MAX, PART, SHAPE, STEP } from '../wasm/layout.gen.ts';

/** Bytes of a block. */
const WIDTH = 16;
const ZERO = 0x30;

/** Parts that are steps without more. */
const KINDS = { event: PART.event, string: PART.string, rest: PART.rest } as const;

/**
 * A shape as the scanner reads it: a SHAPE, whose state, context and stream are left open, and its STEPs.
 *
 * @returns undefined for one that is too large
 */
export function shapeCode({ levels, piece }: LineShape): Buffer | undefined {
  const steps = levels.flatMap((parts) => [...levelSteps(parts), step(PART.end)]);
  const code = Buffer.concat([Buffer.alloc(SHAPE.size), ...steps]);
  code.writeUInt32LE(Number(piece?.isLast ?? false), SHAPE.isLast);
  return code.length > MAX.shapeSize ? undefined : code;
}

function* levelSteps(parts: readonly ShapePart[]): Generator<Buffer> {
  let text = new TextStep();
  for (const part of parts) {
    if (text.add(part)) continue;
    yield* text.code();
    text = new TextStep();
    // Behind what was only looked at, text starts anew.
    if (text.add(part)) continue;
    if (part.kind === 'value') yield step(PART.value, part.first?.charCodeAt(0));
    else yield step(KINDS[part.kind]);
  }
  yield* text.code();
}

function step(kind: number, length = 0, advance = 0): Buffer {
  const code = Buffer.alloc(STEP.size);
  code.writeUInt32LE(kind, STEP.kind);
  code.writeUInt32LE(length, STEP.length);
  code.writeUInt32LE(advance, STEP.advance);
  return code;
}

/** Text and digits one after the other, which are one step. */
class TextStep {
  readonly #bytes: number[] = [];
  /** Where among the bytes any digit will do. */
  readonly #digits = new Set<number>();
  /** Bytes that are looked at, and not passed over. */
  #ahead = 0;

  /** @returns false for a part that is no text, or comes behind what is only looked at */
  add(part: ShapePart): part is Extract<ShapePart, { kind: 'text' | 'digit' | 'ahead' }> {
    if (this.#ahead > 0) return false;
    if (part.kind === 'digit') {
      this.#digits.add(this.#bytes.length);
      this.#bytes.push(ZERO);
    } else if (part.kind === 'text' || part.kind === 'ahead') {
      const bytes = Buffer.from(part.text, 'utf8');
      if (part.kind === 'ahead') this.#ahead = bytes.length;
      this.#bytes.push(...bytes);
    } else return false;
    return true;
  }

  *code(): Generator<Buffer> {
    const { length } = this.#bytes;
    if (length === 0) return;
    yield step(PART.text, length, length - this.#ahead);
    for (let from = 0; from < length; from += WIDTH) {
      const block = Buffer.alloc(BLOCK.size);
      for (let i = 0; i < WIDTH; i++) {
        block[BLOCK.text + i] = this.#bytes[from + i] ?? 0;
        block[BLOCK.digits + i] = this.#digits.has(from + i) ? 255 : 0;
        block[BLOCK.any + i] = from + i < length ? 0 : 255;
      }
      yield block;
    }
  }
}
