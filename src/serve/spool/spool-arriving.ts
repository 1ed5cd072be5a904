import { Buffer } from 'node:buffer';
import { rmSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { errorText } from '../../io/error-text.ts';
import type { Arriving, BodyHead, Room } from '../intake.ts';
import { comingPath } from './spool-disk.ts';
import { FRAME, frameBytes, headBytes, RecordDigest } from './spool-record.ts';
import type { SpoolWriter } from './spool-writer.ts';

/** What a spool has for bodies that are coming. */
export interface ArrivingPlace {
  readonly dir: string;
  /** Tells files of bodies apart. */
  readonly number: number;
  /** Bytes of a body that is held in memory; one that has more is written to a file while it comes. */
  readonly inMemory: number;
  readonly memory: Room;
  readonly disk: Room;
  readonly writer: SpoolWriter;
}

/** Bytes of memory that stay reserved for a body on its way to a file: what was read and is being written. */
const UNDER_WAY = 128 * 1024;

/** A body on its way into a spool: in memory while it is small, in a file of its own from then on. */
export class SpoolArriving implements Arriving {
  readonly #place: ArrivingPlace;
  readonly #head: BodyHead;
  #small: Buffer[] = [];
  #file: { readonly handle: FileHandle; readonly path: string } | undefined;
  readonly #digest = new RecordDigest();
  #size = 0;
  #memory = 0;
  #disk = 0;
  #why: string | undefined;

  private constructor(place: ArrivingPlace, head: BodyHead) {
    this.#place = place;
    this.#head = head;
  }

  /** @param size bytes of the body, as far as they are known @returns undefined when there is no room */
  static begin(place: ArrivingPlace, head: BodyHead, size: number): SpoolArriving | undefined {
    const arriving = new SpoolArriving(place, head);
    return arriving.#reserve(size) ? arriving : undefined;
  }

  async write(bytes: Buffer): Promise<boolean> {
    if (!this.#reserve(this.#size + bytes.length)) return false;
    this.#size += bytes.length;
    if (this.#why !== undefined) return true;
    if (this.#file === undefined) this.#small.push(bytes);
    try {
      if (this.#file !== undefined) await this.#append([bytes]);
      else if (this.#size > this.#place.inMemory) await this.#toFile();
    } catch (error) {
      await this.#fail(error);
    }
    return true;
  }

  async finish(): Promise<string | undefined> {
    const { writer, memory, disk } = this.#place;
    const size = this.#size;
    try {
      if (this.#file !== undefined) {
        const { handle, path } = this.#file;
        const head = headBytes(this.#head).length;
        const frame = frameBytes({ head, body: size, digest: this.#digest.end(), isWhole: true });
        await handle.write(frame, 0, FRAME, 0);
        await handle.datasync();
        await handle.close();
        this.#file = undefined;
        const recordSize = FRAME + head + size;
        this.#why = await writer.put({ ...this.#head, size, path, recordSize });
      } else if (this.#why === undefined) {
        this.#why = await writer.put({ ...this.#head, size, parts: this.#small });
      }
    } catch (error) {
      await this.#fail(error);
    }
    this.#small = [];
    memory.release(this.#memory);
    if (this.#why !== undefined) disk.release(this.#disk);
    return this.#why;
  }

  async drop(): Promise<void> {
    await this.#removeFile();
    this.#small = [];
    this.#place.memory.release(this.#memory);
    this.#place.disk.release(this.#disk);
  }

  /** Sets room aside for so many bytes in all. @returns false when there is none, and nothing has changed then */
  #reserve(size: number): boolean {
    const { memory, disk, inMemory } = this.#place;
    const held = this.#file === undefined ? Math.min(size, inMemory) : 0;
    const [moreMemory, moreDisk] = [held - this.#memory, size - this.#disk];
    if (moreMemory > 0 && !memory.grow(this.#memory, moreMemory)) return false;
    if (moreDisk > 0 && !disk.grow(this.#disk, moreDisk)) {
      if (moreMemory > 0) memory.release(moreMemory);
      return false;
    }
    this.#memory += Math.max(0, moreMemory);
    this.#disk += Math.max(0, moreDisk);
    return true;
  }

  /** Begins a file: an empty frame, the head, and what has come. */
  async #toFile(): Promise<void> {
    const { dir, number, memory } = this.#place;
    const path = comingPath(dir, number);
    this.#file = { handle: await open(path, 'wx', 0o600), path };
    const head = headBytes(this.#head);
    this.#digest.add(head);
    await this.#file.handle.writev([Buffer.alloc(FRAME), head]);
    const small = this.#small;
    this.#small = [];
    await this.#append(small);
    const spare = Math.max(0, this.#memory - UNDER_WAY);
    memory.release(spare);
    this.#memory -= spare;
  }

  async #append(parts: readonly Buffer[]): Promise<void> {
    for (const part of parts) this.#digest.add(part);
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.#file!.handle.writev([...parts]);
    if (bytesWritten !== size) throw new Error('the disk took only a part');
  }

  async #fail(error: unknown): Promise<void> {
    this.#why = `cannot write to spool ${this.#place.dir}: ${errorText(error)}`;
    this.#small = [];
    await this.#removeFile();
  }

  async #removeFile(): Promise<void> {
    if (this.#file === undefined) return;
    const { handle, path } = this.#file;
    this.#file = undefined;
    await handle.close().catch(() => undefined);
    rmSync(path, { force: true });
  }
}
