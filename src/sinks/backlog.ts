import { Buffer } from 'node:buffer';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

const LINE_FEED = 0x0a;
/** Bytes of a written count. */
const COUNT_SIZE = 16;

/** Letters that are written at once. */
const PIECE = 64 * 1024;

/** An alert that waits to be sent. */
export interface Waiting {
  readonly line: string;
  /** Findings of its rule that were held back before it. */
  readonly held: number;
}

/** Alerts that wait to be sent, oldest first, within a bound; in a file too, so that a run that is killed keeps them. */
export class Backlog {
  readonly #capacity: number;
  readonly #file: string | undefined;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** Alerts that the file begins with and that are sent. */
  #sent = 0;
  /** How many waiting alerts are in the file; later ones are in memory only, since the disk was full. */
  #inFile = 0;
  /** Bytes of the file. */
  #written = 0;
  #isSynced = true;

  /**
   * @param capacity bytes of alerts
   * @param file where they are kept; what an earlier run left there waits again
   */
  constructor(capacity: number, file?: string) {
    this.#capacity = capacity;
    this.#file = file;
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#sent = readCount(`${file}.sent`);
    for (const entry of waitingIn(file)) {
      this.#waiting.push(entry);
      this.#bytes += Buffer.byteLength(entry.line);
    }
    try {
      this.#rewrite();
    } catch (error) {
      if (!existsSync(file)) throw error;
      this.#goOn(file);
    }
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Alerts that wait and that no later run has: all without a file, and those that the disk did not take. */
  get unkept(): number {
    return this.#file === undefined ? this.#waiting.length : this.#waiting.length - this.#inFile;
  }

  /** @returns false when there is no room */
  push(entry: Waiting): boolean {
    const bytes = Buffer.byteLength(entry.line);
    if (this.#bytes + bytes > this.#capacity) return false;
    this.#waiting.push(entry);
    this.#bytes += bytes;
    this.#isSynced = false;
    // One that the disk does not take waits in memory; the next sync tries it again.
    if (this.#inFile === this.#waiting.length - 1) this.#tryAppend();
    return true;
  }

  /** Makes what waits durable: a machine that stops keeps it then. @throws when the disk fails */
  async sync(): Promise<void> {
    if (this.#file === undefined || this.#isSynced) return;
    if (this.#inFile < this.#waiting.length) this.#append(this.#file);
    this.#isSynced = true;
    const handle = await open(this.#file, 'r+');
    try {
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /**
   * The oldest ones, which stay until they are {@link shift}ed.
   *
   * @param count most of them
   * @param bytes most bytes of them; one alone may have more
   */
  first(count: number, bytes = Number.POSITIVE_INFINITY): readonly Waiting[] {
    const found = this.#waiting.slice(0, count);
    let sum = 0;
    const end = found.findIndex(({ line }) => (sum += Buffer.byteLength(line)) > bytes);
    return end === -1 ? found : found.slice(0, Math.max(1, end));
  }

  /** The oldest ones are sent. @throws when the disk fails: then the next run may send them again */
  shift(count: number): void {
    for (const { line } of this.#waiting.splice(0, count)) this.#bytes -= Buffer.byteLength(line);
    if (this.#file === undefined) return;
    const known = Math.min(count, this.#inFile);
    this.#inFile -= known;
    this.#sent += known;
    // A sink that takes as much as comes is never done: what is sent must not fill the disk.
    const isLong = this.#written - this.#bytes > this.#capacity;
    if (this.#inFile === 0 || isLong) this.#rewrite();
    else writeCount(`${this.#file}.sent`, this.#sent);
  }

  /** Leaves the file as it is. A disk that is full must end no start: what waits makes room on it when it is sent. */
  #goOn(file: string): void {
    // The last line may be there in part.
    this.#written = readFileSync(file).lastIndexOf(LINE_FEED) + 1;
    truncateSync(file, this.#written);
    this.#inFile = this.#waiting.length;
  }

  #tryAppend(): void {
    if (this.#file === undefined) return;
    try {
      this.#append(this.#file);
    } catch {
      // It is told by the next sync.
    }
  }

  /**
   * Adds what is in memory alone, piece by piece: a disk that is nearly full keeps what it has room for.
   *
   * @throws when something is not written; the file ends with whole lines then, so that the next alert has a line of its own
   */
  #append(file: string): void {
    while (this.#inFile < this.#waiting.length) {
      let [text, end] = ['', this.#inFile];
      while (end < this.#waiting.length && text.length < PIECE)
        text += textOf(this.#waiting[end++]!);
      try {
        appendFileSync(file, text, { mode: 0o600 });
      } catch (error) {
        if (existsSync(file)) truncateSync(file, this.#written);
        throw error;
      }
      this.#written += Buffer.byteLength(text);
      this.#inFile = end;
    }
  }

  /** Puts what waits into the file, and nothing else: whole, or the file stays as it was. */
  #rewrite(): void {
    const file = this.#file!;
    const text = this.#waiting.map(textOf).join('');
    try {
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
    } catch (error) {
      rmSync(`${file}.new`, { force: true, recursive: true });
      // What is sent is not sent again, all the same.
      writeCount(`${file}.sent`, this.#sent);
      throw error;
    }
    // In between, what was sent would be sent again, and nothing would be passed over.
    writeCount(`${file}.sent`, 0);
    renameSync(`${file}.new`, file);
    this.#sent = 0;
    this.#inFile = this.#waiting.length;
    this.#isSynced = this.#waiting.length === 0;
    this.#written = Buffer.byteLength(text);
  }
}

/** `held`, a blank, and the alert, which has no line feed. */
function textOf({ held, line }: Waiting): string {
  return `${held} ${line}\n`;
}

/** The alerts that wait in the file of a backlog. */
export function waitingIn(file: string): readonly Waiting[] {
  return readEntries(file).slice(readCount(`${file}.sent`));
}

/** The alerts in a file; the last line may be there in part. */
function readEntries(file: string): Waiting[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((entry) => {
      const blank = entry.indexOf(' ');
      const line = entry.slice(blank + 1);
      return isJson(line) ? [{ held: Number(entry.slice(0, blank)) || 0, line }] : [];
    });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a count over the one before, which has as many bytes: a run that is killed leaves one of them, never an empty
 * file, with which all would be sent again; nor does a full disk.
 */
function writeCount(file: string, count: number): void {
  const text = String(count).padStart(COUNT_SIZE);
  writeFileSync(file, text, { mode: 0o600, flag: existsSync(file) ? 'r+' : 'w' });
}

function readCount(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
