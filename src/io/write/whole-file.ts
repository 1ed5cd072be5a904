// Room io/write: a file is there whole or not at all, whatever ends the process or fills the disk.
// Door: whole-file.ts writes, write-place.ts tells before whether and how a path can be written.
// Inside: live-file.ts is what is written in place, as it comes.
// Neighbours: output.ts writes reports with it, cli configuration and baselines.

import { Buffer } from 'node:buffer';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openInPlace } from './live-file.ts';
import { writePlace, type WritePlace } from './write-place.ts';
import { errorCode } from '../../util/errors.ts';

export interface WholeFileOptions {
  /** Only the owner may read it: it holds what reports for others leave out. */
  readonly private?: boolean | undefined;
  /** Written as the text comes, for readers that follow the file. */
  readonly live?: boolean | undefined;
  /** A live file keeps what is in it: a run goes on where the one before stopped. */
  readonly adds?: boolean | undefined;
  /** On the disk before it is in its place, so that a machine which stops leaves the old file or the new one. */
  readonly durable?: boolean | undefined;
}

/** A file that is there whole or not at all. Every function throws the errors of the file system. */
export interface WholeFile {
  /** Bytes are the caller's no more. */
  write(data: string | Uint8Array): void;
  /** Puts the file in its place. @returns its bytes */
  commit(): number;
}

/** Bytes kept in memory before they go to the disk. */
const KEPT = 1024 * 1024;
/** Bytes copied at a time. */
const COPIED = 1024 * 1024;

/**
 * Starts on a file. Until {@link WholeFile.commit} its path shows what was there before, and a process that
 * is killed leaves nothing behind: what does not fit memory waits in a file without a name.
 *
 * What is no regular file is written to at once, and so is a live one.
 */
export function openWhole(path: string, options: WholeFileOptions = {}): WholeFile {
  const place = writePlace(path);
  if (place.beside && options.live !== true) return new BesideFile(place, options);
  return openInPlace(place, options);
}

/** Replaces a file by a text, whole or not at all. @throws the errors of the file system */
export function writeWhole(path: string, text: string, options: WholeFileOptions = {}): number {
  const file = openWhole(path, options);
  file.write(text);
  return file.commit();
}

class BesideFile implements WholeFile {
  readonly #place: WritePlace;
  readonly #private: boolean;
  readonly #durable: boolean;
  #kept: (string | Uint8Array)[] = [];
  #keptSize = 0;
  /** A file without a name that holds the text before what is kept. */
  #spool: number | undefined;
  #spooled = 0;

  constructor(place: WritePlace, options: WholeFileOptions) {
    this.#place = place;
    this.#private = options.private === true;
    this.#durable = options.durable === true;
  }

  write(data: string | Uint8Array): void {
    this.#kept.push(data);
    this.#keptSize += data.length;
    if (this.#keptSize >= KEPT) this.#spill();
  }

  commit(): number {
    const { path } = this.#place;
    const part = partName(path);
    try {
      const bytes = this.#fill(part);
      putInPlace(part, path);
      if (this.#private) chmodSync(path, 0o600);
      return bytes;
    } finally {
      rmSync(part, { force: true });
      this.#close();
    }
  }

  #spill(): void {
    const bytes = this.#take();
    try {
      this.#spool ??= unnamedFile(this.#place.path);
      writeAll(this.#spool, bytes, this.#spooled);
    } catch (error) {
      this.#close();
      throw error;
    }
    this.#spooled += bytes.length;
  }

  /** Writes all to a file that does not exist yet. @returns its bytes */
  #fill(part: string): number {
    const { mode, owner } = this.#place;
    const wanted = this.#private ? 0o600 : (mode ?? 0o666);
    const file = openSync(part, 'wx', wanted);
    try {
      if (owner !== undefined) keepOwner(part, owner);
      // The mask of the process does not narrow what was there.
      if (mode !== undefined) fchmodSync(file, wanted);
      const rest = this.#take();
      writeAll(file, rest, this.#spooled);
      if (this.#spool !== undefined) moveBytes(this.#spool, file, this.#spooled);
      if (this.#durable) fsyncSync(file);
      return this.#spooled + rest.length;
    } finally {
      closeSync(file);
    }
  }

  #take(): Buffer {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptSize = 0;
    if (kept.every((data) => typeof data === 'string')) return Buffer.from(kept.join(''));
    return Buffer.concat(kept.map((data) => (typeof data === 'string' ? Buffer.from(data) : data)));
  }

  #close(): void {
    if (this.#spool !== undefined) closeSync(this.#spool);
    this.#spool = undefined;
  }
}

/** A new name beside a file; searching a directory for logs passes over it. */
function partName(path: string): string {
  const random = Math.random().toString(36).slice(2);
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${random}.tmp`);
}

function unnamedFile(path: string): number {
  const part = partName(path);
  const file = openSync(part, 'wx+', 0o600);
  unlinkSync(part);
  return file;
}

/**
 * Moves the bytes of a file to the same place in another, the last ones first: what was moved is given
 * back at once, so that both together take hardly more of the disk than one.
 */
function moveBytes(from: number, to: number, size: number): void {
  const buffer = Buffer.allocUnsafeSlow(Math.min(COPIED, size));
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - buffer.length);
    let have = 0;
    while (have < end - start) {
      const count = readSync(from, buffer, have, end - start - have, start + have);
      if (count === 0) throw new Error('the text kept on the disk is gone');
      have += count;
    }
    writeAll(to, buffer.subarray(0, have), start);
    ftruncateSync(from, start);
    end = start;
  }
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

function keepOwner(path: string, { uid, gid }: { uid: number; gid: number }): void {
  try {
    chownSync(path, uid, gid);
  } catch {
    // Only root may give files away.
  }
}

/** A mounted file and, in a directory like /tmp, that of another user cannot be renamed over. */
const CANNOT_RENAME = new Set(['EBUSY', 'EPERM', 'EACCES', 'EXDEV']);

function putInPlace(part: string, path: string): void {
  try {
    renameSync(part, path);
  } catch (error) {
    if (!CANNOT_RENAME.has(errorCode(error))) throw error;
    copyFileSync(part, path);
  }
}
