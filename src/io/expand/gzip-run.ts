import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import { EXPANDED_CHUNK, KeptBytes, type ReadAgain } from './gzip-damage.ts';
import {
  gzipPieces,
  isMemberEnd,
  lastBytes,
  opensAfterCut,
  TAIL,
  type GzipPiece,
} from './gzip-members.ts';

/** A piece with the offset of its first byte. */
export interface PlacedPiece extends GzipPiece {
  readonly at: number;
}

/** Compressed bytes in pieces, and once more those that were read. */
export class GzipInput {
  readonly #pieces: AsyncGenerator<GzipPiece>;
  readonly #readAgain: ReadAgain | undefined;
  readonly #kept: KeptBytes | undefined;
  /** Bytes that were read: a file that grows is looked at no further the second time. */
  read = 0;

  constructor(raw: AsyncIterable<Buffer>, readAgain: ReadAgain | undefined) {
    this.#pieces = gzipPieces(raw);
    this.#readAgain = readAgain;
    this.#kept = readAgain === undefined ? new KeptBytes() : undefined;
  }

  /** The next piece, valid until the one behind it. */
  async next(): Promise<PlacedPiece | undefined> {
    const step = await this.#pieces.next();
    if (step.done === true) return undefined;
    const piece = { ...step.value, at: this.read };
    this.read += piece.bytes.length;
    this.#kept?.add(piece.bytes);
    return piece;
  }

  /** Bytes before an offset are not asked for again. */
  passed(at: number): void {
    this.#kept?.forget(at);
  }

  /** The bytes from an offset on, once more; undefined when they cannot be had. */
  again(from: number): ReadAgain | undefined {
    return this.#kept === undefined ? this.#readAgain : this.#kept.from(from);
  }

  /** Bytes, and those that were not read yet. */
  async *further(bytes: Buffer = Buffer.alloc(0)): AsyncGenerator<Buffer> {
    if (bytes.length > 0) yield bytes;
    for await (const piece of this.#pieces) yield piece.bytes;
  }
}

/** Expands members that follow each other, until something else does. */
export class GzipRun {
  readonly #inflate = createGunzip({ chunkSize: EXPANDED_CHUNK });
  readonly #input: GzipInput;
  readonly #first: PlacedPiece;
  readonly #endsCut: () => boolean;
  /** The last bytes that were handed over. */
  #tail: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  /** True while all that was expanded is handed over, and worked on. */
  #isWaiting = false;
  #onWaiting: (() => void) | undefined;
  /** Offset of the current member, and how much had been handed over when it started. */
  memberAt: number;
  memberFrom = 0;
  handed = 0;
  /** Offset behind the bytes that were expanded in whole steps. */
  done: number;
  /** Why it ended: a member behind one that is cut, other bytes behind the last one, or damage. */
  next: PlacedPiece | undefined;
  left: Buffer | undefined;
  error: unknown;

  /** @param endsCut whether a member that starts inside another one ends that one */
  constructor(first: PlacedPiece, input: GzipInput, endsCut: () => boolean) {
    this.#first = first;
    this.#input = input;
    this.#endsCut = endsCut;
    this.memberAt = first.at;
    this.done = first.at;
    input.passed(first.at);
  }

  async *chunks(): AsyncGenerator<Buffer> {
    const inflate = this.#inflate;
    const wake = (): void => this.#wake?.();
    inflate.on('readable', wake).on('end', wake).on('close', wake);
    inflate.on('error', (error) => (this.error = error));
    const fed = this.#feed();
    try {
      for (;;) {
        const chunk = inflate.read() as Buffer | null;
        if (chunk === null) {
          if (inflate.destroyed || inflate.readableEnded) break;
          const woken = new Promise<void>((resolve) => (this.#wake = resolve));
          this.#isWaiting = true;
          this.#onWaiting?.();
          await woken;
          this.#isWaiting = false;
          continue;
        }
        this.handed += chunk.length;
        this.#tail = lastBytes(this.#tail, chunk, TAIL);
        // The next step of inflating starts in this turn, and goes on while the chunk is worked on.
        await setImmediate();
        yield chunk;
        release(chunk);
      }
      this.#onWaiting?.();
      await fed;
    } finally {
      inflate.destroy();
    }
  }

  /** Writes the pieces into the stream until it is destroyed, each once the one before is used up. */
  async #feed(): Promise<void> {
    const inflate = this.#inflate;
    let written = 0;
    let wake: (() => void) | undefined;
    inflate.on('close', () => wake?.());
    try {
      for (let piece: PlacedPiece | undefined = this.#first; piece !== undefined;) {
        if (piece.opens && written > 0 && (await this.#isCutAt(piece))) {
          this.next = piece;
          inflate.destroy();
        }
        if (inflate.destroyed) return;
        const { bytes } = piece;
        written += bytes.length;
        await new Promise<void>((resolve) => {
          wake = resolve;
          inflate.write(bytes, (error) => {
            if (error === undefined || error === null) this.done += bytes.length;
            resolve();
          });
        });
        // Behind a member, zeros end the stream.
        const left = written - inflate.bytesWritten;
        if (left > 0 && this.error === undefined) {
          this.left = Buffer.from(bytes.subarray(bytes.length - left));
          return;
        }
        if (inflate.destroyed) return;
        piece = await this.#input.next();
      }
      inflate.end();
    } catch (error) {
      inflate.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** True when a member starts with a piece inside of another one. */
  async #isCutAt(piece: PlacedPiece): Promise<boolean> {
    const inflate = this.#inflate;
    while ((inflate.readableLength > 0 || !this.#isWaiting) && !inflate.destroyed) {
      await new Promise<void>((resolve) => (this.#onWaiting = resolve));
    }
    if (inflate.destroyed) return false;
    if (isMemberEnd(piece, this.handed - this.memberFrom, piece.at - this.memberAt)) {
      this.memberAt = piece.at;
      this.memberFrom = this.handed;
      this.#input.passed(piece.at);
      return false;
    }
    return this.#endsCut() && opensAfterCut(piece, this.#tail);
  }
}

const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees the memory that ends with a chunk, which nobody needs any more: until garbage is collected, tens
 * of megabytes of such memory pile up. What is transferred to a closed port is gone at once.
 */
function release({ buffer, byteOffset, length }: Buffer): void {
  if (length === 0 || byteOffset + length < EXPANDED_CHUNK) return;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  nowhere.postMessage(undefined, [buffer as ArrayBuffer]);
}
