import { Buffer } from 'node:buffer';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf, type BodySource } from '../body-source.ts';
import type { BodyHead } from '../intake.ts';
import { syncFolder, type SpoolPlace } from './spool-disk.ts';

const FOLDER = 'quarantine';
const ATTEMPTS = 'attempts.json';
/** Starts that the first body may end: no start would ever come behind one that always does. */
const MOST_ATTEMPTS = 3;

/** A body that was set aside. */
export interface SetAside extends BodyHead {
  /** The file with its bytes as they came. */
  readonly path: string;
  readonly bytes: number;
  /** Starts at which it was begun and not finished. */
  readonly attempts: number;
}

/** Bodies that were set aside, as far as their folder tells. */
export interface Quarantined {
  readonly dir: string;
  readonly bodies: number;
  readonly bytes: number;
}

/**
 * Bodies that ended every run which evaluated them: they lie beside the spool, where nobody reads them again without
 * being asked to. It also knows how often the first body of the spool was begun.
 */
export class Quarantine {
  readonly #spool: string;
  readonly #dir: string;

  /** @param spool folder of the spool */
  constructor(spool: string) {
    this.#spool = spool;
    this.#dir = join(spool, FOLDER);
  }

  /**
   * Looks at the first body of a start: it is noted durably that it is begun, and set aside when three starts before have
   * ended with it. A disk that takes neither leaves it as it is: it is evaluated.
   *
   * @returns what was set aside
   */
  judge(
    place: SpoolPlace,
    body: { readonly head: BodyHead; readonly source: BodySource },
  ): SetAside | undefined {
    try {
      const attempts = this.#begin(place);
      return attempts < MOST_ATTEMPTS ? undefined : this.#put(body, place, attempts);
    } catch {
      return undefined;
    }
  }

  /** The run ended by itself: what it did not finish is not to blame. */
  forget(): void {
    rmSync(join(this.#spool, ATTEMPTS), { force: true });
  }

  /** @returns how many starts before this one began the body, and were ended by it */
  #begin({ segment, offset }: SpoolPlace): number {
    const before = this.#read();
    const count = before.segment === segment && before.offset === offset ? before.count : 0;
    const path = join(this.#spool, ATTEMPTS);
    durable(`${path}.new`, [Buffer.from(JSON.stringify({ segment, offset, count: count + 1 }))]);
    renameSync(`${path}.new`, path);
    syncFolder(this.#spool);
    return count;
  }

  /** Copies a body to the folder, durably. Done twice, it is there once. */
  #put(
    { head, source }: { readonly head: BodyHead; readonly source: BodySource },
    { segment, offset }: SpoolPlace,
    attempts: number,
  ): SetAside {
    const time = new Date(head.at).toISOString().replaceAll(/[:.]/g, '-');
    const path = join(this.#dir, `${time}-${segment}-${offset}.body`);
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const bytes = durable(`${path}.new`, partsOf(source));
    const about = { file: head.file, cluster: head.cluster, at: head.at, attempts };
    writeFileSync(`${path}.about.json`, `${JSON.stringify(about)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    syncFolder(this.#dir);
    syncFolder(this.#spool);
    return { ...head, path, bytes, attempts };
  }

  /** What is there now: people remove files by hand. */
  get held(): Quarantined {
    let [bodies, bytes] = [0, 0];
    for (const name of namesIn(this.#dir)) {
      if (!name.endsWith('.body')) continue;
      bodies++;
      bytes += statSync(join(this.#dir, name), { throwIfNoEntry: false })?.size ?? 0;
    }
    return { dir: this.#dir, bodies, bytes };
  }

  #read(): SpoolPlace & { readonly count: number } {
    try {
      const text = readFileSync(join(this.#spool, ATTEMPTS), 'utf8');
      const { segment, offset, count } = JSON.parse(text) as SpoolPlace & { count: number };
      return { segment, offset, count: Number.isSafeInteger(count) ? count : 0 };
    } catch {
      return { segment: -1, offset: -1, count: 0 };
    }
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** Writes a file and syncs it. @returns its bytes */
function durable(path: string, parts: Iterable<Uint8Array>): number {
  const fd = openSync(path, 'w', 0o600);
  try {
    let bytes = 0;
    for (const part of parts) {
      for (let at = 0; at < part.length;) at += writeSync(fd, part, at);
      bytes += part.length;
    }
    fsyncSync(fd);
    return bytes;
  } finally {
    closeSync(fd);
  }
}
