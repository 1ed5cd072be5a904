import type { Source } from '../../io/sources.ts';
import type { InvocationOf } from '../flags/command-options.ts';

/** Milliseconds between two looks at the input, and looks after which findings wait no longer in any case. */
const LOOK = 100;
const MAX_LOOKS = 10;
/** Bytes between two looks that say: somebody pours a log in. Fewer are somebody who writes one. */
const POURED = 64 * 1024;

/** Reports that hold findings back to show the worst first. */
interface Holding {
  readonly holds: boolean;
  /** Shows what is held, and from now on everything as it comes. */
  goLive(): Promise<void>;
}

/**
 * Tells a log that is poured into a pipe, which has an end to wait for, from one that is being written, of which a
 * finding is to be seen at once: as soon as the input pauses, or after a second.
 */
export class LiveWatch {
  readonly #reports: Holding;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #before = 0;
  #looks = 0;

  constructor(reports: Holding) {
    this.#reports = reports;
    this.#timer = setInterval(() => this.#look(), LOOK).unref();
  }

  /** Takes the number of bytes read so far. */
  read(bytes: number): void {
    this.#bytes = bytes;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const more = this.#bytes - this.#before;
    this.#before = this.#bytes;
    if (!this.#reports.holds) return;
    if (more >= POURED && ++this.#looks < MAX_LOOKS) return;
    this.end();
    void this.#reports.goLive();
  }
}

/** Whether inputs may go on for ever, and nothing was asked for that needs their end. */
export function mayBeLive(
  inputs: readonly Source[],
  { settings }: Pick<InvocationOf<'scan'>, 'settings'>,
): boolean {
  const { follow, sort, limit, groupBy } = settings;
  if (follow || sort !== undefined || limit !== undefined || groupBy !== undefined) return false;
  return inputs.some(({ size }) => size === undefined);
}
