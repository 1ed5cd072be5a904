import { setImmediate } from 'node:timers/promises';

/** Tells a scan that waits for its threads that something has happened since it looked. */
export class News {
  #any = false;
  #wake: (() => void) | undefined;

  /** Looks: what happened before is known. */
  look(): void {
    this.#any = false;
  }

  tell(): void {
    this.#any = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Whether something has happened: other threads are heard between turns of the event loop only. */
  async hasCome(): Promise<boolean> {
    if (!this.#any) await setImmediate();
    return this.#any;
  }

  /** Resolves when something has happened. */
  comes(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#any) resolve();
      else this.#wake = resolve;
    });
  }
}
