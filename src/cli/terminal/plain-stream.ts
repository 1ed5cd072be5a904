import { fstatSync, statSync, writeFileSync } from 'node:fs';
import { codeText } from '../../io/error-text.ts';
import type { OutputStream } from './terminal.ts';
import { errorCode } from '../../util/errors.ts';

/**
 * A standard stream that is a file or the null device, written to directly: Node writes to these at once
 * too, but takes two milliseconds to load its streams. Undefined for pipes and terminals.
 */
export function plainStream(fd: number): OutputStream | undefined {
  return isPlain(fd) ? new PlainStream(fd) : undefined;
}

class PlainStream implements OutputStream {
  readonly #fd: number;
  readonly isTTY = false;
  readonly columns = 80;
  closed = false;
  failure: string | undefined;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(data: string | Uint8Array): boolean {
    if (this.closed) return true;
    try {
      // Unlike writeSync it goes on until all is written.
      writeFileSync(this.#fd, data);
    } catch (error) {
      this.closed = true;
      this.failure = codeText(errorCode(error));
    }
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

function isPlain(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return true;
    // Windows has no such path: there the null device is as any other.
    return stats.isCharacterDevice() && stats.rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
