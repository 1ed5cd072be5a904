import { closeSync } from 'node:fs';
import { factsOfOpen, GONE, openFile, TOO_MANY_OPEN } from './disk.ts';
import type { Generation } from './generation.ts';
import { errorCode } from '../../util/errors.ts';

/** Descriptors held open at most; a process may often have no more than 256. */
const MOST_OPEN = 96;

/**
 * Descriptors of generations. Those that were not used for the longest time are closed when there are
 * too many: they are found again by inode and content.
 */
export class FilePool {
  /** The one that was used last is the last. */
  readonly #open = new Map<Generation, number>();
  #most: number;

  constructor(most = MOST_OPEN) {
    this.#most = most;
  }

  /**
   * The descriptor of a generation's file; undefined when it is not where it was seen last.
   *
   * @throws what opening throws when there is a file that cannot be read
   */
  get(generation: Generation): number | undefined {
    let fd = this.held(generation);
    if (fd === undefined) {
      fd = this.#openAt(generation.path);
      if (fd === undefined) return undefined;
      if (factsOfOpen(fd).id !== generation.id) {
        closeSync(fd);
        return undefined;
      }
    }
    this.#open.delete(generation);
    this.#open.set(generation, fd);
    while (this.#open.size > this.#most) this.#closeOldest();
    return fd;
  }

  /** The descriptor when it is open. */
  held(generation: Generation): number | undefined {
    return this.#open.get(generation);
  }

  close(generation: Generation): void {
    const fd = this.#open.get(generation);
    if (fd === undefined) return;
    this.#open.delete(generation);
    closeSync(fd);
  }

  closeAll(): void {
    for (const generation of this.#open.keys()) this.close(generation);
  }

  #openAt(path: string): number | undefined {
    for (;;) {
      try {
        return openFile(path);
      } catch (error) {
        const code = errorCode(error);
        if (GONE.has(code)) return undefined;
        if (!TOO_MANY_OPEN.has(code) || this.#open.size === 0) throw error;
        // Fewer are allowed than was thought.
        this.#most = Math.max(1, this.#open.size - RESERVE);
        for (let i = 0; i < RESERVE; i++) this.#closeOldest();
      }
    }
  }

  #closeOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.close(oldest);
  }
}

/** Descriptors given back when there are no more, so that directories can be read too. */
const RESERVE = 8;
