import { Buffer } from 'node:buffer';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hasTornEnd } from '../torn-end.ts';
import type { WritePlace } from './write-place.ts';

/** How a file is written; see `WholeFileOptions`. */
interface InPlaceOptions {
  readonly private?: boolean | undefined;
  readonly live?: boolean | undefined;
  readonly adds?: boolean | undefined;
}

/** A file that takes text or bytes until it is closed; that tells how many bytes there were. */
interface OpenFile {
  write(data: string | Uint8Array): void;
  commit(): number;
}

/**
 * A file that is written in place, at its end, so that one that is copied and emptied meanwhile has no hole. A live one
 * that is moved or removed, as by logrotate, is begun anew under its name: what was found would go where nobody looks.
 */
export function openInPlace(place: WritePlace, options: InPlaceOptions): OpenFile {
  const adds = options.adds === true && (place.beside || place.mode !== undefined);
  const isPrivate = options.private === true;
  let file = openSync(place.path, adds ? ADDED : EMPTIED, isPrivate ? 0o600 : 0o666);
  if (isPrivate && place.mode !== undefined) fchmodSync(file, 0o600);
  // No line is put behind a part of another one.
  if (adds && hasTornEnd(file, fstatSync(file).size)) writeFileSync(file, '\n');
  const mayMove = options.live === true && place.beside;
  let bytes = 0;
  return {
    write(data) {
      if (mayMove && hasMoved(file, place.path)) {
        const next = openSync(place.path, ADDED, fstatSync(file).mode & 0o777);
        closeSync(file);
        file = next;
      }
      // Unlike writeSync it goes on until all is written.
      writeFileSync(file, data);
      bytes += Buffer.byteLength(data);
    },
    commit() {
      closeSync(file);
      return bytes;
    },
  };
}

const ADDED = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND;
const EMPTIED = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_TRUNC;

/** True when the path leads to another file than the one that is open, or to none. */
function hasMoved(file: number, path: string): boolean {
  const open = fstatSync(file, { bigint: true });
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  return named?.ino !== open.ino || named.dev !== open.dev;
}
