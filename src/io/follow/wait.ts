import { statfsSync, watch, type FSWatcher } from 'node:fs';
import { platform } from 'node:os';

/**
 * Types of Linux file systems whose events tell of every change: ext, xfs, btrfs, tmpfs, f2fs, zfs. On
 * network file systems they do not tell of what other machines write.
 */
const LOCAL_TYPES = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1]);

/** True when events of a directory can be relied upon. */
function hasEvents(directory: string): boolean {
  if (platform() !== 'linux') return false;
  try {
    return LOCAL_TYPES.has(statfsSync(directory).type);
  } catch {
    return false;
  }
}

/** Waits for changes in directories, for a time, or for the end. */
export class Waiter {
  readonly #signal: AbortSignal;
  readonly #watchers = new Map<string, FSWatcher | undefined>();
  readonly #wake = (): void => this.#resolve?.();
  readonly #onChange: (directory: string, name: string | undefined) => void;
  #resolve: (() => void) | undefined;

  /** @param onChange takes the directory, and the name in it that changed where that is known */
  constructor(
    signal: AbortSignal,
    onChange: (directory: string, name: string | undefined) => void,
  ) {
    this.#signal = signal;
    this.#onChange = onChange;
    signal.addEventListener('abort', this.#wake, { once: true });
  }

  /** Takes note of the changes in a directory; false where they have to be looked for. */
  watch(directory: string): boolean {
    if (this.#watchers.has(directory)) return this.#watchers.get(directory) !== undefined;
    const watcher = hasEvents(directory) ? this.#open(directory) : undefined;
    this.#watchers.set(directory, watcher);
    return watcher !== undefined;
  }

  /** Waits so many milliseconds; the signal ends it early, and so does a change unless it is `deaf`. */
  async wait(milliseconds: number, deaf = false): Promise<void> {
    if (this.#signal.aborted || milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#resolve = () => {
        if (deaf && !this.#signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resolve = undefined;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#wake);
    for (const watcher of this.#watchers.values()) watcher?.close();
    this.#watchers.clear();
  }

  #open(directory: string): FSWatcher | undefined {
    try {
      const watcher = watch(directory, (_event, name) => {
        this.#onChange(directory, name ?? undefined);
        this.#wake();
      });
      // What is not watched any more is looked at.
      watcher.on('error', () => {
        this.#watchers.set(directory, undefined);
        watcher.close();
        this.#wake();
      });
      return watcher;
    } catch {
      return undefined;
    }
  }
}

/** True when nobody reads the output any more. */
export function isClosed(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === 'closed';
}
